/* report_junit.c - findings as JUnit XML: a test case for each command line that ran, failed by
 * what was found in it. Names stay the same from run to run; where one finds more they count on. */
#include "tools/findings.h"
#include "tools/run_cases.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES = 2048, NAME_BYTES = 512 };

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

static void open_case(struct junit *junit, const char *name, size_t number)
{
    junit->tests++;
    (void)fputs("    <testcase classname=\"", junit->file);
    put(junit->class_name, junit->file);
    (void)fputs("\" name=\"", junit->file);
    put(name, junit->file);
    if (number > 1)
        (void)fprintf(junit->file, " (%zu)", number);
    (void)fputs("\" time=\"0\">\n", junit->file);
}

static void put_finding(struct junit *junit, const char *name, size_t number,
                        const struct expool_record *record)
{
    char message[MESSAGE_BYTES];
    FILE *file = junit->file;
    record_message(record, message, sizeof message);
    open_case(junit, name, number);
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

static void put_failure(struct junit *junit, const char *name, const char *type,
                        const char *message)
{
    open_case(junit, name, 1);
    junit->failures++;
    (void)fprintf(junit->file, "      <failure type=\"%s\" message=\"", type);
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

static void put_quiet(struct junit *junit, const struct run_case *process, size_t processes,
                      uint64_t attempted, uint64_t guarded)
{
    open_case(junit, process->name, 1);
    if (attempted == 0) {
        junit->skipped++;
        (void)fputs("      <skipped message=\"asked for no memory: nothing was checked\"/>\n",
                    junit->file);
    }
    (void)fprintf(junit->file,
                  "      <system-out>%zu %s, %lu allocations, %lu of them guarded</system-out>\n"
                  "    </testcase>\n",
                  processes, processes == 1 ? "process" : "processes", attempted, guarded);
}

/* All processes of one command line, from `at` on; returns the next. */
static size_t put_case(struct junit *junit, const struct run_cases *cases, size_t at)
{
    const struct run_case *first = &cases->list[at];
    const char *ended = junit->findings->run->ended;
    uint64_t attempted = 0;
    uint64_t guarded = 0;
    size_t number = 0;
    size_t next = at;
    bool is_program = false;
    for (; next < cases->count && strcmp(cases->list[next].name, first->name) == 0; next++) {
        const struct run_case *process = &cases->list[next];
        attempted += process->attempted;
        guarded += process->guarded;
        is_program = is_program || process->is_first;
        number = put_findings_of(junit, process, number);
    }
    if (number > 0)
        return next;
    if (is_program && ended != NULL)
        put_failure(junit, first->name, "exit", ended);
    else
        put_quiet(junit, first, next - at, attempted, guarded);
    return next;
}

static void put_run(struct junit *junit, const struct findings_run *run)
{
    for (size_t at = 0; at < run->cases->count;)
        at = put_case(junit, run->cases, at);
    if (run->cases->count == 0 && run->ended != NULL)
        put_failure(junit, run->command, "exit", run->ended);
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
        open_case(junit, "no rule was broken", 1);
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
    (void)fprintf(file, "\" %s skipped=\"%zu\" time=\"0\">\n", counts, junit->skipped);
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
