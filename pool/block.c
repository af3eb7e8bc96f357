#include "pool/block.h"

#include "pool/crc32c.h"
#include "pool/os.h"

#include <string.h>

static uint32_t secret;

void block_start(void)
{
    secret = (uint32_t)os_random();
}

/* From registers: reading back a header just written in narrower pieces stalls the processor. */
static uint32_t seal_of(const struct block *block)
{
    uint64_t fields = (uint64_t)block->previous_units | (uint64_t)block->pool_index << 16 |
                      (uint64_t)block->stored_units << 24 | (uint64_t)block->type << 32 |
                      (uint64_t)block->tag_hash << 40 | (uint64_t)block->trace << 48;
    uint32_t crc = crc32c_u64(secret, fields);
    /* Blocks lie at multiples of 16 below 2^48: tag and address share a word without a loss. */
    crc = crc32c_u64(crc, (uint64_t)block->tag | (uint64_t)(uintptr_t)block << 28);
    return ~crc32c_u64(crc, (uintptr_t)block >> 36);
}

void block_seal(struct block *block)
{
    block->seal = seal_of(block);
}

bool block_is_sealed(const struct block *block)
{
    return block->seal == seal_of(block);
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
    uint64_t contents;
    memcpy(&contents, block, sizeof contents);
    return contents;
}

uint8_t block_tag_hash(uint32_t tag)
{
    return (uint8_t)((tag * 40543u) >> 24);
}
