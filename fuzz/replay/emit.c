#include "fuzz/replay/emit.h"

#include "fuzz/failure.h"
#include "fuzz/isolation.h"
#include "fuzz/replay/calls.h"
#include "fuzz/replay/emit_prelude.h"
#include "fuzz/replay/trial.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_BYTES = 256, RECORDING_SECONDS = 60 };

struct emission {
    const struct replay_input *input;
    unsigned turns;
    struct calls *record;
    struct trial *trial;
};

static void announce(const struct program *program, unsigned index, const char *before)
{
    char line[LINE_BYTES];
    size_t at = (size_t)snprintf(line, sizeof line, "%s", before);
    if (index < program->count)
        (void)program_print_op(&program->ops[index], line + at, sizeof line - at);
    else
        (void)snprintf(line + at, sizeof line - at, "the end and its accounts");
    calls_operation(line);
}

static void observe(unsigned index, const struct expectation *expected, const char *wrong,
                    void *context)
{
    const struct emission *emission = context;
    (void)expected;
    if (!calls_is_on)
        return;
    if (wrong != NULL)
        calls_failure(wrong);
    else
        announce(&emission->input->text.program, index + 1, "");
}

static void run_recorded(void *context)
{
    const struct emission *emission = context;
    const struct program *program = &emission->input->text.program;
    failure_tell(calls_failure);
    isolation_watched = calls_stop;
    run_is_lazy = emission->turns > TARGET_TURNS;
    calls_start(emission->record);
    for (unsigned i = 0; i < emission->turns && calls_is_on; i++) {
        if (i > 0)
            calls_next_turn();
        announce(program, 0, "the start, and ");
        target_program(program, observe, (void *)(uintptr_t)emission);
    }
}

static void write_comment(const struct emission *emission, const char *key, FILE *to)
{
    static char text[PROGRAM_OPS_MAX * LINE_BYTES];
    (void)fprintf(to, "/* %s\n *\n", key[0] != 0 ? key : "nothing fails");
    program_print(&emission->input->text.program, text, sizeof text);
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n"))
        (void)fprintf(to, " *   %s\n", line);
    (void)fprintf(to, " *   target: %s", target_name);
    if (emission->turns > TARGET_TURNS)
        (void)fprintf(to, "; it takes several turns in one process");
    (void)fprintf(to, "\n *\n");
}

/* The operation that was under way last is where bug checks may stop the program. */
static void mark_last(struct calls *record)
{
    static const char begin[] = "\n    begin(";
    char *last = NULL;
    for (char *at = strstr(record->text, begin); at != NULL; at = strstr(at + 1, begin))
        last = at;
    if (last != NULL)
        memcpy(last, "\n    last_(", sizeof begin - 1);
}

/* Why the record does not show what failed; NULL: it does. */
static const char *find_gap(const struct emission *emission, const char *key)
{
    if (emission->record->gap != NULL)
        return emission->record->gap;
    if (!emission->record->has_failed && !emission->trial->has_failed && key[0] != 0)
        return "what was wrong did not come while it was recorded";
    return NULL;
}

static void write_c(const struct emission *emission, const char *key, enum emit_form form, FILE *to)
{
    struct calls *record = emission->record;
    record->text[record->length] = 0;
    mark_last(record);
    write_comment(emission, key, to);
    emit_prelude(form == EMIT_TEST, record, to);
    (void)fwrite(record->text, 1, record->length, to);
    if (!record->has_failed && emission->trial->has_failed)
        (void)fprintf(to, "    /* here the process dies: %s */\n", emission->trial->key);
    if (!record->has_failed)
        (void)fprintf(to, "    return ended(\"nothing was wrong\", false);\n");
    emit_end(form == EMIT_TEST, to);
}

struct emitted emit_c(const struct replay_input *input, const char *key, unsigned turns,
                      enum emit_form form, FILE *to)
{
    static struct trial trial;
    struct emission emission = {input, turns, calls_new(), &trial};
    struct emitted emitted = {.gap = "no child process"};
    if (emission.turns < TARGET_TURNS && key[0] != 0)
        emission.turns = TARGET_TURNS;
    unsigned seconds = trial_seconds;
    trial_seconds = RECORDING_SECONDS;
    bool is_done = emission.record != NULL && trial_run(&trial, run_recorded, &emission);
    trial_seconds = seconds;
    if (is_done) {
        emitted.gap = find_gap(&emission, key);
        emitted.status = emission.record->has_failed ? 0 : trial.status;
        if (emitted.gap == NULL)
            write_c(&emission, key, form, to);
    }
    if (emission.record != NULL)
        calls_delete(emission.record);
    return emitted;
}
