/* series.h - figures over time: a point a second at first; every second one goes when it is
 * full. */
#ifndef FUZZ_CAMPAIGN_SERIES_H
#define FUZZ_CAMPAIGN_SERIES_H

enum { POINTS_MAX = 512 };

struct point {
    double seconds; /* since the campaign began */
    double coverage;
    double features;
    double corpus;
    double executions; /* all until then */
    double operations;
};

struct series {
    struct point at[POINTS_MAX];
    unsigned count;
    unsigned stride; /* so many points given for one kept; 0: one */
    unsigned skipped;
};

void series_add(struct series *series, const struct point *point);

/* Executions a second up to this point since the one before. */
double series_rate(const struct series *series, unsigned index);

#endif
