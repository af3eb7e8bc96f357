/* runner.h - runs a suite: every workload over every subject, round by round, a fresh process
 * each. */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include "bench/suite.h"

/* `folder`: where the programs are. Returns the exit code: 1 when nothing or not the pool could be
 * measured, 2 for a word it does not know. */
int suite_run(const struct suite *suite, const char *folder, int count, char **words);

#endif
