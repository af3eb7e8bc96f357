/* oracle_table.c - the results as a person reads them. */
#include "fuzz/oracle_result.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SHOWN = 46, NAME_WIDTH = 26, FIELD_BYTES = 24 };

static const char *const side_words[] = {"from the seeds", "from an empty corpus",
                                         "control: random programs"};

static void print_side(const struct oracle_fault *fault, const struct oracle_side_result *side,
                       unsigned trials)
{
    char median[FIELD_BYTES] = "-";
    char seconds[FIELD_BYTES] = "-";
    if (side->has_median) {
        snprintf(median, sizeof median, "%.0f", side->median_executions);
        snprintf(seconds, sizeof seconds, "%.2f", side->median_seconds);
    }
    printf("%c %-*s %3u/%u %3u/%u %3u/%u %9s %9.0f %8.0f-%-9.0f %7s %3.0f%%  %.*s\n", fault->tier,
           NAME_WIDTH, fault->name, side->reached, trials, side->triggered, trials, side->detected,
           trials, median, side->executions.mean, side->executions.low, side->executions.high,
           seconds, side->miss_bound * 100, KEY_SHOWN, side->key);
}

static void print_head(const struct oracle_plan *plan, enum oracle_side side)
{
    printf("\n%s, %u trials each\n", side_words[side], plan->trials);
    printf("  %-*s %5s %5s %5s %9s %9s %18s %7s %4s  %s\n", NAME_WIDTH, "fault", "reach", "trig",
           "found", "median", "mean", "95 % of the mean", "cpu s", "miss", "who noticed");
}

/* Each of them stands by itself, whatever the table says. */
static unsigned print_blind(const struct oracle_plan *plan, const struct oracle_result *results)
{
    unsigned lines = 0;
    for (unsigned i = 0; i < plan->faults->count; i++)
        for (unsigned j = 0; j < ORACLE_SIDES; j++) {
            const struct oracle_side_result *side = &results[i].side[j];
            const char *name = results[i].fault->name;
            if (side->blind > 0)
                printf("TRIGGERED AND NOT DETECTED: %s, %u of %u trials %s: %s\n", name,
                       side->blind, plan->trials, side_words[j], results[i].fault->what);
            if (side->unsaid > 0)
                printf("DETECTED BEFORE IT DID ANYTHING: %s, %u of %u trials %s: %s\n", name,
                       side->unsaid, plan->trials, side_words[j], side->key);
            lines += side->blind > 0;
            lines += side->unsaid > 0;
        }
    return lines;
}

static unsigned print_too_seldom(const struct oracle_plan *plan,
                                 const struct oracle_result *results)
{
    unsigned lines = 0;
    for (unsigned i = 0; i < plan->faults->count; i++)
        for (unsigned j = 0; j < ORACLE_CONTROL; j++) {
            const struct oracle_side_result *side = &results[i].side[j];
            const struct oracle_fault *fault = results[i].fault;
            bool counts = j == ORACLE_SEEDS || fault->tier != 'C'; /* G8; G9: A and B */
            if (!side->is_there || !counts ||
                oracle_is_enough(fault->tier, side->detected, plan->trials))
                continue;
            printf("FOUND TOO SELDOM: %s, %u of %u trials %s\n", fault->name, side->detected,
                   plan->trials, side_words[j]);
            lines++;
        }
    return lines;
}

static void print_against_control(const struct oracle_plan *plan,
                                  const struct oracle_result *results)
{
    if (!results[0].has_control)
        return;
    printf("\nagainst the control, by processor time: chance to be earlier (A12), log-rank p\n");
    for (unsigned i = 0; i < plan->faults->count; i++) {
        const struct oracle_result *result = &results[i];
        const char *verdict = result->a12 > 0.5 ? "fuzzer" : result->a12 < 0.5 ? "control" : "-";
        printf("%c %-*s A12 %.2f  p %.3f  %s%s\n", result->fault->tier, NAME_WIDTH,
               result->fault->name, result->a12, result->log_rank, verdict,
               result->log_rank < 0.05 ? "" : " (may be chance)");
    }
}

static void print_sum(const struct oracle_plan *plan, const struct oracle_result *results)
{
    for (int tier = 'A'; tier <= 'C'; tier++)
        for (unsigned j = 0; j < ORACLE_SIDES; j++) {
            unsigned faults = 0;
            unsigned enough = 0;
            for (unsigned i = 0; i < plan->faults->count; i++) {
                if (results[i].fault->tier != tier || !results[i].side[j].is_there)
                    continue;
                faults++;
                enough += oracle_is_enough((char)tier, results[i].side[j].detected, plan->trials);
            }
            if (faults > 0)
                printf("tier %c, %s: %u of %u faults found %s\n", tier, side_words[j], enough,
                       faults, tier == 'C' ? "in at least four of five trials" : "in every trial");
        }
}

bool oracle_table(const struct oracle_plan *plan, const struct oracle_result *results)
{
    unsigned found = 0;
    for (unsigned j = 0; j < ORACLE_SIDES; j++) {
        if (!plan->wants[j])
            continue;
        print_head(plan, (enum oracle_side)j);
        for (unsigned i = 0; i < plan->faults->count; i++)
            print_side(results[i].fault, &results[i].side[j], plan->trials);
    }
    print_against_control(plan, results);
    printf("\n");
    print_sum(plan, results);
    unsigned distinct = oracle_keys(results, plan->faults->count, &found);
    printf("keys: %u different ones for %u faults found\n", distinct, found);
    unsigned lines = print_blind(plan, results) + print_too_seldom(plan, results);
    return lines == 0;
}
