#include "bench/figures.h"

#include <stdlib.h>
#include <string.h>

const struct workload_row workload_rows[WORKLOAD_COUNT] = {
#define WORKLOAD(word, function, group, unit, help) {word, group, unit, help},
#include "bench/workloads.def"
#undef WORKLOAD
};

int workload_find(const char *word)
{
    for (int i = 0; i < WORKLOAD_COUNT; i++)
        if (strcmp(workload_rows[i].word, word) == 0)
            return i;
    return -1;
}

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

static void fill(struct figure *figure, const struct samples *samples, unsigned rounds)
{
    double ns[ROUNDS_MAX];
    double peak_kb[ROUNDS_MAX];
    unsigned count = 0;
    for (unsigned round = 0; round < rounds; round++) {
        if (samples->peak_kb[round] == 0)
            continue;
        ns[count] = samples->ns[round];
        peak_kb[count++] = samples->peak_kb[round];
    }
    figure->is_there = count > 0;
    figure->ns = median_of(ns, count);
    figure->peak_kb = median_of(peak_kb, count);
    figure->low_ns = count > 0 ? ns[0] : 0;
    figure->high_ns = count > 0 ? ns[count - 1] : 0;
}

void figures_from(struct figures *figures, const struct samples *samples, unsigned rounds)
{
    memset(figures, 0, sizeof *figures);
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++) {
        const struct samples *row = samples + (size_t)workload * SUBJECT_COUNT;
        for (unsigned one = 0; one < SUBJECT_COUNT; one++) {
            struct figure *figure = &figures->at[workload][one];
            fill(figure, &row[one], rounds);
            for (unsigned other = 0; other < SUBJECT_COUNT; other++)
                if (other != one && subjects[other].kind != KIND_OURS)
                    figure->x[other] = ratio_of(&row[one], &row[other], rounds);
        }
    }
}

double peak_ratio(const struct figures *figures, enum workload_id workload, enum subject_id one,
                  enum subject_id other)
{
    const struct figure *of = figures->at[workload];
    if (!of[one].is_there || !of[other].is_there || of[other].peak_kb <= 0)
        return 0;
    return of[one].peak_kb / of[other].peak_kb;
}
