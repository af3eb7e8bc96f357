/* quick.h - the quick ways to allocate and free a small block: a stack of the thread's cache, a
 * seal verified, two counters, no lock and no atomic instruction. Everything out of the ordinary
 * returns NULL or false with nothing changed, and goes the long way, which finds out what it is.
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
#include "pool/sanitizer.h"

enum quick_flavour {
    QUICK_SEALED = 1,
    QUICK_COUNTED = 2,
    QUICK_PORTABLE = 4, /* without the processor's instruction */
    QUICK_PATIENT = 8,  /* goes to shelf or heap when the bin is empty or full */
};

enum { QUICK_EVERY_DAY = QUICK_SEALED | QUICK_COUNTED };

enum { QUICK_AHEAD = 3 /* blocks */, UNIT_SHIFT = 4 };

static_assert(1 << UNIT_SHIFT == BLOCK_UNIT_BYTES, "units");

/* The address is worked out once: compilers like to begin again at each field. */
#define QUICK_KEEP(pointer) __asm__("" : "+r"(pointer))

#define QUICK static inline __attribute__((always_inline))

/* Is the block, which is in use, sealed? */
QUICK bool quick_is_sealed(const struct block *block, unsigned flavour)
{
    const uint64_t address = (uintptr_t)block;
    uint32_t crc = block_secret;
    if ((flavour & QUICK_PORTABLE) != 0) {
        crc = crc32c_u64_portable(crc, address);
        crc = crc32c_u32_portable(crc, block_place(block));
        crc = crc32c_u32_portable(crc, block_state(block));
        crc = crc32c_u32_portable(crc, RACY_READ(block->tag));
    } else {
        crc = crc32c_u64_instruction(crc, address);
        crc = crc32c_u32_instruction(crc, block_place(block));
        crc = crc32c_u32_instruction(crc, block_state(block));
        crc = crc32c_u32_instruction(crc, RACY_READ(block->tag));
    }
    return crc == RACY_READ(block->seal);
}

/* `number` by cache_number; the request is for 1 .. CACHE_SIZE_MAX bytes, with no wishes. */
QUICK void *quick_allocate(unsigned number, size_t size_bytes, uint32_t tag, unsigned flavour)
{
    if (UNLIKELY(size_bytes - 1 >= CACHE_SIZE_MAX))
        return NULL;
    struct cache_pool *pool = cache_pools.by_number[number];
    size_t charged_bytes = round_up(size_bytes + BLOCK_HEADER_BYTES, BLOCK_UNIT_BYTES);
    struct cache_bin *bin = cache_bin(pool, charged_bytes / BLOCK_UNIT_BYTES);
    QUICK_KEEP(bin);
    uint64_t count = bin->count;
    if (UNLIKELY(count == 0)) {
        unsigned units = (unsigned)(charged_bytes / BLOCK_UNIT_BYTES);
        if ((flavour & QUICK_PATIENT) == 0 ||
            !cache_refill(cache_kind(number), units, tag, __builtin_frame_address(0)))
            return NULL;
        pool = cache_pools.by_number[number]; /* it may be the first */
        bin = cache_bin(pool, units);
        count = bin->count;
    }
    struct block *block = bin->blocks[count - 1];
    if (UNLIKELY(block->tag != tag)) /* the seal changes: under the lock */
        return NULL;
    if ((flavour & QUICK_COUNTED) != 0) {
        struct tag_slot *slot = &pool->tags.slots[block->tag_hash];
        QUICK_KEEP(slot);
        if (UNLIKELY(slot->tag != tag))
            return NULL;
        TAG_COUNT(slot->allocations, 1);
        TAG_COUNT(slot->bytes, charged_bytes);
    }
    RACY_WRITE(bin->count, (uint32_t)count - 1);
    block_set_state(block, block_state(block) ^ BLOCK_TYPE_CACHED);
    sanitizer_hand_out(block + 1, size_bytes);
    return block + 1;
}

/* An address of any kind; `tag` 0 asks for no comparison. True: freed. */
QUICK bool quick_free(void *address, uint32_t tag, unsigned flavour)
{
    /* The bits below a unit go to the top: a misaligned address is out of any range. */
    uintptr_t unit = (uintptr_t)address - quick_range.start;
    unit = unit >> UNIT_SHIFT | unit << (64 - UNIT_SHIFT);
    size_t units_here =
        flavour == QUICK_EVERY_DAY ? RACY_READ(quick_range.units_every_day) : quick_range.units;
    if (UNLIKELY(unit >= units_here) ||
        UNLIKELY(quick_range.uses[unit >> (PAGE_SHIFT_BITS - UNIT_SHIFT)] != PAGE_CUT))
        return false;
    struct block *block = block_of_data(address); /* even in front of the page's start it is ours */
    sanitizer_take_back(block, BLOCK_HEADER_BYTES); /* where there is none it is a driver's bytes */
    if ((flavour & QUICK_SEALED) != 0 && UNLIKELY(!quick_is_sealed(block, flavour)))
        return false;
    if (UNLIKELY((uint8_t)(block->type - 1) >= 2)) /* in use, ordinary */
        return false;
    uint32_t own_tag = block->tag;
    if (UNLIKELY(tag != own_tag) && (tag != 0 || (own_tag & PROTECTED_POOL_BIT) != 0))
        return false;
    if ((flavour & QUICK_SEALED) == 0 && block->pool_index >= POOL_KIND_COUNT)
        return false;
    struct cache_pool *pool = cache_pools.by_kind[block->pool_index];
    size_t units = block->stored_units;
    struct cache_bin *bin = cache_bin(pool, units);
    QUICK_KEEP(bin);
    uint64_t count = bin->count;
    if (UNLIKELY(count >= bin->limit)) {
        if ((flavour & QUICK_PATIENT) == 0 ||
            !cache_make_room((enum pool_kind)block->pool_index, (unsigned)units,
                             __builtin_frame_address(0)))
            return false;
        pool = cache_pools.by_kind[block->pool_index]; /* opened only now, perhaps */
        bin = cache_bin(pool, units);
        count = bin->count;
    }
    if ((flavour & QUICK_COUNTED) != 0) {
        struct tag_slot *slot = &pool->tags.slots[block->tag_hash];
        QUICK_KEEP(slot);
        if (UNLIKELY(slot->tag != own_tag))
            return false;
        TAG_COUNT(slot->frees, 1);
        TAG_COUNT_DOWN(slot->bytes, units * BLOCK_UNIT_BYTES);
    }
    /* Freed in the order they lie: the header of one of the next is wanted soon, and it is cold.
     * Where the bin is empty its two numbers are looked at, which are no address. */
    if (UNLIKELY((&bin->count)[count * 2] == (uint32_t)(uintptr_t)(block - units)))
        __builtin_prefetch(block + QUICK_AHEAD * units);
    bin->blocks[count] = block;
    RACY_WRITE(bin->count, (uint32_t)count + 1);
    block_set_state(block, block_state(block) | BLOCK_TYPE_CACHED);
    sanitizer_take_back(address, (units - 1) * BLOCK_UNIT_BYTES);
    return true;
}

#endif
