/* fuzz_differential.c - one program, six ways: in the plain pool and under the verifier on both
 * back ends, where everything must be the same, and its legal part with the verifier and without,
 * where what a correct driver sees must be. The model judges each. */
#include "fuzz/target.h"

#include "fuzz/differential.h"
#include "fuzz/failure.h"
#include "fuzz/legal.h"
#include "fuzz/settings.h"

#include <stdio.h>

const char target_name[] = "differential";
const bool target_is_verifying = false;
target_bytes_run *const target_bytes = NULL;

/* The caller's observer sees each operation once, and what is wrong on any way. */
struct listener {
    run_observer *observer;
    void *context;
    bool had_all;
};

static void listen(unsigned index, const struct expectation *expected, const char *text,
                   void *context)
{
    const struct listener *listener = context;
    if (text != NULL || !listener->had_all)
        listener->observer(index, expected, text, listener->context);
}

static void take(struct course *course, const char *way, const struct program *program,
                 struct listener *listener)
{
    course_take(course, way, program, listener->observer != NULL ? listen : NULL, listener);
    listener->had_all = true;
}

static void compare(const struct program *program, const struct course *a, const struct course *b,
                    enum differential_scope scope, const struct listener *listener)
{
    char text[DIFFERENTIAL_TEXT_MAX];
    char line[DIFFERENTIAL_TEXT_MAX + 128];
    struct expectation none = {.outcome = OUTCOME_SKIP};
    unsigned step = 0;
    if (courses_agree(a, b, scope, &step, text))
        return;
    run_counts.wrong++;
    unsigned kind = a->trace.steps[step].kind;
    snprintf(line, sizeof line, "%s and %s differ at %s (%s)", a->way, b->way,
             kind < OP_KIND_COUNT ? op_rows[kind].name : "the counters", text);
    if (listener->observer != NULL)
        listener->observer(program->count, &none, line, listener->context);
    else
        failure_difference(program, program->count, line);
}

/* The program on both back ends, and its legal part on the first. */
static void take_mode(bool verifying, const struct program *program, const struct program *legal,
                      struct course courses[3], struct listener *listener)
{
    static const char *const ways[2][3] = {
        {"plain", "plain segment", "plain, the legal part"},
        {"verified", "verified segment", "verified, the legal part"}};
    struct program other = *program;
    run_verify(verifying);
    other.backend = !program->backend;
    take(&courses[0], ways[verifying][0], program, listener);
    take(&courses[2], ways[verifying][2], legal, listener);
    take(&courses[1], ways[verifying][1], &other, listener);
    compare(program, &courses[0], &courses[1], DIFFERENTIAL_ALL, listener);
}

static uint64_t run_differential(const struct program *program, run_observer *observer,
                                 void *context)
{
    static struct course courses[2][3];
    static struct program legal;
    struct listener listener = {observer, context, false};
    settings_prefer_tier("guard");
    legal_part(program, &legal);
    take_mode(false, program, &legal, courses[0], &listener);
    take_mode(true, program, &legal, courses[1], &listener);
    compare(&legal, &courses[0][2], &courses[1][2], DIFFERENTIAL_VISIBLE, &listener);
    run_verify(false);
    return courses[0][0].hash ^ courses[1][0].hash * 3;
}

target_program_run *const target_program = run_differential;
