#include "fuzz/bench/goal.h"

#include "fuzz/campaign/words.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct goal *goal_add(struct goals *goals, const char *name, const char *what)
{
    struct goal *goal = &goals->at[goals->count < GOALS_MAX ? goals->count++ : GOALS_MAX - 1];
    *goal = (struct goal){0};
    words_put(goal->name, sizeof goal->name, "%s", name);
    words_put(goal->what, sizeof goal->what, "%s", what);
    return goal;
}

static void set(struct goal *goal, double limit, double figure)
{
    goal->limit = limit;
    goal->figure = figure;
    goal->is_measured = true;
}

void goal_at_least(struct goal *goal, double limit, double figure)
{
    set(goal, limit, figure);
    goal->is_met = figure >= limit;
}

void goal_at_most(struct goal *goal, double limit, double figure)
{
    set(goal, limit, figure);
    goal->at_most = true;
    goal->is_met = figure <= limit;
}

void goal_not_measured(struct goal *goal, const char *why, ...)
{
    va_list rest;
    va_start(rest, why);
    vsnprintf(goal->why, sizeof goal->why, why, rest);
    va_end(rest);
    goal->is_measured = false;
}

/* The object with the figure; NULL when the file has none. */
static json_t *find(json_t *root, const char *name)
{
    json_t *named = json_object_get(json_object_get(root, "goals"), name);
    if (named != NULL)
        return named;
    return json_is_string(json_object_get(root, "what")) ? root : NULL;
}

void goal_take(struct goals *goals, const char *name, const char *path, const char *job)
{
    struct goal *goal = goal_add(goals, name, "");
    json_t *root = json_load_file(path, 0, NULL);
    json_t *found = find(root, name);
    const char *what = json_string_value(json_object_get(found, "what"));
    words_put(goal->what, sizeof goal->what, "%s", what != NULL ? what : job);
    if (found == NULL) {
        goal_not_measured(goal, "no %s in %s: run %s", name, path, job);
    } else {
        json_t *figure = json_object_get(found, "figure");
        bool is_met = json_is_true(json_object_get(found, "is_met")) ||
                      json_is_true(json_object_get(found, "met"));
        set(goal, figure != NULL ? json_number_value(json_object_get(found, "goal")) : 1,
            figure != NULL ? json_number_value(figure) : is_met);
        goal->is_met = is_met;
    }
    json_decref(root);
}

void goals_print(const struct goals *goals)
{
    printf("| goal | what | figure | wanted | |\n| --- | --- | ---: | ---: | --- |\n");
    for (unsigned i = 0; i < goals->count; i++) {
        const struct goal *goal = &goals->at[i];
        if (goal->is_measured)
            printf("| %s | %s | %.5g | %s %.5g | %s |\n", goal->name, goal->what, goal->figure,
                   goal->at_most ? "<=" : ">=", goal->limit, goal->is_met ? "met" : "NOT met");
        else
            printf("| %s | %s | - | - | not measured in this run: %s |\n", goal->name, goal->what,
                   goal->why);
    }
}

bool goals_write(const struct goals *goals, const char *path)
{
    json_t *rows = json_array();
    for (unsigned i = 0; i < goals->count; i++) {
        const struct goal *goal = &goals->at[i];
        json_t *row = json_pack("{s:s,s:s,s:b}", "name", goal->name, "what", goal->what,
                                "is_measured", goal->is_measured);
        if (goal->is_measured) {
            json_object_set_new(row, "figure", json_real(goal->figure));
            json_object_set_new(row, "goal", json_real(goal->limit));
            json_object_set_new(row, "at", json_string(goal->at_most ? "most" : "least"));
            json_object_set_new(row, "is_met", json_boolean(goal->is_met));
        } else {
            json_object_set_new(row, "why", json_string(goal->why));
        }
        json_array_append_new(rows, row);
    }
    json_t *root = json_pack("{s:s,s:o}", "format", "expool-bench-fuzz/1", "goals", rows);
    bool is_written = json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) == 0;
    json_decref(root);
    return is_written;
}
