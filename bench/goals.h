/* goals.h - what the pool wants to reach, and whether it has. */
#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include "bench/figures.h"

#include <stdbool.h>

/* The goal beside a workload's time x glibc, or its peak x glibc; 0: none. */
double goal_time(enum workload_id workload);
double goal_peak(enum workload_id workload);

struct verdict {
    char what[96];  /* "pair64, time x glibc" */
    char where[40]; /* the row that decides, where several are looked at */
    double figure;
    double goal;
    bool at_least; /* else: at most */
    bool is_met;
};

enum { VERDICTS_MAX = 48 };

/* Judges every goal whose figures are there; returns how many. */
unsigned goals_judge(const struct figures *figures, struct verdict verdicts[VERDICTS_MAX]);

#endif
