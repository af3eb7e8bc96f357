#include "tools/explain_pages.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define HEADING "\n### "
#define SAMPLE  "<!-- sample: "
#define BUG     "\n@@ tests/bugs/"

enum { STOP_BYTES = 48, NAME_BYTES = 128 };

/* The files as they stand in the source tree: no copies to keep. */
__asm__(".pushsection .rodata\n"
        "reports_text:\n"
        ".incbin \"" EXPOOL_REPORTS "\"\n"
        "reports_end:\n"
        ".byte 0\n"
        "bugs_text:\n"
        ".incbin \"" EXPOOL_BUGS "\"\n"
        "bugs_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern const char reports_text[], reports_end[];
extern const char bugs_text[], bugs_end[];

/* strstr() with an end: sanitizers measure the whole text at each call of that. */
static const char *text_find(const char *from, const char *end, const char *wanted)
{
    return memmem(from, (size_t)(end - from), wanted, strlen(wanted));
}

/* Where the next heading of any level begins, or the text ends. */
static const char *section_end(const char *from)
{
    for (const char *line = strchr(from, '\n'); line != NULL; line = strchr(line + 1, '\n'))
        if (strncmp(line, HEADING, strlen(HEADING)) == 0 || strncmp(line, "\n## ", 4) == 0)
            return line;
    return from + strlen(from);
}

/* Other headings have blanks or capitals. */
static bool is_rule(const char *heading, size_t length)
{
    return strspn(heading, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

bool page_next(struct page *page)
{
    const char *from = page->rule == NULL ? reports_text : page->text + page->length;
    const char *heading = text_find(from, reports_end, HEADING);
    for (; heading != NULL; heading = text_find(heading + 1, reports_end, HEADING)) {
        page->rule = heading + strlen(HEADING);
        page->rule_length = strcspn(page->rule, "\n");
        if (is_rule(page->rule, page->rule_length))
            break;
    }
    if (heading == NULL)
        return false;
    page->text = page->rule + page->rule_length;
    page->length = (size_t)(section_end(page->text) - page->text);
    return true;
}

bool page_find(const char *rule, struct page *page)
{
    *page = (struct page){0};
    while (page_next(page))
        if (strlen(rule) == page->rule_length && strncmp(rule, page->rule, page->rule_length) == 0)
            return true;
    return false;
}

/* True when `stop` stands in the sentence "Stop: ..." and nothing of a code follows it. */
static bool names_stop(const struct page *page, const char *stop, bool has_case)
{
    const char *at = memmem(page->text, page->length, "Stop: ", strlen("Stop: "));
    if (at == NULL)
        return false;
    const char *end = memmem(at, (size_t)(page->text + page->length - at), "\n\n", 2);
    end = end != NULL ? end : page->text + page->length;
    while ((at = memmem(at, (size_t)(end - at), stop, strlen(stop))) != NULL) {
        char next = at[strlen(stop)];
        bool is_whole = at[-1] != '/' && !isxdigit((unsigned char)next);
        if (is_whole && (has_case || next != '/'))
            return true;
        at++;
    }
    return false;
}

bool page_has_case(const struct page *page, uint32_t code, uint64_t number)
{
    char stop[STOP_BYTES];
    (void)snprintf(stop, sizeof stop, "0x%02X/0x%02lX", code, number);
    return names_stop(page, stop, true);
}

bool page_has_code(const struct page *page, uint32_t code)
{
    char stop[STOP_BYTES];
    (void)snprintf(stop, sizeof stop, "0x%02X", code);
    return names_stop(page, stop, false);
}

bool page_bug(const struct page *page, const char **source, size_t *length)
{
    char mark[NAME_BYTES];
    const char *sample = memmem(page->text, page->length, SAMPLE, strlen(SAMPLE));
    if (sample == NULL)
        return false;
    sample += strlen(SAMPLE);
    (void)snprintf(mark, sizeof mark, BUG "%.*s.c\n", (int)strcspn(sample, " "), sample);
    const char *found = text_find(bugs_text, bugs_end, mark);
    if (found == NULL)
        return false;
    *source = found + strlen("\n@@ ");
    const char *end = text_find(*source, bugs_end, "\n@@ ");
    *length = (size_t)((end != NULL ? end : bugs_end) - *source);
    return true;
}
