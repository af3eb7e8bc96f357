/* live.h - every block in use, one after the other, whoever holds its place: for censuses, tools
 * and events. */
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
};

/* Called with a lock of the pool held: takes no block, gives none, writes nothing. */
typedef void live_take(const struct live_block *block, void *context);

/* Blocks on pages that are paged out are passed over at DISPATCH_LEVEL and above. PASSIVE_LEVEL to
 * DISPATCH_LEVEL. */
void pool_each_live(live_take *take, void *context);

#endif
