/* survival.h - how long a fault survives, from trials of which some end before it is found: those
 * are censored, neither dropped nor taken for found at their end. Time is whatever the caller
 * measures in: executions, seconds. */
#ifndef FUZZ_SURVIVAL_H
#define FUZZ_SURVIVAL_H

#include <stdbool.h>

enum { SURVIVAL_TRIALS_MAX = 1000 };

struct survival_trial {
    double at;
    bool is_found; /* there; else the trial ended there without */
};

/* Some trials of one kind; `count` is SURVIVAL_TRIALS_MAX at most. */
struct survival {
    const struct survival_trial *trials;
    unsigned count;
};

/* Kaplan-Meier: the first time by which half are found; false: the curve does not come down so
 * far. */
bool survival_median(struct survival trials, double *median);

/* The mean time up to `horizon`, the area under the Kaplan-Meier curve, and its 95 % interval. */
struct survival_mean {
    double mean;
    double low;
    double high;
};
struct survival_mean survival_mean(struct survival trials, double horizon);

/* With so many of `count` trials missed, no chance of a miss above this one is likely: the exact
 * upper 95 % bound, 1 - 0.05^(1/count) with none. */
double survival_miss_bound(unsigned missed, unsigned count);

/* Vargha and Delaney: how likely a trial of `first` finds earlier than one of `second`; a tie, also
 * that of two which find nothing, counts half. 0.5: no difference. */
double survival_a12(struct survival first, struct survival second);

/* Log-rank test: how likely a difference of the two curves as large as this is by chance. */
double survival_log_rank(struct survival first, struct survival second);

#endif
