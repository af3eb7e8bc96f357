#include "fuzz/bench/reach.h"

#include "fuzz/campaign/child.h"
#include "fuzz/campaign/said.h"
#include "fuzz/campaign/words.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512, SHORT_SECONDS = 300, TRIALS_MAX = 9 };
enum { OPERATIONS_WANTED = 100000000, CELL_WANTED = 1000 };

static const char campaign_path[] = "build/fuzz/fuzz.json";

void reach_coverage(struct goals *goals)
{
    static const struct part {
        const char *of; /* NULL: of all */
        const char *word;
        const char *what;
        double limit;
    } parts[] = {
        {NULL, "lines", "lines of pool/ and verifier/ that the committed corpus runs, %", 95},
        {NULL, "branches", "branches there that it takes, %", 90},
        {"subject", "lines", "lines, less the files of fuzz/coverage_scope.txt, %", 95},
        {"subject", "branches", "branches, less the files of fuzz/coverage_scope.txt, %", 90},
        {NULL, "sites", "places that stop, reached by the committed corpus, %", 100}};
    const char *const words[] = {"fuzz/coverage.sh", "build/coverage", NULL};
    int status = child_run(
        &(struct child_run){.begin = {.words = words, .log = "build/bench/fuzz-coverage.log"},
                            .seconds = SHORT_SECONDS});
    json_t *root = status == 0 ? json_load_file("build/coverage/coverage.json", 0, NULL) : NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct goal *goal = goal_add(goals, "G5", parts[i].what);
        json_t *whole = parts[i].of != NULL ? json_object_get(root, parts[i].of) : root;
        json_t *percent = json_object_get(json_object_get(whole, parts[i].word), "percent");
        if (percent == NULL)
            goal_not_measured(goal, "see build/bench/fuzz-coverage.log");
        else
            goal_at_least(goal, parts[i].limit, json_number_value(percent));
    }
    json_decref(root);
}

static void hear(const char *line, void *context)
{
    said_line(context, line);
}

/* Edges after a run over `inputs`, or from nothing for so many seconds; 0: it failed. */
static double edges(const char *target, const char *inputs, unsigned seconds)
{
    static struct said said;
    char program[PATH_BYTES];
    char scratch[] = "build/bench/fuzz-empty-XXXXXX";
    char time[64] = "-runs=0";
    const char *words[] = {program,          scratch,       time,   "-max_len=2056",
                           "-len_control=0", "-entropic=0", inputs, NULL};
    memset(&said, 0, sizeof said);
    words_put(program, sizeof program, "build/fuzz/fuzz/fuzz_%s", target);
    if (seconds > 0)
        words_put(time, sizeof time, "-max_total_time=%u", seconds);
    if (mkdtemp(scratch) == NULL)
        return 0;
    int status = child_run(&(struct child_run){.begin = {.words = words},
                                               .seconds = seconds + SHORT_SECONDS,
                                               .take = hear,
                                               .context = &said});
    return status == 0 ? (double)said.coverage : 0;
}

static int by_value(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;
    return (a > b) - (a < b);
}

static void discover(struct goal *goal, const char *target, const char *inputs, const unsigned *run)
{
    double found[TRIALS_MAX] = {0};
    char folder[PATH_BYTES];
    words_put(folder, sizeof folder, "%s/%s", inputs, target);
    double all = edges(target, folder, 0);
    for (unsigned i = 0; i < run[1]; i++)
        found[i] = edges(target, NULL, 60 * run[0]);
    qsort(found, run[1], sizeof found[0], by_value);
    double middle = found[(run[1] - 1) / 2];
    if (all <= 0 || middle <= 0)
        goal_not_measured(goal, "a run of fuzz_%s failed", target);
    else
        goal_at_least(goal, 90, 100 * middle / all);
}

void reach_discovery(struct goals *goals, const char *inputs, unsigned minutes, unsigned trials)
{
    static const char *const targets[] = {"pool_seq", "verifier_seq"};
    const unsigned run[] = {minutes, trials < 1 ? 1 : trials > TRIALS_MAX ? TRIALS_MAX : trials};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        char what[GOAL_WHAT_BYTES];
        words_put(what, sizeof what,
                  "%s, from an empty corpus: edges, %% of the committed corpus's", targets[i]);
        struct goal *goal = goal_add(goals, "G6", what);
        if (minutes == 0)
            goal_not_measured(goal, "say --minutes 10 (each target, each of --trials)");
        else
            discover(goal, targets[i], inputs, run);
    }
}

static double total(json_t *root, const char *word)
{
    return json_number_value(json_object_get(json_object_get(root, "totals"), word));
}

void reach_violations(struct goals *goals)
{
    json_t *root = json_load_file(campaign_path, 0, NULL);
    json_t *cells = json_object_get(root, "cells");
    json_t *cell;
    size_t index;
    double least = -1;
    struct goal *bad = goal_add(goals, "G7", "last campaign: missed, wrong and false verdicts");
    struct goal *operations = goal_add(goals, "G7", "last campaign: operations");
    struct goal *matrix =
        goal_add(goals, "G7", "last campaign: violations in the matrix cell that has least");
    json_array_foreach(cells, index, cell)
    {
        double injected = json_number_value(json_object_get(cell, "injected"));
        least = least < 0 || injected < least ? injected : least;
    }
    if (root == NULL) {
        goal_not_measured(bad, "no %s: run ./build.sh fuzz", campaign_path);
        goal_not_measured(operations, "no %s: run ./build.sh fuzz", campaign_path);
    } else {
        goal_at_most(bad, 0,
                     total(root, "missed") + total(root, "wrong") + total(root, "false_alarms"));
        goal_at_least(operations, OPERATIONS_WANTED, total(root, "operations"));
    }
    if (least < 0)
        goal_not_measured(matrix, "no cells in %s", campaign_path);
    else
        goal_at_least(matrix, CELL_WANTED, least);
    json_decref(root);
}

void reach_determinism(struct goals *goals, bool is_quick)
{
    const char *const words[] = {"fuzz/orders.sh", "build/dev", NULL};
    if (!is_quick)
        (void)child_run(
            &(struct child_run){.begin = {.words = words, .log = "build/bench/fuzz-orders.log"},
                                .seconds = SHORT_SECONDS});
    goal_take(goals, "G10", "build/goals/G10.json", "fuzz/orders.sh build/dev");
}
