#include "pool/page.h"

enum {
    CACHE_LINE_BYTES = 64,
    AHEAD = 4, /* blocks whose headers are fetched while this one is written */
};

struct block *page_cut(void *page, enum pool_kind kind)
{
    block_lay(page, block_place_of(0, kind, BLOCK_UNITS_PAGE), BLOCK_FREE, 0);
    return page;
}

/* Whole lines, so that none is shared; a request for nothing is one for a byte. */
static size_t line_bytes(size_t size_bytes)
{
    return round_up(size_bytes > 0 ? size_bytes : 1, CACHE_LINE_BYTES);
}

unsigned page_units_needed(size_t size_bytes, bool cache_aligned)
{
    if (cache_aligned) /* behind the lines up to five units remain, in front at least two */
        size_bytes = line_bytes(size_bytes) + CACHE_LINE_BYTES + (size_t)3 * BLOCK_UNIT_BYTES;
    size_t units = (size_bytes + BLOCK_HEADER_BYTES + BLOCK_UNIT_BYTES - 1) / BLOCK_UNIT_BYTES;
    return units < BLOCK_UNITS_MIN ? BLOCK_UNITS_MIN : (unsigned)units;
}

/* The block behind must know our size. A damaged header stays as it is: a seal would hide it. */
static void tell_next(struct block *block)
{
    struct block *next = block_next(block);
    if (next == NULL || !block_is_sealed(next))
        return;
    block_set_previous_units(next, block_units(block));
}

/* Cuts `block` in two, the front `units` long; returns the back, free and sealed. */
static struct block *split(struct block *block, unsigned units)
{
    unsigned rest_units = block_units(block) - units;
    struct block *back = (struct block *)((uintptr_t)block + (size_t)units * BLOCK_UNIT_BYTES);
    block_lay(back, block_place_of(units, block->pool_index, rest_units), BLOCK_FREE, 0);
    block_set_units(block, units);
    tell_next(back);
    return back;
}

struct block *page_carve(struct block *block, unsigned units, struct block **rest)
{
    unsigned rest_units = block_units(block) - units;
    *rest = NULL;
    if (rest_units < BLOCK_UNITS_MIN)
        return block;
    if (block_unit_in_page(block) == 0) {
        *rest = split(block, units);
        return block;
    }
    *rest = block;
    return split(block, rest_units);
}

/* Lays `count` blocks side by side from `at` on; the last of `blocks` is the first in memory. */
static void lay(struct block *at, const struct page_cutting *cutting, unsigned count)
{
    size_t bytes = (size_t)cutting->units * BLOCK_UNIT_BYTES;
    uint32_t state = cutting->type | (uint32_t)cutting->tag_hash << 8;
    unsigned previous_units = at->previous_units;
    unsigned pool_index = at->pool_index;
    for (unsigned i = count; i-- > 0; at = (struct block *)((uintptr_t)at + bytes)) {
        __builtin_prefetch((char *)at + AHEAD * bytes, 1);
        block_lay(at, block_place_of(previous_units, pool_index, cutting->units), state,
                  cutting->tag);
        previous_units = cutting->units;
        cutting->blocks[i] = at;
    }
    tell_next(cutting->blocks[0]);
}

unsigned page_carve_many(struct block *block, const struct page_cutting *cutting,
                         struct block **rest)
{
    unsigned count = block_units(block) / cutting->units;
    if (count > cutting->max)
        count = cutting->max;
    if (block_units(block) - count * cutting->units == 1)
        count--; /* a single unit is no block */
    unsigned units = count * cutting->units;
    unsigned rest_units = block_units(block) - units;
    *rest = NULL;
    if (rest_units >= BLOCK_UNITS_MIN && block_unit_in_page(block) == 0) {
        *rest = split(block, units);
    } else if (rest_units >= BLOCK_UNITS_MIN) {
        *rest = block;
        block = split(block, rest_units);
    }
    INVARIANT(count > 0 && block_units(block) == units);
    lay(block, cutting, count);
    return count;
}

struct block *page_carve_aligned(struct block *block, size_t size_bytes, struct block *rest[2])
{
    uintptr_t end = (uintptr_t)block + block_bytes(block);
    size_t behind = end % CACHE_LINE_BYTES;
    if (behind == BLOCK_UNIT_BYTES) /* a single unit is no block */
        behind += CACHE_LINE_BYTES;
    uintptr_t data = end - behind - line_bytes(size_bytes);
    size_t front_bytes = data - BLOCK_HEADER_BYTES - (uintptr_t)block;
    INVARIANT(front_bytes >= (size_t)BLOCK_UNITS_MIN * BLOCK_UNIT_BYTES);
    rest[0] = block;
    block = split(block, (unsigned)(front_bytes / BLOCK_UNIT_BYTES));
    unsigned units = block_units(block) - (unsigned)(behind / BLOCK_UNIT_BYTES);
    rest[1] = behind > 0 ? split(block, units) : NULL;
    return block;
}

void page_widen(struct block *first, unsigned units)
{
    block_set_units(first, units);
    tell_next(first);
}

struct block *page_join(struct block *front, struct block *back)
{
    block_set_units(front, block_units(front) + block_units(back));
    tell_next(front);
    return front;
}

enum page_place page_find(void *page, const void *address, struct block **block)
{
    uintptr_t wanted = (uintptr_t)address - BLOCK_HEADER_BYTES;
    for (*block = page;; *block = block_next(*block)) {
        if ((uintptr_t)*block == wanted)
            return PAGE_PLACE_BLOCK;
        if (!block_is_sealed(*block))
            return PAGE_PLACE_LOST;
        if ((uintptr_t)address < (uintptr_t)*block + block_bytes(*block))
            return PAGE_PLACE_INSIDE;
        INVARIANT(block_next(*block) != NULL); /* `address` lies in the page */
    }
}

const char *page_check(void *page)
{
    unsigned previous_units = 0;
    for (struct block *block = page; block != NULL; block = block_next(block)) {
        if (!block_is_sealed(block))
            return "a block header's seal does not fit";
        if (block->previous_units != previous_units)
            return "a block header disagrees with the block before it";
        if (block_unit_in_page(block) + block_units(block) > BLOCK_UNITS_PAGE)
            return "a block leaves its page";
        previous_units = block_units(block);
    }
    return NULL;
}
