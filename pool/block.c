#include "pool/block.h"

#include "pool/crc32c.h"
#include "pool/os.h"

uint32_t block_secret;
static bool has_seals = true;

void block_start(bool seals)
{
    has_seals = seals;
    block_secret = (uint32_t)os_random();
}

/* quick.h computes the same in line. */
static inline uint32_t seal_over(uint64_t address, uint32_t place, uint32_t state, uint32_t tag)
{
    state &= ~(uint32_t)BLOCK_TYPE_CACHED;
    if (crc32c_has_instruction) {
        uint32_t crc = crc32c_u64_instruction(block_secret, address);
        crc = crc32c_u32_instruction(crc, place);
        crc = crc32c_u32_instruction(crc, state);
        return crc32c_u32_instruction(crc, tag);
    }
    uint32_t crc = crc32c_u64_portable(block_secret, address);
    crc = crc32c_u32_portable(crc, place);
    crc = crc32c_u32_portable(crc, state);
    return crc32c_u32_portable(crc, tag);
}

static uint32_t seal_of(const struct block *block)
{
    return seal_over((uintptr_t)block, block_place(block), block_state(block), block->tag);
}

void block_lay(struct block *at, uint32_t place, uint32_t state, uint32_t tag)
{
    uint32_t seal = has_seals ? seal_over((uintptr_t)at, place, state, tag) : 0;
    block_long *words = (block_long *)(void *)at;
    words[0] = place | (uint64_t)state << 32;
    words[1] = tag | (uint64_t)seal << 32;
}

/* The words besides may change meanwhile only by the bit that is not sealed. */
static void reseal(struct block *block, uint32_t place)
{
    if (has_seals)
        __atomic_store_n(&block->seal,
                         seal_over((uintptr_t)block, place, block_state(block), block->tag),
                         __ATOMIC_RELAXED);
}

uint32_t block_seal_over(const void *at, uint32_t place, uint32_t state, uint32_t tag)
{
    return seal_over((uintptr_t)at, place, state, tag);
}

void block_seal(struct block *block)
{
    if (has_seals)
        __atomic_store_n(&block->seal, seal_of(block), __ATOMIC_RELAXED);
}

bool block_is_sealed(const struct block *block)
{
    return block->seal == seal_of(block) || !has_seals;
}

void block_set_previous_units(struct block *block, unsigned units)
{
    uint32_t place = (block_place(block) & 0xffff0000u) | units;
    __atomic_store_n((block_half *)&block->previous_units, (uint16_t)units, __ATOMIC_RELAXED);
    reseal(block, place); /* nothing else is written: its owner reads the rest without the lock */
}

void block_set_units(struct block *block, unsigned units)
{
    uint32_t place = (block_place(block) & 0x00ffffffu) | block_place_of(0, 0, units);
    RACY_WRITE(*(block_word *)(void *)block, place);
    reseal(block, place);
}

struct block *block_next(const struct block *block)
{
    unsigned end = block_unit_in_page(block) + block_units(block);
    if (end >= BLOCK_UNITS_PAGE)
        return NULL;
    return (struct block *)((uintptr_t)block + block_bytes(block));
}

struct block *block_previous(const struct block *block)
{
    if (block->previous_units == 0 || block->previous_units > block_unit_in_page(block))
        return NULL;
    return (struct block *)((uintptr_t)block - (size_t)block->previous_units * BLOCK_UNIT_BYTES);
}

uint64_t block_contents(const struct block *block)
{
    return block_place(block) | (uint64_t)block_state(block) << 32;
}
