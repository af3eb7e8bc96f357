/* words.h - the words of a list in a string, one after the other, as they stand there.
 *   struct word word;
 *   for (const char *rest = "drva.so drvb"; words_next(&rest, " ", &word);) ... */
#ifndef POOL_WORDS_H
#define POOL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct word {
    const char *start; /* no 0 ends it */
    size_t length;
};

/* The next word of `*rest`; any of the letters of `between` part two. False: there is none. */
static inline bool words_next(const char **rest, const char *between, struct word *word)
{
    word->start = *rest + strspn(*rest, between);
    word->length = strcspn(word->start, between);
    *rest = word->start + word->length;
    return word->length > 0;
}

#endif
