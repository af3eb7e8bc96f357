#include "fuzz/survival.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BISECTIONS = 60 };

#define LEVEL          0.05
#define QUANTILE_97_5  1.959963984540054
#define HALF_WITH_ROOM (0.5 + 1e-12) /* a product of fractions is seldom exactly a half */

/* Earlier first; of two at one time the one that found something. */
static int by_time(const void *left, const void *right)
{
    const struct survival_trial *a = left;
    const struct survival_trial *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return b->is_found - a->is_found;
}

static void sort(struct survival trials, struct survival_trial *sorted)
{
    memcpy(sorted, trials.trials, trials.count * sizeof *sorted);
    qsort(sorted, trials.count, sizeof *sorted, by_time);
}

/* How many of the sorted trials from `first` on found something at its time. */
static unsigned found_with(const struct survival_trial *sorted, unsigned count, unsigned first)
{
    unsigned found = 0;
    for (unsigned i = first; i < count && sorted[i].is_found && sorted[i].at == sorted[first].at;
         i++)
        found++;
    return found;
}

bool survival_median(struct survival trials, double *median)
{
    struct survival_trial sorted[SURVIVAL_TRIALS_MAX];
    double surviving = 1;
    sort(trials, sorted);
    for (unsigned i = 0; i < trials.count; i++) {
        unsigned found = found_with(sorted, trials.count, i);
        if (found == 0)
            continue;
        unsigned at_risk = trials.count - i;
        surviving *= (double)(at_risk - found) / at_risk;
        if (surviving <= HALF_WITH_ROOM) {
            *median = sorted[i].at;
            return true;
        }
        i += found - 1;
    }
    return false;
}

/* Backwards, so that the area behind a time is known there: Greenwood's variance wants it. */
struct survival_mean survival_mean(struct survival trials, double horizon)
{
    struct survival_trial sorted[SURVIVAL_TRIALS_MAX];
    double curve[SURVIVAL_TRIALS_MAX + 1]; /* before each trial */
    double area = 0;
    double variance = 0;
    double end = horizon;
    sort(trials, sorted);
    curve[0] = 1;
    for (unsigned i = 0; i < trials.count; i++) {
        unsigned at_risk = trials.count - i;
        curve[i + 1] = curve[i] * (sorted[i].is_found ? (double)(at_risk - 1) / at_risk : 1);
    }
    for (unsigned i = trials.count; i-- > 0;) {
        double at = sorted[i].at < horizon ? sorted[i].at : horizon;
        unsigned at_risk = trials.count - i;
        area += curve[i + 1] * (end - at);
        end = at;
        if (sorted[i].is_found && at < horizon && at_risk > 1)
            variance += area * area / ((double)at_risk * (at_risk - 1));
    }
    area += curve[0] * end;
    double reach = QUANTILE_97_5 * sqrt(variance);
    double low = area - reach > 0 ? area - reach : 0;
    double high = area + reach < horizon ? area + reach : horizon;
    return (struct survival_mean){area, low, high};
}

/* At most `missed` of `count`, each with chance `chance`. */
static double at_most(unsigned missed, unsigned count, double chance)
{
    double term = pow(1 - chance, count);
    double sum = term;
    for (unsigned i = 1; i <= missed; i++) {
        term *= (double)(count - i + 1) / i * chance / (1 - chance);
        sum += term;
    }
    return sum;
}

double survival_miss_bound(unsigned missed, unsigned count)
{
    double low = 0;
    double high = 1;
    if (missed >= count)
        return 1;
    for (unsigned i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        if (at_most(missed, count, middle) > LEVEL)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* 1: the first is earlier, 0: the second, 0.5: nobody can say. */
static double earlier(const struct survival_trial *first, const struct survival_trial *second)
{
    if (first->is_found != second->is_found)
        return first->is_found ? 1 : 0;
    if (!first->is_found || first->at == second->at)
        return 0.5;
    return first->at < second->at ? 1 : 0;
}

double survival_a12(struct survival first, struct survival second)
{
    double sum = 0;
    for (unsigned i = 0; i < first.count; i++)
        for (unsigned j = 0; j < second.count; j++)
            sum += earlier(&first.trials[i], &second.trials[j]);
    return first.count * second.count == 0 ? 0.5 : sum / ((double)first.count * second.count);
}

static unsigned count_from(struct survival trials, double at)
{
    unsigned count = 0;
    for (unsigned i = 0; i < trials.count; i++)
        count += trials.trials[i].at >= at;
    return count;
}

static unsigned count_found(struct survival trials, double at)
{
    unsigned count = 0;
    for (unsigned i = 0; i < trials.count; i++)
        count += trials.trials[i].is_found && trials.trials[i].at == at;
    return count;
}

/* One summand a time at which something was found. */
double survival_log_rank(struct survival first, struct survival second)
{
    struct survival_trial all[2 * SURVIVAL_TRIALS_MAX];
    unsigned count = first.count + second.count;
    double difference = 0;
    double variance = 0;
    memcpy(all, first.trials, first.count * sizeof *all);
    memcpy(all + first.count, second.trials, second.count * sizeof *all);
    qsort(all, count, sizeof *all, by_time);
    for (unsigned i = 0; i < count; i++) {
        double at = all[i].at;
        if (!all[i].is_found || (i > 0 && all[i - 1].at == at && all[i - 1].is_found))
            continue;
        double risk = count_from(first, at) + count_from(second, at);
        double found = count_found(first, at) + count_found(second, at);
        double share = count_from(first, at) / risk;
        difference += count_found(first, at) - found * share;
        if (risk > 1)
            variance += found * share * (1 - share) * (risk - found) / (risk - 1);
    }
    return variance <= 0 ? 1 : erfc(fabs(difference) / sqrt(2 * variance));
}
