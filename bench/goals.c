#include "bench/goals.h"

#include <stdarg.h>
#include <stdio.h>

unsigned goals_judge(const struct figures *figures, struct verdict verdicts[VERDICTS_MAX])
{
    return figures->suite->judge(figures, verdicts);
}

__attribute__((format(printf, 4, 0))) static struct verdict *
judge(struct judging *it, double figure, double goal, const char *what, va_list rest)
{
    if (figure <= 0 || goal <= 0 || it->count == VERDICTS_MAX)
        return NULL;
    struct verdict *verdict = &it->verdicts[it->count++];
    *verdict = (struct verdict){.figure = figure, .goal = goal};
    vsnprintf(verdict->what, sizeof verdict->what, what, rest);
    return verdict;
}

struct verdict *goal_at_most(struct judging *it, double figure, double goal, const char *what, ...)
{
    va_list rest;
    va_start(rest, what);
    struct verdict *verdict = judge(it, figure, goal, what, rest);
    va_end(rest);
    if (verdict)
        verdict->is_met = figure <= goal;
    return verdict;
}

struct verdict *goal_at_least(struct judging *it, double figure, double goal, const char *what, ...)
{
    va_list rest;
    va_start(rest, what);
    struct verdict *verdict = judge(it, figure, goal, what, rest);
    va_end(rest);
    if (verdict) {
        verdict->at_least = true;
        verdict->is_met = figure >= goal;
    }
    return verdict;
}
