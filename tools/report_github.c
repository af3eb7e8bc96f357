/* report_github.c - findings as annotations of GitHub's runners, at most ten a step, and as
 * Markdown for the step's summary ($GITHUB_STEP_SUMMARY). */
#include "tools/findings.h"
#include "tools/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ANNOTATIONS_MAX = 10, MESSAGE_BYTES = 2048, PATH_BYTES = 4096 };

/* `more`: what a property may not hold besides. */
static void put(const char *text, const char *more, FILE *file)
{
    for (; *text != 0; text++)
        if (strchr("%\r\n", *text) != NULL || strchr(more, *text) != NULL)
            (void)fprintf(file, "%%%02X", (unsigned char)*text);
        else
            (void)fputc(*text, file);
}

static void put_annotation(const struct findings *findings, const struct expool_record *record,
                           FILE *file)
{
    char message[MESSAGE_BYTES];
    char path[PATH_BYTES];
    bool is_inside;
    struct frame_names names;
    bool has_place = finding_place(findings, record, &names) != NULL && names.file[0] != 0;
    (void)fputs("::error ", file);
    if (has_place) {
        (void)fputs("file=", file);
        put(finding_path(findings, record, names.file, path, &is_inside), ":,", file);
        (void)fprintf(file, ",line=%u,", names.line);
        if (names.column != 0)
            (void)fprintf(file, "col=%u,", names.column);
    }
    (void)fputs("title=", file);
    put("expool ", ":,", file);
    put(record_label(record), ":,", file);
    (void)fputc(' ', file);
    put(record_text(record, record->rule), ":,", file);
    (void)fputs("::", file);
    record_message(record, message, sizeof message);
    put(message, "", file);
    put("\nAgain: ", "", file);
    put(record_line(record, record->command), "", file);
    (void)fputc('\n', file);
}

static void put_cell(const char *text, FILE *file)
{
    for (; *text != 0; text++)
        (void)fputs(*text == '|' ? "\\|" : *text == '\n' ? " " : (char[]){*text, 0}, file);
}

static void put_summary(const struct findings *findings, FILE *file)
{
    (void)fprintf(file, "### expool: %zu finding%s\n\n", findings->count,
                  findings->count == 1 ? "" : "s");
    if (findings->count > 0)
        (void)fputs("| stop | rule | where | what |\n| --- | --- | --- | --- |\n", file);
    for (size_t i = 0; i < findings->count; i++) {
        char message[MESSAGE_BYTES];
        char path[PATH_BYTES];
        bool is_inside;
        struct frame_names names;
        const struct expool_record *record = findings->records[i];
        record_message(record, message, sizeof message);
        (void)fprintf(file, "| %s | %s | ", record_label(record),
                      record_text(record, record->rule));
        if (finding_place(findings, record, &names) != NULL && names.file[0] != 0) {
            put_cell(finding_path(findings, record, names.file, path, &is_inside), file);
            (void)fprintf(file, ":%u", names.line);
        }
        (void)fputs(" | ", file);
        put_cell(message, file);
        (void)fputs(" |\n", file);
    }
    for (size_t i = 0; i < findings->count && i < ANNOTATIONS_MAX; i++)
        (void)fprintf(
            file, "\n<details><summary>%s, process %u</summary>\n\n```text\n%s\n```\n</details>\n",
            record_label(findings->records[i]), findings->records[i]->process,
            record_text(findings->records[i], findings->records[i]->text));
    (void)fputc('\n', file);
}

static bool append_summary(const struct findings *findings)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    if (path == NULL || path[0] == 0)
        return true;
    FILE *file = fopen(path, "ae");
    if (file != NULL) {
        put_summary(findings, file);
        if (fclose(file) == 0)
            return true;
    }
    say("%s: %s", path, strerror(errno));
    return false;
}

bool findings_make_github(const struct findings *findings, FILE *file)
{
    size_t count = findings->count;
    for (size_t i = 0; i < count && i < ANNOTATIONS_MAX; i++)
        put_annotation(findings, findings->records[i], file);
    if (count > ANNOTATIONS_MAX)
        (void)fprintf(file, "::notice title=expool::and %zu more findings\n",
                      count - ANNOTATIONS_MAX);
    return append_summary(findings) && ferror(file) == 0;
}
