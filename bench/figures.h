/* figures.h - what was measured, and its medians. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "bench/suite.h"

enum { ROUNDS_MAX = 99 };

/* One subject on one workload; a round that failed holds 0 in all. */
struct samples {
    double ns[ROUNDS_MAX];
    double peak_kb[ROUNDS_MAX];
    double live_bytes[ROUNDS_MAX]; /* GROWN only: memory a live block, and a freed one, takes */
    double dead_bytes[ROUNDS_MAX];
};

/* All samples of a run. */
struct sample_table {
    struct samples at[WORKLOADS_MAX][SUBJECTS_MAX];
};

struct figure {
    bool is_there;
    double ns; /* 0 where no time is measured */
    double low_ns;
    double high_ns;
    double peak_kb;
    double live_bytes; /* GROWN only, else 0 */
    double dead_bytes;
    long died_at;           /* so many blocks live when its limit ended it; 0: it has none */
    char complaint[160];    /* why there is no figure; "": it was not asked */
    double x[SUBJECTS_MAX]; /* ns as a multiple of each peer's, 0: not known */
};

struct figures {
    const struct suite *suite;
    struct figure at[WORKLOADS_MAX][SUBJECTS_MAX];
};

/* The middle one, or the mean of the middle two; 0 for none. Sorts `values`. */
double median_of(double *values, unsigned count);

/* The median over rounds of one's figure as a multiple of the other's in the same round; by peak_kb
 * where there is no time. 0 when no round has both. */
double ratio_of(const struct samples *one, const struct samples *other, unsigned rounds);

/* Fills all but died_at. */
void figures_from(struct figures *figures, const struct suite *suite,
                  const struct sample_table *samples, unsigned rounds);

/* One's peak as a multiple of the other's, 0: not known. */
double peak_ratio(const struct figures *figures, unsigned workload, unsigned one, unsigned other);

#endif
