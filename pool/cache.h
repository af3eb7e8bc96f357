/* cache.h - the calling thread's lookaside of small blocks, one stack for each pool and size: what
 * Windows keeps per processor. Freed blocks wait here, marked BLOCK_TYPE_CACHED, and are handed out
 * again without a lock.
 *
 *   cache_pools[n] -> bin of a size: | count | limit | block | block | ... |
 *                     tags:          the thread's counts by tag
 *
 * A bin too empty or too full goes to the shelf of its size, then to the heap, for several blocks
 * at once. Limits start small and grow with demand out of a budget of CACHE_BYTES a thread; bins
 * that rest lose theirs. Only the owning thread touches bins; `count` may be read by others. */
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
    CACHE_BYTES = 64 << 10,
    CACHE_BYTES_ALONE = 512 << 10, /* of the only thread there is: nobody else could use them */
};

/* Count and blocks lie together: a bin that is not deep is one line of the processor's cache. */
struct cache_bin {
    uint32_t count;
    uint32_t limit;
    struct block *blocks[];
};

/* The smaller the blocks, the more of them a bin has room for. */
enum { CACHE_BIN_BLOCKS_MAX = 71, CACHE_BINS_BYTES = 2584 * 8 };

struct cache_pool {
    _Alignas(64) struct tag_table tags;
    uint16_t at[BLOCK_UNITS_PAGE]; /* where in `bins` a size has its own; 0: one that stays empty */
    _Alignas(8) unsigned char bins[CACHE_BINS_BYTES];
};

static inline struct cache_bin *cache_bin(struct cache_pool *pool, size_t units)
{
    return (struct cache_bin *)(void *)(pool->bins + pool->at[units]);
}

/* By kind, and by `cache_number`; the closed pool, whose bins are neither empty nor full but both,
 * where the thread has none yet or its IRQL forbids the pool. */
enum { CACHE_NUMBER_PAGED = 1, CACHE_NUMBER_PAGED_NX = 3, CACHE_NUMBERS };
struct cache_pools {
    struct cache_pool *by_kind[POOL_KIND_COUNT];
    struct cache_pool *by_number[CACHE_NUMBERS];
    struct cache_pool *paged; /* what paged pool's entries are where the IRQL allows it */
};
extern HIDDEN _Thread_local struct cache_pools cache_pools TLS_FAST;
extern HIDDEN struct cache_pool cache_closed;

/* Bit 0 of a POOL_TYPE says paged, bit 9 no-execute; paged pool never executes. */
static inline unsigned cache_number(uint32_t pool_type)
{
    return (pool_type | pool_type >> 8) & 3;
}

static inline enum pool_kind cache_kind(unsigned number)
{
    if (number == 0)
        return POOL_NONPAGED_EXECUTE;
    return number == 2 ? POOL_NONPAGED : POOL_PAGED;
}

struct heap;
struct shelves;

/* Tells the cache where blocks come from, by kind. */
void cache_start(struct heap *heaps, struct shelves *shelves);

/* Sets every entry for an IRQL. */
void cache_follow(unsigned irql);

/* The thread's IRQL was `before` and is `irql` from now on. Up to DISPATCH_LEVEL only paged pool
 * opens and closes. */
static inline void cache_follow_irql(unsigned before, unsigned irql)
{
    if (UNLIKELY((before > irql ? before : irql) > IRQL_DISPATCH)) {
        cache_follow(irql);
        return;
    }
    struct cache_pool *paged = irql <= IRQL_APC ? cache_pools.paged : &cache_closed;
    cache_pools.by_kind[POOL_PAGED] = paged;
    cache_pools.by_number[CACHE_NUMBER_PAGED] = paged;
    cache_pools.by_number[CACHE_NUMBER_PAGED_NX] = paged;
}

/* At least one block into the empty bin, fresh ones with `tag`; false: no memory, or no cache. */
bool cache_refill(enum pool_kind kind, unsigned units, uint32_t tag, const void *frame);
/* Room for a block in the full bin; false: none is to be kept. */
bool cache_make_room(enum pool_kind kind, unsigned units, const void *frame);

/* A small request of ordinary alignment, the long way: judged already, stacks recorded. NULL: no
 * memory. *served is false when the thread has no cache: then ask the heap. */
void *cache_allocate(const struct request *request, bool *served);

/* Keeps a block that heap_free_to_cache has returned, or passes it on. */
void cache_keep(enum pool_kind kind, struct block *block, unsigned units, const void *frame);

/* Can this thread keep blocks? */
bool cache_is_open(enum pool_kind kind);

/* Bytes of blocks in the calling thread's cache. */
size_t cache_own_bytes(enum pool_kind kind);

/* Bytes of blocks in all threads' caches and on the shelves of the pool. */
size_t cache_bytes(enum pool_kind kind);

/* Empties the calling thread's cache of `kind` and its shelves into the heap. */
void cache_trim(enum pool_kind kind);

/* The calling thread's cache, emptied of every kind, as if it were new. */
void cache_restart(void);

/* Around fork. */
void cache_lock_all(void);
void cache_unlock_all(void);

#endif
