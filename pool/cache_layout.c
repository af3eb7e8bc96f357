#include "pool/cache_layout.h"

#include "pool/cache.h"

enum {
    BIN_BYTES = 8 << 10, /* no bin holds more than that, */
    BIN_BLOCKS_MIN = 4,  /* but so many blocks in any case */
};

struct cache_layout cache_layout;

static uint8_t capacity_of(unsigned units)
{
    unsigned blocks = BIN_BYTES / (units * BLOCK_UNIT_BYTES);
    blocks = blocks < CACHE_BIN_BLOCKS_MAX ? blocks : CACHE_BIN_BLOCKS_MAX;
    return (uint8_t)(blocks > BIN_BLOCKS_MIN ? blocks : BIN_BLOCKS_MIN);
}

void cache_layout_start(void)
{
    size_t at = sizeof(struct cache_bin); /* behind the one that stays empty */
    for (unsigned units = BLOCK_UNITS_MIN; units <= CACHE_UNITS_MAX; units++) {
        cache_layout.capacity[units] = capacity_of(units);
        cache_layout.at[units] = (uint16_t)at;
        at += sizeof(struct cache_bin) + cache_layout.capacity[units] * sizeof(struct block *);
    }
    INVARIANT(at == CACHE_BINS_BYTES);
}
