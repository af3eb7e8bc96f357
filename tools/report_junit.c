/* report_junit.c - findings as JUnit XML: a test case for each command line that ran, failed by
 * what was found in it. Names stay the same from run to run; where one finds more they count on. */
#include "tools/findings.h"
#include "tools/run_cases.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES = 2048, NAME_BYTES = 512, MS_PER_SECOND = 1000 };

struct junit {
    const struct findings *findings;
    bool *is_told; /* a finding each */
    FILE *file;    /* the cases */
    const char *class_name;
    size_t tests;
    size_t failures;
    size_t skipped;
};

static void put_letter(unsigned char letter, FILE *file)
{
    switch (letter) {
    case '<': (void)fputs("&lt;", file); break;
    case '>': (void)fputs("&gt;", file); break;
    case '&': (void)fputs("&amp;", file); break;
    case '"': (void)fputs("&quot;", file); break;
    case '\n': (void)fputc('\n', file); break;
    default: (void)fputc(letter < ' ' || letter > '~' ? '?' : letter, file); break;
    }
}

static void put(const char *text, FILE *file)
{
    for (; *text != 0; text++)
        put_letter((unsigned char)*text, file);
}

static void put_time(uint64_t lasted_ms, FILE *file)
{
    (void)fprintf(file, " time=\"%lu.%03lu\"", lasted_ms / MS_PER_SECOND,
                  lasted_ms % MS_PER_SECOND);
}

static void open_case(struct junit *junit, const char *name, size_t number, uint64_t lasted_ms)
{
    junit->tests++;
    (void)fputs("    <testcase classname=\"", junit->file);
    put(junit->class_name, junit->file);
    (void)fputs("\" name=\"", junit->file);
    put(name, junit->file);
    if (number > 1)
        (void)fprintf(junit->file, " (%zu)", number);
    (void)fputc('"', junit->file);
    put_time(lasted_ms, junit->file);
    (void)fputs(">\n", junit->file);
}

static void put_finding(struct junit *junit, const char *name, size_t number,
                        const struct expool_record *record)
{
    char message[MESSAGE_BYTES];
    FILE *file = junit->file;
    record_message(record, message, sizeof message);
    open_case(junit, name, number, 0);
    junit->failures++;
    (void)fputs("      <failure type=\"", file);
    put(record_label(record), file);
    (void)fputs("\" message=\"", file);
    put(message, file);
    (void)fputs("\">", file);
    put(record_line(record, record->command), file);
    (void)fputs("</failure>\n      <system-err>", file);
    put(record_text(record, record->text), file);
    (void)fputs("</system-err>\n    </testcase>\n", file);
}

static void put_failure(struct junit *junit, const char *name, const char *message,
                        uint64_t lasted_ms)
{
    open_case(junit, name, 1, lasted_ms);
    junit->failures++;
    (void)fputs("      <failure type=\"exit\" message=\"", junit->file);
    put(message, junit->file);
    (void)fputs("\"/>\n    </testcase>\n", junit->file);
}

/* The findings of one process, under `name`; how many the name has now. */
static size_t put_findings_of(struct junit *junit, const struct run_case *process, size_t number)
{
    const struct findings *findings = junit->findings;
    for (size_t i = 0; i < findings->count; i++) {
        const struct expool_record *record = findings->records[i];
        if (junit->is_told[i] || record->process != process->pid ||
            strcmp(record_program(record), process->program) != 0)
            continue;
        junit->is_told[i] = true;
        put_finding(junit, process->name, ++number, record);
    }
    return number;
}

/* All processes of one command line. */
struct group {
    const char *name;
    size_t processes; /* without those that a fork began and another program goes on as */
    uint64_t attempted;
    uint64_t guarded;
    uint64_t lasted_ms;
    bool is_program;  /* one is the program of the run itself */
    bool has_bad_end; /* `end` says which */
    bool has_failed;  /* and nobody took it well */
    char end[64];
};

/* What a forked child came to its parent has seen, and judged. */
static bool tell_bad_end(const struct run_case *process, char *text, size_t capacity)
{
    if (process->is_forked || process->end == RUN_END_GONE_ON)
        return false;
    if (process->end == RUN_END_SILENT)
        (void)snprintf(text, capacity, "ended without a word: killed, or by a crash");
    else if (process->exit_status != 0)
        (void)snprintf(text, capacity, "ended with %u", process->exit_status);
    return process->end == RUN_END_SILENT || process->exit_status != 0;
}

static void group_add(struct group *group, const struct run_cases *cases,
                      const struct run_case *process)
{
    char end[sizeof group->end];
    bool is_step = process->is_forked && process->end == RUN_END_GONE_ON;
    group->processes += !is_step;
    group->attempted += process->attempted;
    group->guarded += process->guarded;
    group->lasted_ms += process->is_forked ? 0 : process->lasted_ms;
    group->is_program |= process->is_first;
    if (group->has_failed || !tell_bad_end(process, end, sizeof end))
        return;
    memcpy(group->end, end, sizeof end);
    group->has_bad_end = true;
    group->has_failed = !run_case_is_excused(cases, process);
}

static void put_quiet(struct junit *junit, const struct group *group)
{
    open_case(junit, group->name, 1, group->lasted_ms);
    if (group->attempted == 0) {
        junit->skipped++;
        (void)fputs("      <skipped message=\"asked for no memory: nothing was checked\"/>\n",
                    junit->file);
    }
    (void)fprintf(junit->file,
                  "      <system-out>%zu %s, %lu %s, %lu of them guarded%s%s</system-out>\n"
                  "    </testcase>\n",
                  group->processes, group->processes == 1 ? "process" : "processes",
                  group->attempted, group->attempted == 1 ? "allocation" : "allocations",
                  group->guarded, group->has_bad_end ? "; " : "",
                  group->has_bad_end ? group->end : "");
}

/* The end of the run itself, or in a run that has failed that of a process which nobody above it
 * took well. In one that has not, somebody did. */
static const char *failure_of(const struct junit *junit, const struct group *group)
{
    const struct findings_run *run = junit->findings->run;
    if (group->is_program)
        return run->ended;
    return run->has_failed && group->has_failed ? group->end : NULL;
}

/* All processes of one command line, from `at` on; returns the next. */
static size_t put_case(struct junit *junit, const struct run_cases *cases, size_t at)
{
    struct group group = {.name = cases->list[at].name};
    size_t number = 0;
    size_t next = at;
    for (; next < cases->count && strcmp(cases->list[next].name, group.name) == 0; next++) {
        group_add(&group, cases, &cases->list[next]);
        number = put_findings_of(junit, &cases->list[next], number);
    }
    if (number > 0)
        return next;
    const char *failure = failure_of(junit, &group);
    if (failure != NULL)
        put_failure(junit, group.name, failure, group.lasted_ms);
    else
        put_quiet(junit, &group);
    return next;
}

static void put_run(struct junit *junit, const struct findings_run *run)
{
    for (size_t at = 0; at < run->cases->count;)
        at = put_case(junit, run->cases, at);
    if (run->cases->count == 0 && run->ended != NULL)
        put_failure(junit, run->command, run->ended, run->lasted_ms);
}

/* What belongs to no process that counted: records alone; the verifier without its page. */
static void put_rest(struct junit *junit)
{
    const struct findings *findings = junit->findings;
    for (size_t i = 0; i < findings->count; i++) {
        const struct expool_record *record = findings->records[i];
        size_t number = 1;
        if (junit->is_told[i])
            continue;
        for (size_t j = 0; j < i; j++)
            number += strcmp(record_program(findings->records[j]), record_program(record)) == 0;
        put_finding(junit, record_program(record), number, record);
    }
    if (junit->tests == 0) {
        open_case(junit, "no rule was broken", 1, 0);
        (void)fputs("    </testcase>\n", junit->file);
    }
}

static bool put_suite(const struct junit *junit, const char *cases, FILE *file)
{
    char counts[NAME_BYTES];
    (void)snprintf(counts, sizeof counts, "tests=\"%zu\" failures=\"%zu\" errors=\"0\"",
                   junit->tests, junit->failures);
    (void)fprintf(file,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites %s>\n"
                  "  <testsuite name=\"",
                  counts);
    put(junit->class_name, file);
    (void)fprintf(file, "\" %s skipped=\"%zu\"", counts, junit->skipped);
    put_time(junit->findings->run != NULL ? junit->findings->run->lasted_ms : 0, file);
    (void)fputs(">\n", file);
    (void)fputs(cases, file);
    (void)fputs("  </testsuite>\n</testsuites>\n", file);
    return ferror(file) == 0;
}

bool findings_make_junit(const struct findings *findings, FILE *file)
{
    char name[NAME_BYTES] = "expool";
    char *cases = NULL;
    size_t length = 0;
    struct junit junit = {findings, NULL, NULL, name, 0, 0, 0};
    if (findings->run != NULL)
        (void)snprintf(name, sizeof name, "expool run %s", findings->run->command);
    junit.is_told = calloc(findings->count + 1, sizeof *junit.is_told);
    junit.file = open_memstream(&cases, &length);
    bool is_made = junit.is_told != NULL && junit.file != NULL;
    if (is_made && findings->run != NULL)
        put_run(&junit, findings->run);
    if (is_made)
        put_rest(&junit);
    if (junit.file != NULL)
        is_made = fclose(junit.file) == 0 && is_made;
    is_made = is_made && put_suite(&junit, cases, file);
    free(cases);
    free(junit.is_told);
    return is_made;
}
