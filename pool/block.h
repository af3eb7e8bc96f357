/* block.h - a piece of a cut page: its sealed 16-byte header, and the walk from one to the next.
 *
 *    0        2        3         4        5         6        8         12       16
 *   | previous | pool   | units   | type   | tag     | trace  | tag     | seal   | data ...
 *   | _units   | _index |         |        | _hash   |        |         |        |
 *
 * Sizes are in units of 16 bytes, header included; a block of 256 units (the whole page) is stored
 * as 0. `previous_units` is 0 for the first block of a page. `type` is 0 for a free block. The seal
 * is CRC-32C over the first twelve bytes, the header's address and a secret of this process: a
 * copied or forged header fails. Whoever changes a field reseals, under the heap's lock.
 *
 * One bit is not sealed: BLOCK_TYPE_CACHED says that the block has been freed and waits in a cache.
 * Who holds the block sets and clears it without the lock, writing the four bytes from `type` on;
 * the lock's holder never writes these of a block that is not free. */
#ifndef POOL_BLOCK_H
#define POOL_BLOCK_H

#include "pool/list.h"
#include "pool/stack.h"
#include "pool/util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BLOCK_UNIT_BYTES = 16,
    BLOCK_UNITS_MIN = 2, /* a free block holds its list links behind the header */
    BLOCK_UNITS_PAGE = 256,
    BLOCK_HEADER_BYTES = 16,
    BLOCK_DATA_MAX = 4096 - BLOCK_HEADER_BYTES,
};

/* `type` of a block in use: Windows' base type plus one, and a mark. */
enum {
    BLOCK_FREE = 0,
    BLOCK_TYPE_NONPAGED = 1,
    BLOCK_TYPE_PAGED = 2,
    BLOCK_TYPE_ALIGNED = 4,
    BLOCK_TYPE_CACHED = 8,
    BLOCK_TYPE_QUOTA = 16, /* a process pays for it: quota.h */
};

struct block {
    uint16_t previous_units;
    uint8_t pool_index; /* enum pool_kind */
    uint8_t stored_units;
    uint8_t type;
    uint8_t tag_hash;
    uint16_t trace; /* stack id of the allocation, of the free once free; 0: not recorded */
    uint32_t tag;
    uint32_t seal;
};

static_assert(sizeof(struct block) == BLOCK_HEADER_BYTES, "the header is the first seed's table");
static_assert(offsetof(struct block, tag) == 8 && offsetof(struct block, seal) == 12, "layout");

/* What a free block carries behind its header. */
struct free_block {
    struct block header;
    struct list link;   /* in the heap's list of this size */
    stack_id allocated; /* of its last life; only from three units upwards */
    uint32_t spare;
};

static inline unsigned block_units(const struct block *block)
{
    return block->stored_units == 0 ? BLOCK_UNITS_PAGE : block->stored_units;
}

static inline size_t block_bytes(const struct block *block)
{
    return (size_t)block_units(block) * BLOCK_UNIT_BYTES;
}

static inline void *block_data(struct block *block)
{
    return block + 1;
}

static inline struct block *block_of_data(const void *data)
{
    return (struct block *)((uintptr_t)data - BLOCK_HEADER_BYTES);
}

/* The words of a header as they are read and written without the lock. */
typedef uint64_t __attribute__((may_alias)) block_long;
typedef uint16_t __attribute__((may_alias)) block_half;
#if defined(LOOKS_FOR_RACES) /* atomic ones want to be told that they lie as they do */
typedef uint32_t __attribute__((may_alias)) block_word;
#else
typedef uint32_t __attribute__((may_alias, aligned(1))) block_word;
#endif

/* previous_units, pool_index << 16, stored_units << 24 */
static inline uint32_t block_place(const struct block *block)
{
    return RACY_READ(*(const block_word *)(const void *)block);
}

/* type, tag_hash << 8, trace << 16 */
static inline uint32_t block_state(const struct block *block)
{
    return RACY_READ(*(const block_word *)(const void *)&block->type);
}

static inline void block_set_state(struct block *block, uint32_t state)
{
    RACY_WRITE(*(block_word *)(void *)&block->type, state);
}

/* Free, and listed in the heap or about to be. */
static inline bool block_is_free(const struct block *block)
{
    return (block_state(block) & 0xff) == BLOCK_FREE;
}

/* In a cache: free for the caller, taken for the heap. */
static inline bool block_is_cached(const struct block *block)
{
    return (block_state(block) & BLOCK_TYPE_CACHED) != 0;
}

static inline bool block_is_live(const struct block *block)
{
    return !block_is_free(block) && !block_is_cached(block);
}

/* The unit of its page in which the block begins. */
static inline unsigned block_unit_in_page(const struct block *block)
{
    return (unsigned)(((uintptr_t)block & (PAGE_BYTES - 1)) / BLOCK_UNIT_BYTES);
}

/* NULL behind the last block, in front of the first, and where the sizes leave the page. */
struct block *block_next(const struct block *block);
struct block *block_previous(const struct block *block);

static inline uint32_t block_place_of(unsigned before, unsigned pool_index, unsigned own)
{
    return before | pool_index << 16 | (own & 0xff) << 24;
}

/* Headers are written in whole words, and sealed from what was written: reading a word back that
 * was written in parts costs more than the seal. */
void block_lay(struct block *at, uint32_t place, uint32_t state, uint32_t tag); /* a new one */
void block_set_units(struct block *block, unsigned units);
void block_set_previous_units(struct block *block, unsigned units);
void block_seal(struct block *block);
bool block_is_sealed(const struct block *block);
/* The seal of a header with these fields at that place. */
uint32_t block_seal_over(const void *at, uint32_t place, uint32_t state, uint32_t tag);
uint64_t block_contents(const struct block *block); /* the first eight bytes */

/* Draws the secret; once, before the first block. Without `seals` headers carry none and all are
 * taken for sound. */
void block_start(bool seals);
extern HIDDEN uint32_t block_secret;

#endif
