/* explain_pages.h - the manual, embedded at build time: docs/REPORTS.md with a section for each
 * rule, and the planted bugs of tests/bugs/ that its samples name. */
#ifndef TOOLS_EXPLAIN_PAGES_H
#define TOOLS_EXPLAIN_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A section, from behind its heading to the next one. Valid for ever; nothing is terminated. */
struct page {
    const char *rule; /* the heading: "damage-after-block" */
    size_t rule_length;
    const char *text;
    size_t length;
};

/* The next page behind `*page`; the first one when page->rule is NULL. False: there are no more. */
bool page_next(struct page *page);

/* The page of a rule; false when there is none of that name. */
bool page_find(const char *rule, struct page *page);

/* True when the page's "Stop:" sentence names that code and case. */
bool page_has_case(const struct page *page, uint32_t code, uint64_t number);

/* The same for a code that has no cases. */
bool page_has_code(const struct page *page, uint32_t code);

/* The planted bug that the page's sample shows: its source and its path; false: it has none. */
bool page_bug(const struct page *page, const char **source, size_t *length);

#endif
