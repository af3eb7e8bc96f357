/* shelf.h - the shared lookaside of one block size: cached blocks that one thread's cache had too
 * many of and another's too few, in front of the heap and its lock.
 *   shelf -> | block | block | ... |  a stack of pointers, SHELF_BYTES worth of blocks at most
 * Guarded by the shelf's own spin lock. Blocks on it carry BLOCK_TYPE_CACHED. */
#ifndef POOL_SHELF_H
#define POOL_SHELF_H

#include "pool/block.h"
#include "pool/lock.h"

#include <stdbool.h>

enum {
    SHELF_UNITS_MAX = 65, /* 1 KiB and a header; above, blocks go back to the heap to be joined */
    SHELF_BYTES = 64 << 10,
    SHELF_SHARE_ALONE = 4, /* a quarter of that where there is nobody to pass blocks on to */
};

struct shelf {
    struct spin_lock lock;
    uint32_t count;
    struct block **blocks;
    uint32_t room;
};

/* Makes the shelves of one pool, by units; false when there is no memory. */
bool shelves_start(struct shelf shelves[SHELF_UNITS_MAX + 1]);

/* Bytes of blocks on all shelves of a pool. */
size_t shelves_bytes(const struct shelf shelves[SHELF_UNITS_MAX + 1]);

/* Around fork. */
void shelves_lock(struct shelf shelves[SHELF_UNITS_MAX + 1]);
void shelves_unlock(struct shelf shelves[SHELF_UNITS_MAX + 1]);

/* Takes up to `max` blocks; how many. */
unsigned shelf_take(struct shelf *shelf, struct block **blocks, unsigned max);

/* Puts as many as there is room for, from the first; how many. */
unsigned shelf_put(struct shelf *shelf, struct block *const *blocks, unsigned count);

#endif
