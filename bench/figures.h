/* figures.h - what was measured, and its medians. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "bench/subjects.h"

#include <stdbool.h>

enum group { MAIN, SCALE };
enum unit { PAIR_CPU, PAIR_WALL, WHOLE, KEPT };

enum workload_id {
#define WORKLOAD(word, function, group, unit, help) ID_##function,
#include "bench/workloads.def"
#undef WORKLOAD
    WORKLOAD_COUNT
};

struct workload_row {
    const char *word;
    enum group group;
    enum unit unit;
    const char *help;
};

extern const struct workload_row workload_rows[WORKLOAD_COUNT];

int workload_find(const char *word); /* -1: none of that name */

enum { ROUNDS_MAX = 99 };

/* One subject on one workload; a round that failed holds 0 in both. */
struct samples {
    double ns[ROUNDS_MAX];
    double peak_kb[ROUNDS_MAX];
};

struct figure {
    bool is_there;
    double ns; /* 0 where no time is measured */
    double low_ns;
    double high_ns;
    double peak_kb;
    double x[SUBJECT_COUNT]; /* ns as a multiple of each peer's, 0: not known */
};

struct figures {
    struct figure at[WORKLOAD_COUNT][SUBJECT_COUNT];
};

/* The middle one, or the mean of the middle two; 0 for none. Sorts `values`. */
double median_of(double *values, unsigned count);

/* The median over rounds of one's figure as a multiple of the other's in the same round; by peak_kb
 * where there is no time. 0 when no round has both. */
double ratio_of(const struct samples *one, const struct samples *other, unsigned rounds);

/* `samples` has a row of SUBJECT_COUNT a workload. */
void figures_from(struct figures *figures, const struct samples *samples, unsigned rounds);

/* One's peak as a multiple of the other's, 0: not known. */
double peak_ratio(const struct figures *figures, enum workload_id workload, enum subject_id one,
                  enum subject_id other);

#endif
