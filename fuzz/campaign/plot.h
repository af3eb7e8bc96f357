/* plot.h - figures as characters: a row of bars, a number people read. */
#ifndef FUZZ_CAMPAIGN_PLOT_H
#define FUZZ_CAMPAIGN_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLOT_COLUMNS_MAX = 120, PLOT_BYTES = 4 * PLOT_COLUMNS_MAX + 1 };

/* What is drawn: `count` values, times not falling, over `begin` to `end`. */
struct plot {
    const double *times;
    const double *values;
    unsigned count;
    double begin;
    double end;
    double low;       /* what has no height */
    unsigned columns; /* at most PLOT_COLUMNS_MAX */
    bool is_ascii;    /* the terminal knows no blocks */
};

/* One row, a column a stretch of time: the height is the greatest value in it, the last one before
 * where none fell into it; blank before the first. Heights go from `low` to the greatest. */
void plot_bars(const struct plot *plot, char text[PLOT_BYTES]);

/* "847", "9801", "34.1k", "1.2M", "341M" */
void plot_number(double number, char *text, size_t capacity);

/* "9s", "4:07", "2:05:00" */
void plot_time(double seconds, char *text, size_t capacity);

#endif
