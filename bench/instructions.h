/* instructions.h - `bench instructions`: instructions for a pair of allocate and free, counted by
 * callgrind as the difference of two lengths of the same run; the same on every machine. */
#ifndef BENCH_INSTRUCTIONS_H
#define BENCH_INSTRUCTIONS_H

/* Writes build/bench/instructions.json. Returns the exit code: 1 when nothing was counted, 2 for a
 * word it does not know. */
int instructions_bench(const char *folder, int count, char **words);

#endif
