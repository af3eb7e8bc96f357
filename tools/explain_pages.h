/* explain_pages.h - docs/REPORTS.md, embedded at build time: a section for each rule. */
#ifndef TOOLS_EXPLAIN_PAGES_H
#define TOOLS_EXPLAIN_PAGES_H

#include <stdbool.h>
#include <stddef.h>

/* A section, from behind its heading to the next one. Valid for ever; not terminated. */
struct page {
    const char *rule; /* the heading: "damage-after-block"; not terminated */
    size_t rule_length;
    const char *text;
    size_t length;
};

/* The next page behind `*page`; the first one when page->rule is NULL. False: there are no more. */
bool page_next(struct page *page);

/* The page of a rule; false when there is none of that name. */
bool page_find(const char *rule, struct page *page);

/* True when the page's "Stop:" sentence names 0xCODE/0xSUB. */
bool page_has_stop(const struct page *page, unsigned code, unsigned long sub);

#endif
