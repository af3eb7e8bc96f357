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
static inline uint32_t seal_of(const struct block *block)
{
    uint64_t address = (uintptr_t)block;
    uint32_t state = block_state(block) & ~(uint32_t)BLOCK_TYPE_CACHED;
    if (crc32c_has_instruction) {
        uint32_t crc = crc32c_u64_instruction(block_secret, address);
        crc = crc32c_u32_instruction(crc, block_place(block));
        crc = crc32c_u32_instruction(crc, state);
        return crc32c_u32_instruction(crc, block->tag);
    }
    uint32_t crc = crc32c_u64_portable(block_secret, address);
    crc = crc32c_u32_portable(crc, block_place(block));
    crc = crc32c_u32_portable(crc, state);
    return crc32c_u32_portable(crc, block->tag);
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
    __atomic_store_n((block_half *)&block->previous_units, (uint16_t)units, __ATOMIC_RELAXED);
}

void block_set_units(struct block *block, unsigned units)
{
    block->stored_units = units == BLOCK_UNITS_PAGE ? 0 : (uint8_t)units;
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
