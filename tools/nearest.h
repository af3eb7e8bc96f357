/* nearest.h - what somebody may have meant. */
#ifndef TOOLS_NEAREST_H
#define TOOLS_NEAREST_H

#include <stddef.h>

/* How many letters must be added, left out or changed; upper and lower case are the same. */
unsigned word_distance(const char *one, const char *other);

struct nearest {
    const char *typed;
    const char *best; /* NULL: nothing was offered yet */
    unsigned distance;
};

/* Offers one more word. */
void nearest_offer(struct nearest *nearest, const char *word);

/* "; the nearest is '--verify'", `before` in front of the word; "" when none is close: up to every
 * third letter is another, or it begins so. Valid until the next call. */
const char *nearest_hint(const struct nearest *nearest, const char *before);

#endif
