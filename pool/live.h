/* live.h - every block, one after the other, whoever holds its place: for tools and events. */
#ifndef POOL_LIVE_H
#define POOL_LIVE_H

#include "pool/kind.h"
#include "pool/stack.h"

#include <stdbool.h>
#include <stddef.h>

struct live_block {
    const void *address; /* as the caller has it */
    size_t size_bytes;   /* as charged to its tag */
    uint32_t tag;        /* without protection */
    enum pool_kind kind;
    stack_id stack; /* 0: not recorded */
    bool is_big;    /* whole pages */
    bool is_free;   /* a free piece of a page, or cached; its tag is the last one's */
};

/* Called with a lock of the pool held: takes no block, gives none, writes nothing. */
typedef void live_take(const struct live_block *block, void *context);

/* Every block in use. What is on pages that are paged out is passed over. At most
 * DISPATCH_LEVEL. */
void pool_each_live(live_take *take, void *context);

/* Every piece of one pool's pages, in the order of addresses; special pool is not asked. */
void pool_each_piece(enum pool_kind kind, live_take *take, void *context);

#endif
