/* faults_print.c - what a sweep found: a table for people, JSON for programs. */
#include "tools/faults.h"

#include "tools/verb.h"

#include <assert.h>
#include <ctype.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_SHOWN = 3, LINE_BYTES = 512, SIGNAL_BYTES = 24 };

static const char *const outcome_names[] = {"survived", "crashed",   "leaked",
                                            "hung",     "bug check", "not met"};
static_assert(sizeof outcome_names / sizeof outcome_names[0] == OUTCOME_COUNT, "a word for each");

const char *faults_outcome_name(enum faults_outcome outcome)
{
    return outcome_names[outcome];
}

static bool needs_quotes(const char *word)
{
    if (*word == 0)
        return true;
    for (; *word != 0; word++)
        if (!isalnum((unsigned char)*word) && strchr("-_=+,./:@%", *word) == NULL)
            return true;
    return false;
}

static void print_word(const char *word, FILE *file)
{
    if (!needs_quotes(word)) {
        (void)fputs(word, file);
        return;
    }
    (void)fputc('\'', file);
    for (; *word != 0; word++)
        (void)fputs(*word == '\'' ? "'\\''" : (char[]){*word, 0}, file);
    (void)fputc('\'', file);
}

static void print_command(const struct faults_sweep *sweep, FILE *file)
{
    for (char **word = sweep->command; *word != NULL; word++) {
        if (word != sweep->command)
            (void)fputc(' ', file);
        print_word(*word, file);
    }
}

void faults_again(const struct faults_sweep *sweep, const struct faults_point *point, FILE *file)
{
    uint64_t seed = point->seed != 0 ? point->seed : sweep->seed;
    (void)fprintf(file, "expool run --leaks=at_exit --seed=%llu ", (unsigned long long)seed);
    (void)fprintf(file, "'--low_resources=%s' -- ", point->words);
    print_command(sweep, file);
}

/* "app!make+0x1c(src/make.c:7)" -> "make make.c:7"; without a line it stays. */
static void add_frame(char *line, size_t capacity, const char *frame, size_t length)
{
    size_t used = strlen(line);
    const char *open = memchr(frame, '(', length);
    const char *mark = memchr(frame, '!', length);
    if (open == NULL || mark == NULL || mark > open) {
        (void)snprintf(line + used, capacity - used, "%.*s", (int)length, frame);
        return;
    }
    const char *plus = memchr(mark, '+', (size_t)(open - mark));
    const char *file = open + 1;
    for (const char *at = file; at < frame + length; at++)
        if (*at == '/')
            file = at + 1;
    (void)snprintf(line + used, capacity - used, "%.*s %.*s",
                   (int)((plus == NULL ? open : plus) - mark - 1), mark + 1,
                   (int)(frame + length - 1 - file), file);
}

/* The innermost frames on one line. */
static void describe_frames(const char *frames, char *line, size_t capacity)
{
    line[0] = 0;
    for (unsigned i = 0; frames != NULL && *frames != 0 && i < FRAMES_SHOWN; i++) {
        size_t length = strcspn(frames, " ");
        if (i > 0)
            (void)strncat(line, " < ", capacity - strlen(line) - 1);
        add_frame(line, capacity, frames, length);
        frames += length + strspn(frames + length, " ");
    }
}

static void describe_end(const struct faults_point *point, char *text, size_t capacity)
{
    const char *name = point->signal == 0 ? NULL : sigabbrev_np(point->signal);
    if (point->outcome == OUTCOME_HUNG)
        (void)snprintf(text, capacity, "-");
    else if (point->signal == 0)
        (void)snprintf(text, capacity, "%d", point->exit_code);
    else if (name == NULL)
        (void)snprintf(text, capacity, "signal %d", point->signal);
    else
        (void)snprintf(text, capacity, "SIG%s", name);
}

void faults_print_head(const struct faults_sweep *sweep)
{
    char end[SIGNAL_BYTES];
    if (sweep->common.wants_json || sweep->common.is_quiet)
        return;
    describe_end(&sweep->base, end, sizeof end);
    (void)printf("expool faults: ");
    print_command(sweep, stdout);
    (void)printf("\n    without a failure: exit %s, %.2f s", end, sweep->base.seconds);
    if (sweep->base.leaked_blocks > 0)
        (void)printf(", %lu blocks leaked", sweep->base.leaked_blocks);
    (void)printf("\n    %zu run%s, each with one failure; seed %llu\n\n", sweep->count,
                 sweep->count == 1 ? "" : "s", (unsigned long long)sweep->seed);
    (void)printf("%-12s %-10s %-8s %8s  %s\n", "Failed", "Outcome", "Exit", "Seconds",
                 "Allocated by");
}

static bool is_found(const struct faults_point *point)
{
    return point->outcome != OUTCOME_SURVIVED && point->outcome != OUTCOME_NOT_MET;
}

void faults_print_row(const struct faults_sweep *sweep, const struct faults_point *point)
{
    char end[SIGNAL_BYTES];
    char where[LINE_BYTES];
    if (point == &sweep->base || sweep->common.wants_json ||
        (sweep->common.is_quiet && !is_found(point)))
        return;
    describe_end(point, end, sizeof end);
    describe_frames(point->frames, where, sizeof where);
    (void)printf("%-12s %-10s %-8s %8.2f  %s\n", point->name, outcome_names[point->outcome], end,
                 point->seconds, where);
    if (is_found(point) && point->summary[0] != 0)
        (void)printf("    %s\n", point->summary);
    if (is_found(point) || sweep->common.is_verbose) {
        (void)printf("    Again: ");
        faults_again(sweep, point, stdout);
        (void)printf("\n");
    }
    (void)fflush(stdout);
}

static size_t count_of(const struct faults_sweep *sweep, enum faults_outcome outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep->count; i++)
        count += sweep->points[i].outcome == outcome;
    return count;
}

void faults_print_end(const struct faults_sweep *sweep)
{
    const char *before = ": ";
    if (sweep->common.wants_json)
        return;
    (void)printf("%sexpool faults: %zu run%s", sweep->common.is_quiet ? "" : "\n", sweep->count,
                 sweep->count == 1 ? "" : "s");
    for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        size_t count = count_of(sweep, (enum faults_outcome)outcome);
        if (count == 0)
            continue;
        (void)printf("%s%zu %s", before, count, outcome_names[outcome]);
        before = ", ";
    }
    (void)printf("\n");
}

static json_t *words_json(char *const *words)
{
    json_t *list = json_array();
    for (; *words != NULL; words++)
        (void)json_array_append_new(list, json_string(*words));
    return list;
}

static json_t *frames_json(const char *frames)
{
    json_t *list = json_array();
    while (frames != NULL && *frames != 0) {
        size_t length = strcspn(frames, " ");
        (void)json_array_append_new(list, json_stringn(frames, length));
        frames += length + strspn(frames + length, " ");
    }
    return list;
}

static json_t *point_json(const struct faults_sweep *sweep, const struct faults_point *point)
{
    char *again = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&again, &length);
    if (file == NULL)
        die(EXIT_TROUBLE, "no memory");
    faults_again(sweep, point, file);
    (void)fclose(file);
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:o, s:f, s:I, s:s, s:o, s:s}", "failed", point->name, "outcome",
                  outcome_names[point->outcome], "exit_code",
                  point->signal == 0 ? json_integer(point->exit_code) : json_null(), "signal",
                  point->signal == 0 ? json_null() : json_integer(point->signal), "seconds",
                  point->seconds, "leaked_blocks", (json_int_t)point->leaked_blocks, "summary",
                  point->summary, "frames", frames_json(point->frames), "again", again);
    free(again);
    return json;
}

void faults_print_json(const struct faults_sweep *sweep, FILE *file)
{
    json_t *points = json_array();
    json_t *counts = json_object();
    for (size_t i = 0; i < sweep->count; i++)
        (void)json_array_append_new(points, point_json(sweep, &sweep->points[i]));
    for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        (void)json_object_set_new(
            counts, outcome_names[outcome],
            json_integer((json_int_t)count_of(sweep, (enum faults_outcome)outcome)));
    json_t *whole =
        json_pack("{s:s, s:o, s:I, s:o, s:o, s:o}", "schema", "expool-faults/1", "command",
                  words_json(sweep->command), "seed", (json_int_t)sweep->seed, "without_failure",
                  point_json(sweep, &sweep->base), "counts", counts, "runs", points);
    (void)json_dumpf(whole, file, JSON_INDENT(2));
    (void)fputc('\n', file);
    json_decref(whole);
}
