/* cache_layout.h - how deep the bins of a thread's cache may become, and where each lies. */
#ifndef POOL_CACHE_LAYOUT_H
#define POOL_CACHE_LAYOUT_H

#include "pool/block.h"

struct cache_layout {
    uint8_t capacity[BLOCK_UNITS_PAGE]; /* blocks; 0: a size that is not cached */
    uint16_t at[BLOCK_UNITS_PAGE];      /* bytes from the start of the bins */
};
extern HIDDEN struct cache_layout cache_layout;

/* Once, before the first cache. */
void cache_layout_start(void);

#endif
