/* soak.h - threads that allocate and free for a long time, and what must be true afterwards. */
#ifndef BENCH_SOAK_H
#define BENCH_SOAK_H

#include <stdint.h>

enum { SOAK_THREADS = 8, SOAK_RSS_TOLERANCE_KB = 8192 };

/* Runs for so many seconds and judges. Returns the program's exit code, after one line that says
 * what was done, or what is wrong. */
int soak_run(unsigned seconds, uint64_t seed);

#endif
