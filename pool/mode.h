/* mode.h - why the quick paths (quick.h) must step aside: one word, read at every call. 0 is the
 * common case: started, sealed, counted, nobody watching. */
#ifndef POOL_MODE_H
#define POOL_MODE_H

#include "pool/util.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    /* The long way, always: */
    MODE_NOT_STARTED = 1,
    MODE_HOOKED = 2,      /* a hook wants to see every call */
    MODE_STACKS = 4,      /* headers carry the stacks of allocation and free */
    MODE_DAMAGED = 8,     /* a page was taken out of use, whose blocks caches may still hold */
    MODE_PRESSED = 128,   /* memory_pressure= counts calls */
    MODE_PAGED_OUT = 256, /* a free may be of a page that is out: its IRQL is judged first */
    MODE_CHECKED = 512,   /* a memory checker is told of every block: checker.h */
    MODE_LONG_WAY = 15 | 128 | 256 | 512,
    /* Quick paths of their own: */
    MODE_UNSEALED = 16,  /* seal=off */
    MODE_UNCOUNTED = 32, /* tag_stats=off */
    MODE_PORTABLE = 64,  /* the processor has no CRC instruction */
};

extern HIDDEN uint16_t pool_mode;

static inline uint16_t mode_now(void)
{
    return RACY_READ(pool_mode);
}

void mode_set(uint16_t bits, bool on);
/* What the options ask for: the pool has started. */
void mode_start(void);

/* Where pool addresses are, in units of 16 bytes, and what their pages are. In any mode but 0 no
 * address is in the range of every day: a free asks nothing else. */
struct quick_range {
    uintptr_t start;
    size_t units;
    size_t units_every_day;
    const uint8_t *uses;
};
extern HIDDEN struct quick_range quick_range;

#endif
