/* report_child.h - what a child that stops leaves behind: whole reports. */
#ifndef TESTS_REPORT_CHILD_H
#define TESTS_REPORT_CHILD_H

#include "tests/child.h"

#include "expool/pool.h"
#include "expool/verifier.h"

#include <stdio.h>

enum { TAG = 'tseT', EXIT_BUGCHECK = 196 };

static inline unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* One that begins and ends, with its summary between. */
static inline void expect_whole(const struct child *child, const char *headline)
{
    EXPECT_TEXT(child->text, headline);
    EXPECT_TEXT(strstr(child->text, headline), "\nSUMMARY: expool: ");
    EXPECT_TEXT(strstr(child->text, "\nSUMMARY: "), "END OF REPORT");
    EXPECT_EQUAL(occurrences(child->text, "BUG CHECK"), occurrences(child->text, "END OF REPORT"));
}

/* The verifier, with these options. */
static inline void start(const char *more)
{
    char text[256];
    snprintf(text, sizeof text, "leaks=off:%s", more);
    EXPECT_EQUAL(expool_options_set(text), 0);
    EXPECT(expool_verifier_start());
}

#endif
