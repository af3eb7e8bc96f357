/* goal.h - what the harness wants to reach (G1 to G13), and whether it does. */
#ifndef FUZZ_BENCH_GOAL_H
#define FUZZ_BENCH_GOAL_H

#include <stdbool.h>

enum { GOAL_WHAT_BYTES = 160, GOAL_NAME_BYTES = 16, GOALS_MAX = 64 };

struct goal {
    char name[GOAL_NAME_BYTES]; /* "G1" */
    char what[GOAL_WHAT_BYTES]; /* with its unit */
    double figure;
    double limit;
    bool at_most; /* else: at least */
    bool is_measured;
    bool is_met;
    char why[GOAL_WHAT_BYTES]; /* not measured: why */
};

struct goals {
    struct goal at[GOALS_MAX];
    unsigned count;
};

/* A row whose figure is not there yet. The text is copied. */
struct goal *goal_add(struct goals *goals, const char *name, const char *what);

/* Judges it. */
void goal_at_least(struct goal *goal, double limit, double figure);
void goal_at_most(struct goal *goal, double limit, double figure);
__attribute__((format(printf, 2, 3))) void goal_not_measured(struct goal *goal, const char *why,
                                                             ...);

/* What another job measured: PATH is {"figure", "goal", "is_met", "what"}, or {"met", "what"}, or
 * has such an object under "goals" by the goal's name. */
void goal_take(struct goals *goals, const char *name, const char *path, const char *job);

/* A table for people, Markdown at the same time. */
void goals_print(const struct goals *goals);

/* False, with errno. */
bool goals_write(const struct goals *goals, const char *path);

#endif
