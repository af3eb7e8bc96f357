/* tag.h - allocations, frees and bytes per tag and class, and per class.
 *
 *   thread, pool -> table of 256 slots, by tag hash:  | tag | allocations | frees | bytes |
 *   process      -> rows, one a tag:  what slots that made room for other tags have counted
 *
 * A thread counts in its own slots without a lock; a reader adds rows and slots up. Rows, the list
 * of tables and every change of a slot's tag are guarded by the tags' lock. Rows hear of a slot's
 * bytes when the thread goes to the heap: a peak is right to within what caches hold. */
#ifndef POOL_TAG_H
#define POOL_TAG_H

#include "pool/bits.h"
#include "pool/kind.h"
#include "pool/sanitizer.h"
#include "pool/util.h"

#include <stddef.h>
#include <stdint.h>

struct expool_tag_statistics;
struct expool_class_statistics;

enum { TAG_SLOTS = 256, TAG_NOTE_BYTES = 4096, TAG_NOTE_CHARGED_BYTES = 256 * 1024 };

struct tag_slot {
    uint32_t tag; /* as given, its protection bit included; 0: nobody's */
    uint32_t row;
    uint64_t allocations;
    uint64_t frees;
    uint64_t bytes; /* charged less refunded here: may be below zero */
};

struct tag_table {
    struct tag_slot slots[TAG_SLOTS];
    uint64_t noted[TAG_SLOTS]; /* the bytes of the slot that its row knows of */
    uint64_t high[TAG_SLOTS];  /* most bytes since then, as far as the long way has seen */
    uint64_t are_taken[TAG_SLOTS / BITS_A_WORD]; /* a bit a slot that has a tag */
    struct tag_table *next;
    enum pool_kind kind;
};

/* Counts of one thread, read by others: no lock, no atomic instruction. */
#define TAG_COUNT(counter, change)      RACY_WRITE(counter, (counter) + (change))
#define TAG_COUNT_DOWN(counter, change) RACY_WRITE(counter, (counter) - (change))

WRAPS_ROUND static inline uint8_t tag_hash(uint32_t tag)
{
    return (uint8_t)((tag * 40543u) >> 24);
}

/* The calling thread counts in `table` from now on; `leave` folds what it has counted. */
void tag_table_join(struct tag_table *table, enum pool_kind kind);
void tag_table_leave(struct tag_table *table);

/* The calling thread's slots are nobody's again, what they counted is kept; peaks begin at what is
 * in use. */
void tag_restart(void);

/* The slot of `tag` in a table of the calling thread, taken from another tag if need be. */
struct tag_slot *tag_slot(struct tag_table *table, uint32_t tag);

/* Lets the slot's row know, for the peak: of more bytes at once, of fewer when it is a page
 * less. */
void tag_note(struct tag_table *table, const struct tag_slot *slot);

/* Charged bytes are what the block costs: rounded with its header, or whole pages. The tag's
 * protection bit is ignored. For any thread, with a table or without. */
void tag_charge(uint32_t tag, enum pool_kind kind, size_t charged_bytes);
void tag_refund(uint32_t tag, enum pool_kind kind, size_t charged_bytes);

void tag_read(uint32_t tag, struct expool_tag_statistics *statistics);
size_t tag_list(struct expool_tag_statistics *list, size_t capacity);
void tag_totals(int pool_class, struct expool_class_statistics *statistics);

/* Around fork. */
void tag_lock_all(void);
void tag_unlock_all(void);

#endif
