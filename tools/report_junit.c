/* report_junit.c - findings as JUnit XML: a test case each, failed; one that passed when there are
 * none. */
#include "tools/findings.h"

#include <string.h>

enum { MESSAGE_BYTES = 2048 };

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

static void put_finding(const struct expool_record *record, FILE *file)
{
    char message[MESSAGE_BYTES];
    record_message(record, message, sizeof message);
    (void)fputs("    <testcase classname=\"expool\" name=\"", file);
    put(record_program(record), file);
    (void)fprintf(file, "[%u]\" time=\"0\">\n      <failure type=\"", record->process);
    put(record_label(record), file);
    (void)fputs("\" message=\"", file);
    put(message, file);
    (void)fputs("\">", file);
    put(record_line(record, record->command), file);
    (void)fputs("</failure>\n      <system-err>", file);
    put(record_text(record, record->text), file);
    (void)fputs("</system-err>\n    </testcase>\n", file);
}

bool findings_make_junit(const struct findings *findings, FILE *file)
{
    size_t tests = findings->count > 0 ? findings->count : 1;
    (void)fprintf(file,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n"
                  "  <testsuite name=\"expool\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
                  "skipped=\"0\" time=\"0\">\n",
                  tests, findings->count, tests, findings->count);
    for (size_t i = 0; i < findings->count; i++)
        put_finding(findings->records[i], file);
    if (findings->count == 0)
        (void)fputs("    <testcase classname=\"expool\" name=\"no rule was broken\" time=\"0\"/>\n",
                    file);
    (void)fputs("  </testsuite>\n</testsuites>\n", file);
    return ferror(file) == 0;
}
