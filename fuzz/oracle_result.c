#include "fuzz/oracle_result.h"

#include <stdio.h>
#include <string.h>

enum { C_FOUND = 4, C_OF = 5 };

bool oracle_is_enough(char tier, unsigned detected, unsigned trials)
{
    return tier == 'C' ? detected * C_OF >= trials * C_FOUND : detected == trials;
}

static void count(struct oracle_side_result *result, const struct oracle_trial *trial)
{
    result->reached += trial->reached > 0;
    result->triggered += trial->triggered > 0;
    result->detected += trial->is_detected;
    result->blind += trial->triggered > 0 && !trial->is_detected;
    result->unsaid += trial->triggered == 0 && trial->is_detected;
    result->cut += trial->is_cut;
}

/* The commonest key; of two as common the first met. */
static void choose_key(struct oracle_side_result *result, const struct oracle_trial *trials,
                       unsigned count)
{
    unsigned most = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned same = 0;
        for (unsigned j = 0; trials[i].is_detected && j < count; j++)
            same += strcmp(trials[i].key, trials[j].key) == 0;
        if (same <= most)
            continue;
        most = same;
        snprintf(result->key, sizeof result->key, "%s", trials[i].key);
    }
}

static struct oracle_side_result side_of(const struct oracle_trial *trials, unsigned count_of,
                                         uint64_t budget)
{
    struct survival_trial executions[ORACLE_TRIALS_MAX];
    struct survival_trial seconds[ORACLE_TRIALS_MAX];
    struct oracle_side_result result = {.is_there = true, .budget = budget};
    for (unsigned i = 0; i < count_of; i++) {
        const struct oracle_trial *trial = &trials[i];
        executions[i] = (struct survival_trial){(double)trial->executions, trial->is_detected};
        seconds[i] = (struct survival_trial){trial->cpu_seconds, trial->is_detected};
        count(&result, trial);
    }
    result.has_median =
        survival_median((struct survival){executions, count_of}, &result.median_executions) &&
        survival_median((struct survival){seconds, count_of}, &result.median_seconds);
    result.executions = survival_mean((struct survival){executions, count_of}, (double)budget);
    result.miss_bound = survival_miss_bound(count_of - result.detected, count_of);
    choose_key(&result, trials, count_of);
    return result;
}

static struct survival survival_of(const struct oracle_trial *trials, unsigned count_of,
                                   struct survival_trial *seconds)
{
    for (unsigned i = 0; i < count_of; i++)
        seconds[i] = (struct survival_trial){trials[i].cpu_seconds, trials[i].is_detected};
    return (struct survival){seconds, count_of};
}

struct oracle_result oracle_result_of(const struct oracle_plan *plan,
                                      const struct oracle_trial *board, unsigned fault)
{
    struct survival_trial seconds[2][ORACLE_TRIALS_MAX];
    struct oracle_result result = {.fault = &plan->faults->fault[fault]};
    const struct oracle_trial *trials[ORACLE_SIDES];
    for (unsigned i = 0; i < ORACLE_SIDES; i++) {
        enum oracle_side side = (enum oracle_side)i;
        trials[i] = oracle_board_trials(plan, board, fault, side);
        if (plan->wants[i])
            result.side[i] =
                side_of(trials[i], plan->trials, oracle_budget(plan, result.fault, side));
    }
    result.has_control = plan->wants[ORACLE_SEEDS] && plan->wants[ORACLE_CONTROL];
    if (!result.has_control)
        return result;
    struct survival fuzzer = survival_of(trials[ORACLE_SEEDS], plan->trials, seconds[0]);
    struct survival control = survival_of(trials[ORACLE_CONTROL], plan->trials, seconds[1]);
    result.a12 = survival_a12(fuzzer, control);
    result.log_rank = survival_log_rank(fuzzer, control);
    return result;
}

static const char *key_of(const struct oracle_result *result)
{
    for (unsigned i = 0; i < ORACLE_SIDES; i++)
        if (result->side[i].detected > 0)
            return result->side[i].key;
    return "";
}

unsigned oracle_keys(const struct oracle_result *results, unsigned count_of, unsigned *of)
{
    unsigned distinct = 0;
    *of = 0;
    for (unsigned i = 0; i < count_of; i++) {
        bool is_new = key_of(&results[i])[0] != 0;
        *of += is_new;
        for (unsigned j = 0; is_new && j < i; j++)
            is_new = strcmp(key_of(&results[i]), key_of(&results[j])) != 0;
        distinct += is_new;
    }
    return distinct;
}
