/* cache.h - the calling thread's lookaside of small blocks, one stack for each pool and size: what
 * Windows keeps per processor. Freed blocks wait here, marked BLOCK_TYPE_CACHED, and are handed out
 * again without a lock.
 *
 *   cache_pools[n] -> bins[units]: | count | limit | -> | block | block | ... |
 *                     tags:        the thread's counts by tag
 *
 * A bin too empty or too full goes to the shelf of its size, then to the heap, for several blocks at
 * once. Limits start small and grow with demand out of a budget of CACHE_BYTES a thread; bins that
 * rest lose theirs. Only the owning thread touches bins; `count` may be read by others. */
#ifndef POOL_CACHE_H
#define POOL_CACHE_H

#include "pool/block.h"
#include "pool/kind.h"
#include "pool/request.h"
#include "pool/tag.h"

#include "pool/util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CACHE_UNITS_MAX = 254,
    CACHE_SIZE_MAX = CACHE_UNITS_MAX * BLOCK_UNIT_BYTES - BLOCK_HEADER_BYTES,
    CACHE_BYTES = 256 << 10,
};

struct cache_bin {
    uint16_t count;
    uint16_t limit;
    uint16_t capacity;
    uint16_t seen; /* `count` when the hand that looks for resting bins came by last */
    struct block **blocks;
};

struct cache_pool {
    struct cache_bin bins[BLOCK_UNITS_PAGE];
    struct tag_table tags;
};

/* By `cache_pool_number`; the closed pool, whose bins are neither empty nor full but both, where
 * the thread has none yet or its IRQL forbids the pool. */
enum { CACHE_POOL_NUMBERS = 4 };
extern HIDDEN _Thread_local struct cache_pool *cache_pools[CACHE_POOL_NUMBERS] TLS_FAST;

/* Bit 0 of a POOL_TYPE says paged, bit 9 no-execute; paged pool never executes. */
static inline unsigned cache_pool_number(uint32_t pool_type)
{
    return (pool_type & 1) << 1 | (pool_type >> 9 & 1);
}

struct heap;
struct shelf;

/* Tells the cache where blocks come from; shelves as shelves_start made them. */
void cache_start(struct heap *heap, struct shelf *shelves);

/* The thread's IRQL is `irql` from now on. */
void cache_follow_irql(unsigned irql);

/* At least one block into the empty bin, fresh ones with `tag`; false: no memory, or no cache. */
bool cache_refill(enum pool_kind kind, unsigned units, uint32_t tag, const void *frame);
/* Room for a block in the full bin; false: none is to be kept. */
bool cache_make_room(enum pool_kind kind, unsigned units, const void *frame);

/* A small request of ordinary alignment, the long way: judged already, stacks recorded. NULL: no
 * memory. *served is false when the thread has no cache: then ask the heap. */
void *cache_allocate(const struct request *request, bool *served);

/* Keeps a block that heap_free_to_cache has returned, or passes it on. */
void cache_keep(enum pool_kind kind, struct block *block, const void *frame);

/* Can this thread keep blocks? */
bool cache_is_open(enum pool_kind kind);

/* Bytes of blocks in all threads' caches and on the shelves of the pool. */
size_t cache_bytes(enum pool_kind kind);

/* Empties the calling thread's cache and every shelf into the heaps. */
void cache_trim(void);

/* Around fork. */
void cache_lock_all(void);
void cache_unlock_all(void);

#endif
