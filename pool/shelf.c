#include "pool/shelf.h"

#include "pool/bits.h"
#include "pool/os.h"

#include <string.h>

static uint32_t blocks_in(size_t bytes, unsigned units)
{
    return (uint32_t)(bytes / ((size_t)units * BLOCK_UNIT_BYTES));
}

static bool start_set(struct shelf shelf[SHELF_UNITS_MAX + 1], size_t bytes)
{
    size_t room = 0;
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
        room += blocks_in(bytes, units);
    struct block **blocks = os_table(room * sizeof(struct block *));
    if (blocks == NULL)
        return false;
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++) {
        size_t alone_bytes = bytes < SHELF_BYTES_ALONE ? bytes : SHELF_BYTES_ALONE;
        shelf[units] = (struct shelf){.blocks = blocks,
                                      .room = blocks_in(bytes, units),
                                      .room_alone = blocks_in(alone_bytes, units)};
        blocks += shelf[units].room;
    }
    return true;
}

bool shelves_start(struct shelves *shelves, unsigned processors)
{
    shelves->sets = processors < SHELF_SETS_MAX ? processors : SHELF_SETS_MAX;
    for (unsigned set = 0; set < shelves->sets; set++)
        if (!start_set(shelves->shelf[set], SHELF_BYTES / shelves->sets))
            return false;
    return true;
}

/* Under the shelf's lock. */
static unsigned take_locked(struct shelf *shelf, struct block **blocks, unsigned max)
{
    unsigned count = shelf->count < max ? shelf->count : max;
    __atomic_store_n(&shelf->count, shelf->count - count, __ATOMIC_RELAXED);
    memcpy(blocks, shelf->blocks + shelf->count,
           count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    return count;
}

static unsigned take(struct shelf *shelf, struct block **blocks, unsigned max)
{
    if (__atomic_load_n(&shelf->count, __ATOMIC_RELAXED) == 0)
        return 0;
    order_hide();
    spin_lock_take(&shelf->lock);
    unsigned count = take_locked(shelf, blocks, max);
    spin_lock_drop(&shelf->lock);
    order_show();
    return count;
}

unsigned shelves_take(struct shelves *shelves, unsigned set, unsigned units, struct block **blocks,
                      unsigned max)
{
    if (units > SHELF_UNITS_MAX)
        return 0;
    unsigned count = take(&shelves->shelf[set][units], blocks, max);
    for (unsigned other = 0; count == 0 && other < shelves->sets; other++)
        count = take(&shelves->shelf[other][units], blocks, max);
    return count;
}

/* A shelf's bit changes under its lock only: who puts sees it set and his blocks are taken, or sets
 * it again. */
static unsigned take_marked(struct shelves *shelves, unsigned set, unsigned units,
                            struct block **blocks, unsigned max)
{
    struct shelf *shelf = &shelves->shelf[set][units];
    uint64_t *filled = &shelves->filled[set][units / BITS_A_WORD];
    order_hide();
    spin_lock_take(&shelf->lock);
    unsigned count = take_locked(shelf, blocks, max);
    if (shelf->count == 0)
        __atomic_fetch_and(filled, ~bits_of(units), __ATOMIC_RELAXED);
    spin_lock_drop(&shelf->lock);
    order_show();
    return count;
}

unsigned shelves_take_any(struct shelves *shelves, struct block **blocks, unsigned max)
{
    enum { END = SHELF_UNITS_MAX + 1 };
    for (unsigned set = 0; set < shelves->sets; set++)
        for (unsigned units = 0; (units = bits_next(shelves->filled[set], units, END)) < END;
             units++) {
            unsigned count = take_marked(shelves, set, units, blocks, max);
            if (count > 0)
                return count;
        }
    return 0;
}

unsigned shelves_put(struct shelves *shelves, unsigned set, unsigned units,
                     struct block *const *blocks, unsigned count)
{
    if (units > SHELF_UNITS_MAX)
        return 0;
    struct shelf *shelf = &shelves->shelf[set][units];
    order_hide(); /* a thread that ends passes on its own, too */
    spin_lock_take(&shelf->lock);
    unsigned most = os_is_single_threaded() ? shelf->room_alone : shelf->room;
    unsigned room = most > shelf->count ? most - shelf->count : 0;
    count = count < room ? count : room;
    memcpy(shelf->blocks + shelf->count, blocks,
           count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    __atomic_store_n(&shelf->count, shelf->count + count, __ATOMIC_RELAXED);
    uint64_t *filled = &shelves->filled[set][units / BITS_A_WORD];
    if ((__atomic_load_n(filled, __ATOMIC_RELAXED) & bits_of(units)) == 0)
        __atomic_fetch_or(filled, bits_of(units), __ATOMIC_RELAXED);
    spin_lock_drop(&shelf->lock);
    order_show();
    return count;
}

size_t shelves_bytes(const struct shelves *shelves)
{
    size_t bytes = 0;
    for (unsigned set = 0; set < shelves->sets; set++)
        for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
            bytes += (size_t)units * BLOCK_UNIT_BYTES *
                     __atomic_load_n(&shelves->shelf[set][units].count, __ATOMIC_RELAXED);
    return bytes;
}

void shelves_lock(struct shelves *shelves)
{
    for (unsigned set = 0; set < shelves->sets; set++)
        for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
            spin_lock_take(&shelves->shelf[set][units].lock);
}

void shelves_unlock(struct shelves *shelves)
{
    for (unsigned set = 0; set < shelves->sets; set++)
        for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++)
            spin_lock_drop(&shelves->shelf[set][units].lock);
}
