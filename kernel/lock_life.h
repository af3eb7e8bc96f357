/* lock_life.h - was a lock initialised, and is it still the one that was? Answered by what the
 * memory holds and where it lies. */
#ifndef KERNEL_LOCK_LIFE_H
#define KERNEL_LOCK_LIFE_H

#include "kernel/deadlock.h"

#include <stdbool.h>

/* What is known of a lock, copied out of the graph. */
struct lock_sight {
    uintptr_t lock; /* 0: nothing is known */
    const void *owner;
    uint32_t owner_id;
    uint8_t kind;
    stack_id initialized;
    stack_id acquired;
};

/* False: it holds what no initialised lock of this kind ever does. A spin lock of zeroes is one. */
bool lock_is_started(const struct lock_call *call);

/* Initialised anew by who has the stack `now`: is that the same lock? True when somebody holds it,
 * it lies in a block of pool, or the call that initialised it is not over. */
bool lock_still_lives(const struct lock_sight *before, stack_id now);

#endif
