/* quick.h - the quick ways to allocate and free a small block: a stack of the thread's cache, a seal
 * verified, two counters, no lock and no atomic instruction. Everything out of the ordinary returns
 * NULL or false with nothing changed, and goes the long way, which finds out what it is.
 *
 * A flavour is known when it is compiled; each makes a function of its own (ex_pool.c). */
#ifndef POOL_QUICK_H
#define POOL_QUICK_H

#include "pool/block.h"
#include "pool/cache.h"
#include "pool/crc32c.h"
#include "pool/mode.h"
#include "pool/pages.h"
#include "pool/request.h"

enum quick_flavour {
    QUICK_SEALED = 1,
    QUICK_COUNTED = 2,
    QUICK_PORTABLE = 4, /* without the processor's instruction */
    QUICK_PATIENT = 8,  /* goes to shelf or heap when the bin is empty or full */
};

/* Where pool addresses are, and what their pages are. */
struct quick_range {
    uintptr_t start;
    size_t pages;
    const uint8_t *uses;
};
extern HIDDEN struct quick_range quick_range;

#define QUICK static inline __attribute__((always_inline))

QUICK uint32_t quick_seal(const struct block *block, uint64_t fields, uint32_t tag,
                          unsigned flavour)
{
    fields ^= (uintptr_t)block;
    if ((flavour & QUICK_PORTABLE) != 0)
        return crc32c_u32_portable(crc32c_u64_portable(block_secret, fields), tag);
    return crc32c_u32_instruction(crc32c_u64_instruction(block_secret, fields), tag);
}

/* `number` by cache_pool_number; the request is for 1 .. CACHE_SIZE_MAX bytes, with no wishes. */
QUICK void *quick_allocate(unsigned number, size_t size_bytes, uint32_t tag, unsigned flavour)
{
    if (UNLIKELY(size_bytes - 1 >= CACHE_SIZE_MAX))
        return NULL;
    struct cache_pool *pool = cache_pools[number];
    unsigned units = (unsigned)(size_bytes + BLOCK_HEADER_BYTES + BLOCK_UNIT_BYTES - 1) / 16;
    struct cache_bin *bin = &pool->bins[units];
    unsigned count = bin->count;
    if (UNLIKELY(count == 0)) {
        if ((flavour & QUICK_PATIENT) == 0 ||
            !cache_refill((enum pool_kind)(number < 2 ? number : 2), units, tag,
                          __builtin_frame_address(0)))
            return NULL;
        pool = cache_pools[number];
        bin = &pool->bins[units];
        count = bin->count;
        if (count == 0)
            return NULL;
    }
    struct block *block = bin->blocks[count - 1];
    if (UNLIKELY((uint32_t)block_rest(block) != tag)) /* the seal changes: under the lock */
        return NULL;
    uint32_t state = block_state(block) ^ BLOCK_TYPE_CACHED;
    if ((flavour & QUICK_COUNTED) != 0) {
        struct tag_slot *slot = &pool->tags.slots[state >> 8 & 0xff];
        if (UNLIKELY(slot->tag != tag))
            return NULL;
        TAG_COUNT(slot->allocations, 1);
        TAG_COUNT(slot->bytes, (uint64_t)units * BLOCK_UNIT_BYTES);
    }
    block_set_state(block, state);
    bin->count = (uint16_t)(count - 1);
    return block + 1;
}

/* An address of any kind; `tag` 0 asks for no comparison. True: freed. */
QUICK bool quick_free(void *address, uint32_t tag, unsigned flavour)
{
    size_t page = ((uintptr_t)address - quick_range.start) >> PAGE_SHIFT_BITS;
    if (UNLIKELY(page >= quick_range.pages || quick_range.uses[page] != PAGE_CUT ||
                 ((uintptr_t)address & (PAGE_BYTES - 1)) == 0))
        return false;
    struct block *block = block_of_data(address);
    uint32_t place = block_place(block);
    uint32_t state = block_state(block);
    uint64_t rest = block_rest(block);
    if ((flavour & QUICK_SEALED) != 0) {
        uint64_t fields = place | (uint64_t)state << 32;
        if (UNLIKELY(quick_seal(block, fields, (uint32_t)rest, flavour) != rest >> 32))
            return false;
    }
    unsigned number = place >> 16 & 0xff;
    if (UNLIKELY((uint8_t)(state - 1) >= 2 || number >= CACHE_POOL_NUMBERS)) /* in use, ordinary */
        return false;
    if (UNLIKELY(tag != (uint32_t)rest) && (tag != 0 || (rest & PROTECTED_POOL_BIT) != 0))
        return false;
    struct cache_pool *pool = cache_pools[number];
    unsigned units = place >> 24;
    struct cache_bin *bin = &pool->bins[units];
    unsigned count = bin->count;
    if (UNLIKELY(count >= bin->limit)) {
        if ((flavour & QUICK_PATIENT) == 0 ||
            !cache_make_room((enum pool_kind)number, units, __builtin_frame_address(0)))
            return false;
        pool = cache_pools[number]; /* opened only now, perhaps */
        bin = &pool->bins[units];
        count = bin->count;
    }
    if ((flavour & QUICK_COUNTED) != 0) {
        struct tag_slot *slot = &pool->tags.slots[state >> 8 & 0xff];
        if (UNLIKELY(slot->tag != (uint32_t)rest))
            return false;
        TAG_COUNT(slot->frees, 1);
        TAG_COUNT(slot->bytes, -(uint64_t)units * BLOCK_UNIT_BYTES);
    }
    block_set_state(block, state | BLOCK_TYPE_CACHED);
    bin->blocks[count] = block;
    bin->count = (uint16_t)(count + 1);
    return true;
}

#endif
