/* heap.h - the engine behind one pool: blocks cut from pages, big allocations on whole pages, free
 * blocks listed by size.
 *   free[u]: free blocks of u units; a bit each says which lists are not empty
 *   lfh:     with backend=segment, busy sizes come from pages of slots instead
 * Everything in a heap is guarded by its lock. Rules are judged under the lock and raised after it
 * has been dropped. */
#ifndef POOL_HEAP_H
#define POOL_HEAP_H

#include "pool/block.h"
#include "pool/checker.h"
#include "pool/kind.h"
#include "pool/lfh.h"
#include "pool/lock.h"
#include "pool/page.h"
#include "pool/pages.h"
#include "pool/request.h"
#include "pool/violation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap {
    struct lock lock;
    enum pool_kind kind;
    struct pages pages;
    struct list free[BLOCK_UNITS_PAGE];
    uint64_t has_free[BLOCK_UNITS_PAGE / 64];
    size_t free_bytes; /* in listed blocks */
    struct lfh lfh;    /* option backend=segment: slots of equal size */
};

/* The lock; a memory checker does not mind what its holder reads and writes. */
static inline void heap_lock(struct heap *heap)
{
    lock_take(&heap->lock);
    checker_look_away();
}

static inline void heap_unlock(struct heap *heap)
{
    checker_look();
    lock_drop(&heap->lock);
}

/* Everything in cut pages that is no block, in use or cached. */
static inline size_t heap_free_bytes(const struct heap *heap)
{
    return heap->free_bytes + heap->lfh.free_bytes;
}

/* The type of an ordinary block in use. */
static inline uint8_t heap_block_type(enum pool_kind kind)
{
    return pool_is_paged(kind) ? BLOCK_TYPE_PAGED : BLOCK_TYPE_NONPAGED;
}

bool heap_start(struct heap *heap, enum pool_kind kind, const struct page_range *range);

/* `backend` as the option's words; while the heap has no page in use. */
void heap_choose_backend(struct heap *heap, unsigned backend);

/* As if it were new, while it has no page in use; false: it has, and nothing was done. */
bool heap_restart(struct heap *heap);

/* Serves the request, whatever its size (0 as 1); NULL when the range is full. Raises
 * VIOLATION_FREED_HEADER or FREE_LIST_LINKS when it meets a freed block that was written to. */
void *heap_allocate(struct heap *heap, const struct request *request);

/* Frees, or raises what is wrong with the address, tag or headers. */
void heap_free(struct heap *heap, const struct release *release);

/* The same for who has a cache: an ordinary small block is marked cached and returned, everything
 * else, and what is wrong, ends in NULL. */
struct block *heap_free_to_cache(struct heap *heap, const struct release *release);

/* Blocks for a cache, and back. A cached block found damaged takes its page out of use and is
 * raised as VIOLATION_FREED_HEADER; `frame` is the caller's. */
unsigned heap_take_many(struct heap *heap, const struct page_cutting *cutting, const void *frame);
void heap_give_many(struct heap *heap, struct block **blocks, unsigned count, const void *frame);

/* Makes a cached block one in use as requested; false when it had been damaged (raised). */
bool heap_dress_cached(struct heap *heap, struct block *block, const struct request *request);

/* Fills the story of the block that covers `address`, or of the freed one that did. */
void heap_tell(struct heap *heap, const void *address, struct story *story);

/* NULL when every page, list and counter is sound, else a sentence. */
const char *heap_check(struct heap *heap);

/* Parts of the heap in files of their own; the lock is held. */
void heap_list_locked(struct heap *heap, struct block *block);
/* Unlists a free block; false when its links were written over. */
bool heap_unlist_locked(struct heap *heap, struct block *block);
/* Makes a new page or takes a listed block; carves; NULL when full. *broken is set when a freed
 * block was found written to: its page is out of use then, and the caller raises and tries
 * again. */
struct block *heap_take_locked(struct heap *heap, const struct request *request,
                               struct violation *broken);
/* The same for up to `cutting->max` blocks at once; how many. */
unsigned heap_take_many_locked(struct heap *heap, const struct page_cutting *cutting,
                               struct violation *broken);
/* Gives a sound block, in use or cached, back and joins it with its neighbours. */
void heap_give_locked(struct heap *heap, struct block *block, stack_id trace);
/* The stacks of a block that is being freed; does not reseal. */
void heap_mark_freed(struct block *block, stack_id trace);
/* A freed block that was written to: notes it and takes its page out of use. */
void heap_note_damaged_locked(struct heap *heap, enum violation_kind kind, struct block *block,
                              struct violation *broken);
/* Takes the page out of use for good and rebuilds the free lists without it. */
void heap_retire_locked(struct heap *heap, void *page);
const char *heap_check_lists_locked(struct heap *heap);

/* Big allocations (big.c); the lock is held. */
void *big_take_locked(struct heap *heap, const struct request *request);
void big_give_locked(struct heap *heap, size_t first, stack_id trace);

/* What is wrong with freeing this address (heap_judge.c); false: nothing. The lock is held. A page
 * with a damaged header has been retired on return. */
bool heap_judge_locked(struct heap *heap, const struct release *release, struct violation *wrong);
void heap_tell_locked(struct heap *heap, const void *address, struct story *story);

#endif
