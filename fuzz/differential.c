#include "fuzz/differential.h"

#include "fuzz/target.h"

#include <stdio.h>

void course_take(struct course *course, const char *way, const struct program *program,
                 run_observer *observer, void *context)
{
    course->way = way;
    run_trace_to(&course->trace);
    course->hash = run_program(program, observer, context);
    run_trace_to(NULL);
}

/* The verifier charges whole pages, and a list keeps nothing under it. */
static int first_difference(const struct course *a, const struct course *b,
                            enum differential_scope scope)
{
    if (scope == DIFFERENTIAL_ALL)
        return trace_compare(&a->trace, &b->trace);
    return trace_compare_visible(&a->trace, &b->trace);
}

bool courses_agree(const struct course *a, const struct course *b, enum differential_scope scope,
                   unsigned *step, char *text)
{
    char lines[2][DIFFERENTIAL_TEXT_MAX / 3];
    int at = first_difference(a, b, scope);
    if (at < 0 && (scope == DIFFERENTIAL_VISIBLE || a->hash == b->hash))
        return true;
    *step = at < 0 ? 0 : (unsigned)at;
    trace_print(&a->trace.steps[*step], lines[0], sizeof lines[0]);
    trace_print(&b->trace.steps[*step], lines[1], sizeof lines[1]);
    snprintf(text, DIFFERENTIAL_TEXT_MAX, "# step %u differs\n# %s: %s\n# %s: %s\n", *step + 1,
             a->way, lines[0], b->way, lines[1]);
    return false;
}
