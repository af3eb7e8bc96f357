/* shelf.h - the shared lookasides of small block sizes: cached blocks that one thread's cache had
 * too many of and another's too few, in front of the heap and its lock.
 *   shelves -> set of a processor -> shelf of a size -> | block | block | ... |  a stack
 * A thread puts on the shelves of one set and takes from them first, so that blocks stay near the
 * processor that used them; another set's are taken before the heap is asked. Each shelf is guarded
 * by its own spin lock. Blocks on it carry BLOCK_TYPE_CACHED. */
#ifndef POOL_SHELF_H
#define POOL_SHELF_H

#include "pool/bits.h"
#include "pool/block.h"
#include "pool/lock.h"

#include <stdbool.h>

enum {
    SHELF_UNITS_MAX = 65,   /* 1 KiB and a header; above, blocks go back to the heap to be joined */
    SHELF_BYTES = 64 << 10, /* of a size, over all sets, */
    SHELF_BYTES_ALONE = 16 << 10, /* or so many where there is nobody to pass blocks on to */
    SHELF_SETS_MAX = 8,
};

struct shelf {
    _Alignas(64) struct spin_lock lock; /* no line with another's */
    uint32_t count;
    uint32_t room;
    uint32_t room_alone;
    struct block **blocks;
};

/* Of one pool. */
struct shelves {
    unsigned sets;
    uint64_t filled[SHELF_SETS_MAX]
                   [SHELF_UNITS_MAX / BITS_A_WORD + 1];      /* a bit for each that may hold any */
    struct shelf shelf[SHELF_SETS_MAX][SHELF_UNITS_MAX + 1]; /* by units */
};

/* One set for each of the processors, up to SHELF_SETS_MAX; false when there is no memory. */
bool shelves_start(struct shelves *shelves, unsigned processors);

/* Bytes of blocks on all shelves. */
size_t shelves_bytes(const struct shelves *shelves);

/* Around fork. */
void shelves_lock(struct shelves *shelves);
void shelves_unlock(struct shelves *shelves);

/* Takes up to `max` blocks, all from one shelf; how many. `set` is below `sets`. */
unsigned shelves_take(struct shelves *shelves, unsigned set, unsigned units, struct block **blocks,
                      unsigned max);

/* The same of whatever shelf has any: until it is 0, all are empty. */
unsigned shelves_take_any(struct shelves *shelves, struct block **blocks, unsigned max);

/* Puts as many as there is room for, from the first; how many. `units` is not asked of the blocks,
 * whose headers may be damaged. */
unsigned shelves_put(struct shelves *shelves, unsigned set, unsigned units,
                     struct block *const *blocks, unsigned count);

#endif
