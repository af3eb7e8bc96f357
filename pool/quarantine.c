#include "pool/quarantine.h"

#include "pool/cache.h"
#include "pool/checker.h"
#include "pool/heap.h"
#include "pool/lock.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/pool.h"

enum { LEAVING_MAX = 64, SLACK = 64 /* a part of it may be too many: they leave together */ };

/* A ring a pool, large enough for the smallest blocks. */
struct waiting {
    struct block *block;
    uint32_t bytes; /* its header may be damaged when it leaves */
};

struct ring {
    struct waiting *blocks;
    size_t first;
    size_t count;
    size_t bytes;
};

static struct {
    size_t bytes_max; /* of each pool; 0: no quarantine */
    size_t capacity;
    struct lock lock;
    struct ring rings[POOL_KIND_COUNT];
} quarantine = {.lock = LOCK_INITIALIZER};

bool quarantine_start(size_t bytes)
{
    quarantine.capacity =
        (bytes + bytes / SLACK) / (BLOCK_UNITS_MIN * (size_t)BLOCK_UNIT_BYTES) + 1;
    for (unsigned kind = 0; bytes > 0 && kind < POOL_KIND_COUNT; kind++) {
        struct waiting *blocks = os_table(quarantine.capacity * sizeof *blocks);
        if (blocks == NULL)
            return false;
        quarantine.rings[kind].blocks = blocks;
    }
    order_is_inner(&quarantine.lock.mutex);
    quarantine.bytes_max = bytes;
    return true;
}

static struct block *take_oldest_locked(struct ring *ring)
{
    struct waiting oldest = ring->blocks[ring->first];
    ring->first = (ring->first + 1) % quarantine.capacity;
    ring->count--;
    ring->bytes -= oldest.bytes;
    return oldest.block;
}

/* Blocks that are too many for `bytes_max`, oldest first; how many. */
static unsigned take_above(struct ring *ring, size_t bytes_max, struct block *leaving[LEAVING_MAX])
{
    unsigned count = 0;
    lock_take(&quarantine.lock);
    while (ring->bytes > bytes_max && count < LEAVING_MAX)
        leaving[count++] = take_oldest_locked(ring);
    lock_drop(&quarantine.lock);
    return count;
}

static void shrink(enum pool_kind kind, size_t bytes_max, const void *frame)
{
    struct block *leaving[LEAVING_MAX];
    unsigned count;
    while ((count = take_above(&quarantine.rings[kind], bytes_max, leaving)) > 0)
        heap_give_many(pool_heap(kind), leaving, count, frame);
}

static void keep(enum pool_kind kind, struct waiting last, const void *frame)
{
    struct ring *ring = &quarantine.rings[kind];
    lock_take(&quarantine.lock);
    bool has_room = ring->count < quarantine.capacity;
    if (has_room) {
        ring->blocks[(ring->first + ring->count++) % quarantine.capacity] = last;
        ring->bytes += last.bytes;
    }
    bool is_full = ring->bytes > quarantine.bytes_max + quarantine.bytes_max / SLACK;
    lock_drop(&quarantine.lock);
    if (!has_room)
        heap_give_many(pool_heap(kind), &last.block, 1, frame);
    if (is_full)
        shrink(kind, quarantine.bytes_max, frame);
}

void quarantine_keep(enum pool_kind kind, struct block *block, const void *frame)
{
    order_hide();
    checker_look_away();
    unsigned units = block_units(block);
    checker_look();
    if (quarantine.bytes_max > 0)
        keep(kind, (struct waiting){block, units * BLOCK_UNIT_BYTES}, frame);
    else
        cache_keep(kind, block, units, frame);
    order_show();
}

void quarantine_empty(enum pool_kind kind)
{
    shrink(kind, 0, NULL);
}

size_t quarantine_bytes(enum pool_kind kind)
{
    lock_take(&quarantine.lock);
    size_t bytes = quarantine.rings[kind].bytes;
    lock_drop(&quarantine.lock);
    return bytes;
}

bool quarantine_give_way(void)
{
    size_t bytes = 0;
    for (unsigned i = 0; quarantine.bytes_max > 0 && i < POOL_KIND_COUNT; i++) {
        enum pool_kind kind = (enum pool_kind)i;
        if (pool_is_paged(kind) && irql_current >= IRQL_DISPATCH)
            continue;
        bytes += quarantine_bytes(kind);
        quarantine_empty(kind);
    }
    return bytes > 0;
}

void quarantine_lock(void)
{
    lock_take(&quarantine.lock);
}

void quarantine_unlock(void)
{
    lock_drop(&quarantine.lock);
}
