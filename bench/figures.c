#include "bench/figures.h"

#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    const double *one = a;
    const double *other = b;
    return (*one > *other) - (*one < *other);
}

double median_of(double *values, unsigned count)
{
    if (count == 0)
        return 0;
    qsort(values, count, sizeof *values, by_value);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

double ratio_of(const struct samples *one, const struct samples *other, unsigned rounds)
{
    double ratios[ROUNDS_MAX];
    unsigned count = 0;
    for (unsigned round = 0; round < rounds; round++) {
        if (one->ns[round] > 0 && other->ns[round] > 0)
            ratios[count++] = one->ns[round] / other->ns[round];
        else if (one->ns[round] == 0 && one->peak_kb[round] > 0 && other->peak_kb[round] > 0)
            ratios[count++] = one->peak_kb[round] / other->peak_kb[round];
    }
    return median_of(ratios, count);
}

/* The median of the rounds in which something was measured. */
static double median_of_rounds(const double *values, const struct samples *samples, unsigned rounds)
{
    double known[ROUNDS_MAX];
    unsigned count = 0;
    for (unsigned round = 0; round < rounds; round++)
        if (samples->peak_kb[round] > 0)
            known[count++] = values[round];
    return median_of(known, count);
}

static void fill(struct figure *figure, const struct samples *samples, unsigned rounds)
{
    for (unsigned round = 0; round < rounds; round++) {
        double ns = samples->ns[round];
        if (samples->peak_kb[round] == 0)
            continue;
        if (!figure->is_there || ns < figure->low_ns)
            figure->low_ns = ns;
        if (!figure->is_there || ns > figure->high_ns)
            figure->high_ns = ns;
        figure->is_there = true;
    }
    figure->ns = median_of_rounds(samples->ns, samples, rounds);
    figure->peak_kb = median_of_rounds(samples->peak_kb, samples, rounds);
    figure->live_bytes = median_of_rounds(samples->live_bytes, samples, rounds);
    figure->dead_bytes = median_of_rounds(samples->dead_bytes, samples, rounds);
}

void figures_from(struct figures *figures, const struct suite *suite,
                  const struct sample_table *samples, unsigned rounds)
{
    memset(figures, 0, sizeof *figures);
    figures->suite = suite;
    for (unsigned workload = 0; workload < suite->workload_count; workload++) {
        const struct samples *row = samples->at[workload];
        for (unsigned one = 0; one < suite->subject_count; one++) {
            struct figure *figure = &figures->at[workload][one];
            fill(figure, &row[one], rounds);
            for (unsigned other = 0; other < suite->subject_count; other++)
                if (other != one && suite->subjects[other].kind != KIND_OURS)
                    figure->x[other] = ratio_of(&row[one], &row[other], rounds);
        }
    }
}

double peak_ratio(const struct figures *figures, unsigned workload, unsigned one, unsigned other)
{
    const struct figure *of = figures->at[workload];
    if (!of[one].is_there || !of[other].is_there || of[other].peak_kb <= 0)
        return 0;
    return of[one].peak_kb / of[other].peak_kb;
}
