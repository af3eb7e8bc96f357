/* show.h - figures for people. */
#ifndef BENCH_SHOW_H
#define BENCH_SHOW_H

#include "bench/figures.h"

/* A table a workload: who, how long, multiples of the two beside, peak memory. */
void show_tables(const struct figures *figures);

/* Every goal with its figure, met or not; and as a table of docs/PERFORMANCE.md. */
void show_goals(const struct figures *figures);
void show_goals_markdown(const struct figures *figures);

/* Whether any workload has a figure of the subject. */
bool show_is_known(const struct figures *figures, unsigned one);

#endif
