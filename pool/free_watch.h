/* free_watch.h - asked under the verifier before a block is freed: is something in it still in use?
 * Whoever has such things (timers, queued DPCs ...) counts them here, and is asked while there are
 * any. */
#ifndef POOL_FREE_WATCH_H
#define POOL_FREE_WATCH_H

#include "pool/request.h"
#include "pool/story.h"

#include <stdatomic.h>
#include <stdbool.h>

/* The block of `story` is about to be freed; raises a violation for each thing found in it. */
typedef void free_watch(const struct release *release, const struct story *story);

extern atomic_uint free_watch_count; /* of things in use; 0: nobody is asked */

static inline bool free_watch_is_wanted(void)
{
    return atomic_load_explicit(&free_watch_count, memory_order_relaxed) != 0;
}

void free_watch_by(free_watch *watch);
void free_watch_ask(const struct release *release);

#endif
