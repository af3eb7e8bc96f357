/* pool_bench.h - `bench pool`: every workload over every subject, round by round, a fresh process
 * each. */
#ifndef BENCH_POOL_BENCH_H
#define BENCH_POOL_BENCH_H

/* `folder`: where the programs are. Returns the exit code: 1 when nothing or not the pool could be
 * measured, 2 for a word it does not know. */
int pool_bench(const char *folder, int count, char **words);

#endif
