#include "fuzz/campaign/series.h"

#include <stddef.h>

static void thin(struct series *series)
{
    for (size_t i = 0; 2 * i < series->count; i++)
        series->at[i] = series->at[2 * i];
    series->count = (series->count + 1) / 2;
    series->stride = 2 * (series->stride > 0 ? series->stride : 1);
}

void series_add(struct series *series, const struct point *point)
{
    if (series->count > 0 && ++series->skipped < series->stride)
        return;
    series->skipped = 0;
    if (series->count == POINTS_MAX)
        thin(series);
    series->at[series->count++] = *point;
}

double series_rate(const struct series *series, unsigned index)
{
    if (index == 0 || index >= series->count)
        return 0;
    const struct point *one = &series->at[index - 1];
    const struct point *other = &series->at[index];
    double seconds = other->seconds - one->seconds;
    double executions = other->executions - one->executions;
    return seconds > 0 && executions > 0 ? executions / seconds : 0;
}
