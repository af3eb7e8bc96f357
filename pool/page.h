/* page.h - one 4 KiB page cut into blocks: carving, merging, walking.
 *   | header data | header data | header free ............... |
 * The blocks of a page fill it without a gap. All functions are called with the heap's lock held
 * and leave every header they touch sealed. */
#ifndef POOL_PAGE_H
#define POOL_PAGE_H

#include "pool/block.h"
#include "pool/kind.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes `page` one free block of 256 units. The heap never lists such a block: it carves at
 * once. */
struct block *page_cut(void *page, enum pool_kind kind);

/* How many units a free block must have to serve the request, whatever its alignment; over 256 when
 * no page can. */
unsigned page_units_needed(size_t size_bytes, bool cache_aligned);

/* Takes `units` out of the free block, which its owner has unlisted. A block at the page's start
 * gives its front, any other its back; what would remain as a single unit goes along. The
 * remainder, NULL or free and to be listed, comes back in *rest. */
struct block *page_carve(struct block *block, unsigned units, struct block **rest);
/* Blocks that are all alike. */
struct page_cutting {
    unsigned units;
    unsigned max; /* so many are wanted */
    uint8_t type;
    uint8_t tag_hash;
    uint32_t tag;
    struct block **blocks; /* room for `max`; the last lies first in memory */
};

/* Takes as many as fit out of the free block, of which not exactly one unit may remain when it has
 * room for one only; how many. *rest as above. */
unsigned page_carve_many(struct block *block, const struct page_cutting *cutting,
                         struct block **rest);

/* The same with the data at a multiple of 64 bytes, whole lines and a header and nothing else: so
 * near the back as it goes, with one remainder in front and, or NULL, one behind. */
struct block *page_carve_aligned(struct block *block, size_t size_bytes, struct block *rest[2]);

/* Makes the first of blocks that lie side by side one block of all their units. */
void page_widen(struct block *first, unsigned units);

/* Joins a free block with the free block right behind it. */
struct block *page_join(struct block *front, struct block *back);

enum page_place { PAGE_PLACE_BLOCK, PAGE_PLACE_INSIDE, PAGE_PLACE_LOST };

/* Walks `page` from its start to `address`. BLOCK: *block starts right in front of it (its seal was
 * not looked at); INSIDE: the sound block *block covers it; LOST: the damaged block *block stands
 * in the way. */
enum page_place page_find(void *page, const void *address, struct block **block);

/* NULL when every header is sealed and agrees with its neighbours, else a sentence. */
const char *page_check(void *page);

#endif
