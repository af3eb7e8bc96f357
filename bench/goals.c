#include "bench/goals.h"

#include <stdarg.h>
#include <stdio.h>

unsigned goals_judge(const struct figures *figures, struct verdict verdicts[VERDICTS_MAX])
{
    return figures->suite->judge(figures, verdicts);
}

struct verdict *goal_at_most(struct judging *it, double figure, double goal, const char *what, ...)
{
    va_list rest;
    if (figure <= 0 || goal <= 0 || it->count == VERDICTS_MAX)
        return NULL;
    struct verdict *verdict = &it->verdicts[it->count++];
    *verdict = (struct verdict){.figure = figure, .goal = goal, .is_met = figure <= goal};
    va_start(rest, what);
    vsnprintf(verdict->what, sizeof verdict->what, what, rest);
    va_end(rest);
    return verdict;
}
