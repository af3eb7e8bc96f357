/* lfh.h - the low-fragmentation part of the segment back end: pages of equal slots, one bucket a
 * size.
 *   bucket[u] -> page -> page        pages that have a free slot; one of them may be empty
 *   page      | slot | slot | slot | ... | tail |   slots of u units each, as in a cut page
 *   record    units, free, bitmap of free slots     in the page's record of pages.h
 * A bucket becomes active with the 17th live block of its size; from then on the size is served
 * here. A free slot is chosen at random. Every slot begins with an ordinary sealed header, so that
 * walk, judge and tale need not know; what makes no slot is one free block that is never listed.
 * A free slot's link points at itself: whoever writes to freed memory shows. A slot in a thread's
 * cache counts as taken. Guarded by the heap's lock. */
#ifndef POOL_LFH_H
#define POOL_LFH_H

#include "pool/block.h"
#include "pool/kind.h"
#include "pool/list.h"
#include "pool/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LFH_UNITS_MAX = 128,     /* 2032 bytes: above, a page has no two slots */
    LFH_LIVE_TO_ACTIVE = 16, /* the next one activates */
};

struct lfh_bucket {
    struct list pages;
    uint32_t live; /* blocks of this size from the variable part; counted until active */
    bool is_active;
    bool has_empty; /* one page without a block is kept: the last of the list */
};

struct lfh {
    bool is_on;
    enum pool_kind kind;
    struct pages *pages;
    uint64_t random;
    size_t free_bytes; /* in free slots and tails */
    struct lfh_bucket buckets[LFH_UNITS_MAX + 1];
};

/* What a slot about to be handed out looks like. */
enum lfh_state { LFH_SOUND, LFH_DAMAGED_HEADER, LFH_DAMAGED_LINK };

/* Switches the part on; slots are chosen by a series that `seed` begins. */
void lfh_start(struct lfh *lfh, struct pages *pages, enum pool_kind kind, uint64_t seed);

/* How many blocks of `units` the variable part should give before this one is asked: `max` at most,
 * 0 from the 17th on. */
unsigned lfh_leaves(const struct lfh *lfh, unsigned units, unsigned max);
/* The variable part gave so many blocks, or took one back. */
void lfh_note_taken(struct lfh *lfh, unsigned units, unsigned count);
void lfh_note_given(struct lfh *lfh, unsigned units);

/* A free slot of an active bucket, its header that of a free block; NULL: no page is to be had.
 * Unless *state comes back as LFH_SOUND the slot was written to, and is still free. */
struct block *lfh_take(struct lfh *lfh, unsigned units, enum lfh_state *state);
/* Takes back a slot, marked free and sealed. Its page may be given back with that. */
void lfh_give(struct lfh *lfh, struct block *block);

/* A page that was just taken for the variable part. */
void lfh_disown(struct lfh *lfh, size_t index);
/* Is the cut page one of slots? Whatever lies in one is never joined or listed. */
bool lfh_has(const struct lfh *lfh, size_t index);
/* The page of slots goes out of use, with what is in it. */
void lfh_retire(struct lfh *lfh, size_t index);

/* Gives back the pages that are kept empty; how many. */
size_t lfh_trim(struct lfh *lfh);

/* NULL when bitmaps, headers, lists and counts agree, else a sentence. */
const char *lfh_check(const struct lfh *lfh);

#endif
