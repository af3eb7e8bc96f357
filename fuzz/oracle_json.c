/* oracle_json.c - the results as other programs read them: build/oracle/oracle.json. */
#include "fuzz/oracle_result.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { INDENT = 1, LINE_BYTES = 256, KEYS_WANTED_OF_30 = 28, OF_30 = 30 };

static const char *const side_names[] = {"seeds", "empty", "control"};

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void put_count(json_t *object, const char *key, uint64_t value)
{
    put(object, key, json_integer((json_int_t)value));
}

static json_t *run_json(const struct oracle_trial *trial, unsigned seed)
{
    json_t *run = json_object();
    put_count(run, "seed", seed);
    put_count(run, "executions", trial->executions);
    put_count(run, "reached", trial->reached);
    put_count(run, "reached_at", trial->reached_at);
    put_count(run, "triggered", trial->triggered);
    put_count(run, "triggered_at", trial->triggered_at);
    put(run, "detected", json_boolean(trial->is_detected));
    put(run, "cut", json_boolean(trial->is_cut));
    put(run, "cpu_seconds", json_real(trial->cpu_seconds));
    put(run, "seconds", json_real(trial->seconds));
    put(run, "oracle", trial->is_detected ? json_string_nocheck(trial->key) : json_null());
    return run;
}

static json_t *side_json(const struct oracle_side_result *side, const struct oracle_trial *trials,
                         unsigned count)
{
    json_t *object = json_object();
    json_t *runs = json_array();
    put_count(object, "trials", count);
    put_count(object, "reached", side->reached);
    put_count(object, "triggered", side->triggered);
    put_count(object, "detected", side->detected);
    put_count(object, "triggered_not_detected", side->blind);
    put_count(object, "detected_not_triggered", side->unsaid);
    put_count(object, "budget_executions", side->budget);
    put(object, "miss_bound_95", json_real(side->miss_bound));
    put(object, "median_executions",
        side->has_median ? json_real(side->median_executions) : json_null());
    put(object, "median_cpu_seconds",
        side->has_median ? json_real(side->median_seconds) : json_null());
    put(object, "restricted_mean_executions",
        json_pack("[f,f,f]", side->executions.low, side->executions.mean, side->executions.high));
    put(object, "oracle", side->detected > 0 ? json_string_nocheck(side->key) : json_null());
    for (unsigned i = 0; i < count; i++)
        json_array_append_new(runs, run_json(&trials[i], i + 1));
    put(object, "runs", runs);
    return object;
}

static json_t *fault_json(const struct oracle_plan *plan, const struct oracle_trial *board,
                          const struct oracle_result *result, unsigned index)
{
    const char tier[] = {result->fault->tier, 0};
    json_t *object =
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", result->fault->name, "tier", tier, "target",
                  result->fault->target, "file", result->fault->file, "what", result->fault->what);
    for (unsigned i = 0; i < ORACLE_SIDES; i++) {
        enum oracle_side side = (enum oracle_side)i;
        if (plan->wants[i])
            put(object, side_names[i],
                side_json(&result->side[i], oracle_board_trials(plan, board, index, side),
                          plan->trials));
    }
    if (result->has_control)
        put(object, "against_control",
            json_pack("{s:f,s:f}", "a12", result->a12, "log_rank_p", result->log_rank));
    return object;
}

static json_t *goal_json(unsigned figure, unsigned goal, bool is_met, const char *what)
{
    return json_pack("{s:i,s:i,s:b,s:s}", "figure", (int)figure, "goal", (int)goal, "is_met",
                     (int)is_met, "what", what);
}

static unsigned count_enough(const struct oracle_plan *plan, const struct oracle_result *results,
                             enum oracle_side side, unsigned *of)
{
    unsigned enough = 0;
    *of = 0;
    for (unsigned i = 0; i < plan->faults->count; i++) {
        char tier = results[i].fault->tier;
        if (side == ORACLE_EMPTY && tier == 'C')
            continue;
        (*of)++;
        enough += oracle_is_enough(tier, results[i].side[side].detected, plan->trials);
    }
    return enough;
}

static unsigned count_blind(const struct oracle_plan *plan, const struct oracle_result *results)
{
    unsigned blind = 0;
    for (unsigned i = 0; i < plan->faults->count; i++)
        blind += results[i].side[ORACLE_SEEDS].blind > 0;
    return blind;
}

/* Tier C: the fuzzer is earlier more often than not. */
static unsigned count_beaten(const struct oracle_plan *plan, const struct oracle_result *results,
                             unsigned *of)
{
    unsigned beaten = 0;
    *of = 0;
    for (unsigned i = 0; i < plan->faults->count; i++) {
        if (results[i].fault->tier != 'C')
            continue;
        (*of)++;
        beaten += results[i].a12 > 0.5;
    }
    return beaten;
}

static json_t *goals_json(const struct oracle_plan *plan, const struct oracle_result *results)
{
    json_t *goals = json_object();
    char what[LINE_BYTES];
    unsigned of = 0;
    if (plan->wants[ORACLE_SEEDS]) {
        unsigned enough = count_enough(plan, results, ORACLE_SEEDS, &of);
        unsigned blind = count_blind(plan, results);
        snprintf(what, sizeof what,
                 "seeded faults found as often as their tier asks, %u trials from the seeds; %u "
                 "triggered and not detected",
                 plan->trials, blind);
        put(goals, "G8", goal_json(enough, of, enough == of && blind == 0, what));
    }
    if (plan->wants[ORACLE_EMPTY]) {
        unsigned enough = count_enough(plan, results, ORACLE_EMPTY, &of);
        unsigned of_beaten = 0;
        unsigned beaten = count_beaten(plan, results, &of_beaten);
        snprintf(what, sizeof what,
                 "tiers A and B found in each of %u trials from an empty corpus; the fuzzer is "
                 "earlier than random programs on %u of %u of tier C%s",
                 plan->trials, beaten, of_beaten,
                 plan->wants[ORACLE_CONTROL] ? "" : " (control not run)");
        put(goals, "G9", goal_json(enough, of, enough == of && beaten == of_beaten, what));
    }
    unsigned found = 0;
    unsigned distinct = oracle_keys(results, plan->faults->count, &found);
    unsigned wanted = (found * KEYS_WANTED_OF_30 + OF_30 - 1) / OF_30;
    snprintf(what, sizeof what, "different keys of %u seeded faults found", found);
    put(goals, "G13", goal_json(distinct, wanted, distinct >= wanted && found > 0, what));
    return goals;
}

bool oracle_json_write(const struct oracle_plan *plan, const struct oracle_trial *board,
                       const struct oracle_result *results, const char *path)
{
    json_t *faults = json_array();
    for (unsigned i = 0; i < plan->faults->count; i++)
        json_array_append_new(faults, fault_json(plan, board, &results[i], i));
    json_t *root =
        json_pack("{s:s,s:i,s:i,s:i}", "format", "expool-oracle/1", "trials", (int)plan->trials,
                  "jobs", (int)plan->jobs, "seconds_most", (int)plan->seconds_most);
    put(root, "goals", goals_json(plan, results));
    put(root, "faults", faults);
    bool done = json_dump_file(root, path, JSON_INDENT(INDENT) | JSON_REAL_PRECISION(6)) == 0;
    if (!done)
        fprintf(stderr, "oracle: %s cannot be written\n", path);
    json_decref(root);
    return done;
}
