#include "pool/shelf.h"

#include "pool/os.h"

#include <string.h>

static uint32_t room_of(unsigned units)
{
    return (uint32_t)(SHELF_BYTES / (units * BLOCK_UNIT_BYTES));
}

bool shelves_start(struct shelf shelves[SHELF_UNITS_MAX + 1])
{
    size_t room = 0;
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
        room += room_of(units);
    struct block **blocks = os_table(room * sizeof(struct block *));
    if (blocks == NULL)
        return false;
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++) {
        shelves[units] = (struct shelf){.blocks = blocks, .room = room_of(units)};
        blocks += room_of(units);
    }
    return true;
}

unsigned shelf_take(struct shelf *shelf, struct block **blocks, unsigned max)
{
    if (__atomic_load_n(&shelf->count, __ATOMIC_RELAXED) == 0)
        return 0;
    spin_lock_take(&shelf->lock);
    unsigned count = shelf->count < max ? shelf->count : max;
    __atomic_store_n(&shelf->count, shelf->count - count, __ATOMIC_RELAXED);
    memcpy(blocks, shelf->blocks + shelf->count,
           count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    spin_lock_drop(&shelf->lock);
    return count;
}

unsigned shelf_put(struct shelf *shelf, struct block *const *blocks, unsigned count)
{
    spin_lock_take(&shelf->lock);
    unsigned most = os_is_single_threaded() ? shelf->room / SHELF_SHARE_ALONE : shelf->room;
    unsigned room = most > shelf->count ? most - shelf->count : 0;
    count = count < room ? count : room;
    memcpy(shelf->blocks + shelf->count, blocks,
           count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    __atomic_store_n(&shelf->count, shelf->count + count, __ATOMIC_RELAXED);
    spin_lock_drop(&shelf->lock);
    return count;
}

size_t shelves_bytes(const struct shelf shelves[SHELF_UNITS_MAX + 1])
{
    size_t bytes = 0;
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
        bytes += (size_t)units * BLOCK_UNIT_BYTES *
                 __atomic_load_n(&shelves[units].count, __ATOMIC_RELAXED);
    return bytes;
}

void shelves_lock(struct shelf shelves[SHELF_UNITS_MAX + 1])
{
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
        spin_lock_take(&shelves[units].lock);
}

void shelves_unlock(struct shelf shelves[SHELF_UNITS_MAX + 1])
{
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
        spin_lock_drop(&shelves[units].lock);
}
