/* goals.h - what a suite wants to reach, and whether it has. */
#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include "bench/figures.h"

#include <stdbool.h>

struct verdict {
    char what[96];  /* "pair64, time x glibc" */
    char where[40]; /* the row that decides, where several are looked at */
    double figure;
    double goal;
    bool at_least; /* else: at most */
    bool is_met;
};

enum { VERDICTS_MAX = 64 };

/* Judges every goal of the suite whose figures are there; returns how many. */
unsigned goals_judge(const struct figures *figures, struct verdict verdicts[VERDICTS_MAX]);

struct judging {
    const struct figures *figures;
    struct verdict *verdicts;
    unsigned count;
};

/* The next verdict, at most `goal`, `what` and the rest as printf has it; NULL where there is no
 * figure. */
__attribute__((format(printf, 4, 5))) struct verdict *
goal_at_most(struct judging *it, double figure, double goal, const char *what, ...);

__attribute__((format(printf, 4, 5))) struct verdict *
goal_at_least(struct judging *it, double figure, double goal, const char *what, ...);

#endif
