/* extras.h - what the verifier does beside putting a block into special pool, a bit each: the way
 * of every block asks one word, and where it is 0 none of them. */
#ifndef VERIFIER_EXTRAS_H
#define VERIFIER_EXTRAS_H

#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>

enum extra {
    EXTRA_INJECT = 1,  /* calls may be made to fail */
    EXTRA_CHOOSES = 2, /* not every image is verified */
    EXTRA_SELECTS = 4, /* not every verified block goes to special pool */
    EXTRA_DRIVERS = 8, /* blocks belong to drivers */
    EXTRA_TRIMS = 16,  /* Force IRQL has closed a block once */
};

extern HIDDEN _Atomic unsigned extras;

/* Any thread, at any time: who is on its way may still go the old one. */
void extras_set(enum extra extra, bool is_on);

static inline bool extras_any(void)
{
    return UNLIKELY(atomic_load_explicit(&extras, memory_order_relaxed) != 0);
}

/* Any of these bits? */
static inline bool extras_have(unsigned wanted)
{
    return UNLIKELY((atomic_load_explicit(&extras, memory_order_relaxed) & wanted) != 0);
}

#endif
