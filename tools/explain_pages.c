#include "tools/explain_pages.h"

#include <stdio.h>
#include <string.h>

#define HEADING "\n### "

enum { STOP_BYTES = 32 };

/* The file as it stands in the source tree: no copy to keep. */
__asm__(".pushsection .rodata\n"
        "reports_text:\n"
        ".incbin \"" EXPOOL_REPORTS "\"\n"
        ".byte 0\n"
        ".popsection\n");
extern const char reports_text[];

/* Where the next heading of any level begins, or the text ends. */
static const char *section_end(const char *from)
{
    for (const char *line = strchr(from, '\n'); line != NULL; line = strchr(line + 1, '\n'))
        if (strncmp(line, HEADING, strlen(HEADING)) == 0 || strncmp(line, "\n## ", 4) == 0)
            return line;
    return from + strlen(from);
}

bool page_next(struct page *page)
{
    const char *from = page->rule == NULL ? reports_text : page->text + page->length;
    const char *heading = strstr(from, HEADING);
    if (heading == NULL)
        return false;
    page->rule = heading + strlen(HEADING);
    page->rule_length = strcspn(page->rule, "\n");
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

bool page_has_stop(const struct page *page, unsigned code, unsigned long sub)
{
    char stop[STOP_BYTES];
    int length = snprintf(stop, sizeof stop, "0x%02X/0x%02lX", code, sub);
    const char *at = memmem(page->text, page->length, "Stop", strlen("Stop"));
    if (at == NULL)
        return false;
    size_t left = page->length - (size_t)(at - page->text);
    const char *end = memmem(at, left, "\n\n", 2); /* the paragraph that says it */
    if (end != NULL)
        left = (size_t)(end - at);
    for (; (at = memmem(at, left, stop, (size_t)length)) != NULL; at++) {
        const char *next = at + length;
        left = (size_t)(page->text + page->length - at);
        if (!((*next >= '0' && *next <= '9') || (*next >= 'A' && *next <= 'F')))
            return true;
        left--;
    }
    return false;
}
