/* show.h - figures for people. */
#ifndef BENCH_SHOW_H
#define BENCH_SHOW_H

#include "bench/figures.h"

/* A table a workload: who, how long, x glibc and x jemalloc, peak memory. */
void show_tables(const struct figures *figures);

/* Every goal with its figure, met or not. */
void show_goals(const struct figures *figures);

/* The tables of docs/PERFORMANCE.md. */
void show_markdown(const struct figures *figures);

#endif
