/* main.c - runs fuzz inputs without an engine: text or binary files, folders of them, or
 * generated programs. Any compiler, Valgrind, a debugger. */
#include "fuzz/generate.h"
#include "fuzz/history.h"
#include "fuzz/replay/annotate.h"
#include "fuzz/replay/calls.h"
#include "fuzz/replay/check.h"
#include "fuzz/replay/emit.h"
#include "fuzz/replay/inputs.h"
#include "fuzz/replay/judge.h"
#include "fuzz/replay/last_words.h"
#include "fuzz/replay/options.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    bool had_trouble;
    unsigned files;
    unsigned failed;
    unsigned foreign; /* written for another target */
} replay;

static struct replay_input input;

static void run_generated(const struct replay_options *options)
{
    static struct program program;
    for (uint64_t i = 0; i < options->count; i++) {
        generate(&program, options->seed + i);
        input.length = program_encode(&program, input.bytes);
        history_add(input.bytes, input.length);
        target_program(&program, NULL, NULL);
        run_write_counts_now_and_then();
        replay.files++;
    }
}

/* Text in, bytes out: what an engine's corpus is made of. */
static void convert(const char *from, const char *to)
{
    replay.had_trouble = true;
    if (!replay_input_read(&input, from, true))
        return;
    FILE *out = fopen(to, "wb");
    if (out == NULL || fwrite(input.bytes, 1, input.length, out) != input.length ||
        fclose(out) != 0) {
        (void)fprintf(stderr, "replay: %s: %s\n", to, strerror(errno));
        return;
    }
    replay.had_trouble = false;
}

static uint64_t course_of(const struct replay_input *of)
{
    if (target_program == NULL)
        return target_bytes(of->bytes, of->length);
    return target_program(&of->text.program, NULL, NULL);
}

static bool print_hash(bool is_twice)
{
    uint64_t first = course_of(&input);
    uint64_t second = is_twice ? course_of(&input) : first;
    (void)printf("%016" PRIx64 " %s\n", first, input.name);
    if (first != second)
        (void)fprintf(stderr, "%s: the second run took another course\n", input.name);
    return first == second;
}

static bool print_key(void)
{
    static struct trial trial;
    unsigned turns;
    if (!judge_any(&trial, input.bytes, input.length, &turns))
        exit(REPLAY_TROUBLE);
    puts(trial.key);
    return !trial.has_failed;
}

static bool print_minimized(void)
{
    static struct trial trial;
    unsigned turns;
    if (!judge_any(&trial, input.bytes, input.length, &turns))
        exit(REPLAY_TROUBLE);
    if (!trial.has_failed) {
        (void)fprintf(stderr, "replay: %s: nothing fails, so nothing was minimized\n", input.name);
        return true;
    }
    input.length = judge_minimize(&trial, input.bytes, input.length, turns);
    if (target_program == NULL) {
        (void)fwrite(input.bytes, 1, input.length, stdout);
        return false;
    }
    program_decode(&input.text.program, input.bytes, input.length);
    replay.had_trouble |= !annotate(&input, stdout);
    return false;
}

static bool print_c(enum emit_form form)
{
    static struct trial trial;
    unsigned turns;
    if (!judge_any(&trial, input.bytes, input.length, &turns))
        exit(REPLAY_TROUBLE);
    if (!trial.has_failed)
        turns = 1;
    const char *gap = emit_c(&input, trial.key, turns, form, stdout).gap;
    if (gap != NULL)
        (void)fprintf(stderr, "replay: %s: no C of it: %s\n", input.name, gap);
    replay.had_trouble |= gap != NULL;
    return !trial.has_failed;
}

static bool triage(const struct replay_options *options)
{
    switch (triage_input(&options->triage, &input)) {
    case TRIAGE_MADE: return true;
    case TRIAGE_TROUBLE: replay.had_trouble = true; return false;
    default: return false;
    }
}

static bool run_input(const struct replay_options *options)
{
    bool is_right = true;
    if (options->mode == REPLAY_HASHES) {
        history_add(input.bytes, input.length);
        return print_hash(options->runs_twice);
    }
    if (options->mode == REPLAY_KEY)
        return print_key();
    if (options->mode == REPLAY_MINIMIZE)
        return print_minimized();
    if (options->mode == REPLAY_EMIT_C || options->mode == REPLAY_EMIT_TEST)
        return print_c(options->mode == REPLAY_EMIT_C ? EMIT_PROGRAM : EMIT_TEST);
    if (options->mode == REPLAY_TRIAGE)
        return triage(options);
    for (int i = 0; i <= (int)options->runs_twice; i++) {
        if (target_program == NULL)
            (void)target_bytes(input.bytes, input.length);
        else
            is_right &= replay_check(&input, options->mode == REPLAY_PRINT ? stdout : NULL);
    }
    return is_right;
}

/* Some mistakes take what an earlier run left behind: one input that went well goes again, as often
 * as for its key. */
static bool holds_on(void)
{
    const struct run_counts counted = run_counts;
    for (unsigned turn = 2; turn <= JUDGE_TURNS; turn++) {
        run_is_thorough = turn <= TARGET_TURNS;
        if (replay_check(&input, NULL))
            continue;
        (void)fprintf(stderr, "%s: that was run %u in one process\n", input.name, turn);
        return false;
    }
    run_counts = counted;
    return true;
}

static void run_inputs(const struct replay_options *options)
{
    struct replay_inputs inputs = {0};
    if (options->word_count == 0 && options->triage.history != NULL) {
        if (!triage_last(&options->triage, &input))
            exit(REPLAY_TROUBLE);
        replay.failed += !triage(options);
        replay.files++;
    }
    for (int i = 0; i < options->word_count; i++)
        replay_inputs_add(&inputs, options->words[i]);
    if (options->is_reversed)
        replay_inputs_reverse(&inputs);
    if (options->is_shuffled)
        replay_inputs_shuffle(&inputs, options->shuffle_seed);
    replay.had_trouble |= inputs.had_trouble;
    for (size_t i = 0; i < inputs.count; i++) {
        if (!replay_input_read(&input, inputs.names[i], target_program != NULL)) {
            replay.had_trouble = true;
            continue;
        }
        replay.foreign += target_program != NULL && replay_is_foreign(&input);
        bool is_right = run_input(options);
        if (is_right && inputs.count == 1 && options->mode == REPLAY_RUN && target_program != NULL)
            is_right = holds_on();
        replay.failed += !is_right;
        replay.files++;
    }
    input.name = NULL;
    replay_inputs_release(&inputs);
}

static int finish(const struct replay_options *options)
{
    /* What these print is read by programs as it is; and children count for themselves. */
    bool counts = options->mode < REPLAY_KEY;
    FILE *to = options->mode == REPLAY_HASHES ? stderr : stdout;
    if (counts)
        (void)fprintf(to,
                      "%u files, %" PRIu64 " operations, %" PRIu64 " violations injected, %" PRIu64
                      " detected, %" PRIu64 " wrong, %" PRIu64 " missed, %" PRIu64 " false alarms",
                      replay.files, run_counts.operations, run_counts.injected, run_counts.detected,
                      run_counts.wrong, run_counts.missed, run_counts.false_alarms);
    if (counts)
        (void)fprintf(to, replay.foreign > 0 ? " (%u written for another target)\n" : "\n",
                      replay.foreign);
    if (replay.had_trouble)
        return REPLAY_TROUBLE;
    if (replay.files == 0) {
        (void)fprintf(stderr, "replay: nothing was replayed\n");
        return REPLAY_TROUBLE;
    }
    return replay.failed > 0 ? REPLAY_WRONG : EXIT_SUCCESS;
}

int main(int count, char **arguments)
{
    struct replay_options options;
    replay_options_read(&options, count, arguments);
    if (options.mode == REPLAY_KIND) {
        puts(target_program != NULL ? "program" : "bytes");
        return EXIT_SUCCESS;
    }
    if (options.mode >= REPLAY_KEY)
        last_words_install();
    if (options.mode >= REPLAY_EMIT_C)
        calls_start_first();
    LLVMFuzzerInitialize(&count, &arguments);
    calls_stop();
    if (options.mode == REPLAY_CONVERT) {
        convert(options.words[0], options.words[1]);
        return replay.had_trouble ? REPLAY_TROUBLE : EXIT_SUCCESS;
    }
    if (options.mode == REPLAY_GENERATE)
        run_generated(&options);
    else
        run_inputs(&options);
    return finish(&options);
}
