/* chart.h - lines over time as SVG; the page around has the colours (class "line0" ...). */
#ifndef FUZZ_CAMPAIGN_CHART_H
#define FUZZ_CAMPAIGN_CHART_H

#include <stdio.h>

enum { CHART_LINES_MAX = 4 };

struct chart_line {
    const char *name;
    const double *times;
    const double *values;
    unsigned count;
};

struct chart {
    const char *title;
    double seconds; /* where the time axis ends */
    struct chart_line lines[CHART_LINES_MAX];
    unsigned line_count;
};

void chart_write(const struct chart *chart, FILE *file);

/* What is no markup becomes it: < > & ". */
void chart_text(const char *text, FILE *file);

#endif
