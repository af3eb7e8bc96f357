/* pages.h - the pages of one heap: a reserved range, a byte and a record a page, runs of pages
 * taken and given.
 *   range   | cut | big rest rest | free free | cut | ... frontier | never used ... |
 *   uses    |  c  |  b   r    r   |  f    f   |  c  |   what each page is
 *   records | (S) |  R   -    -   |  R    R   | (S) |   of a big allocation; of a free run at both
 *                                                     ends; slots of the segment back end
 * Memory is made accessible as the frontier moves on. A given run joins its free neighbours. Its
 * physical pages are kept for the next request as long as the heap has no more of them than it had
 * in use of late; what is above goes back to the system. Guarded by the heap's lock; `uses` may be
 * read without. */
#ifndef POOL_PAGES_H
#define POOL_PAGES_H

#include "pool/budget.h"
#include "pool/list.h"
#include "pool/stack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum page_use {
    PAGE_NEVER_USED = 0,
    PAGE_FREE,
    PAGE_CUT, /* in blocks */
    PAGE_BIG, /* first page of a big allocation */
    PAGE_BIG_REST,
    PAGE_DAMAGED, /* cut; a header was overwritten: nothing is taken from it or given to it */
    PAGE_USE = 0xf,
    /* With PAGE_FREE: */
    PAGE_IS_DIRTY = 0x10, /* its physical page may hold old content */
    PAGE_WAS_CUT = 0x20,  /* in its last life */
    PAGE_WAS_BIG = 0x40,  /* first page of a big allocation in its last life */
};

/* Of a cut page whose blocks are all alike (lfh.h). */
struct page_slots {
    uint16_t units; /* 0: it is no such page */
    uint16_t free;
    uint64_t is_free[2]; /* a bit a slot */
};

struct page_record {
    union {
        struct {
            uint32_t pages;      /* of a run, in its first and last; of a big one, in its first */
            uint32_t tag;        /* big: as in struct block */
            stack_id trace;      /* big: of the allocation, of the free once free */
            stack_id allocated;  /* big and free: of the allocation */
            uint64_t size_bytes; /* big: as requested */
        };
        struct page_slots slots; /* the segment back end's, while cut */
    };
    struct list link; /* first of a free run; pages of slots with room */
};

enum { PAGE_RUN_BINS = 192 };

struct page_range {
    void *start;
    size_t pages;
    uint8_t *uses; /* a zeroed byte a page; NULL: of its own */
    bool executable;
};

struct pages {
    unsigned char *start;
    size_t capacity; /* pages reserved */
    size_t frontier; /* pages ever used */
    size_t allowed;  /* pages accessible */
    bool executable;
    bool protects;    /* free pages are inaccessible: who still uses them stops */
    size_t rests;     /* free pages wait until there are so many: checker.h */
    bool is_budgeted; /* `meter` is charged for what is in use */
    enum budget_meter meter;
    uint8_t *uses;
    struct page_record *records;
    struct list runs[PAGE_RUN_BINS]; /* free runs by length */
    uint64_t has_runs[PAGE_RUN_BINS / 64];
    size_t used;         /* pages cut or big */
    size_t resident;     /* free and dirty */
    size_t peak;         /* most in use of late */
    uint64_t settled_ms; /* when `peak` was last let sink */
};

#define PAGES_NONE SIZE_MAX

/* False when no table is to be had. */
bool pages_start(struct pages *pages, const struct page_range *range);

/* The first of `count` pages side by side, or PAGES_NONE: the range is full, the budget or the
 * system refuses. Their uses and records are the caller's to fill. */
size_t pages_take(struct pages *pages, size_t count);

/* `was`: PAGE_WAS_CUT or PAGE_WAS_BIG, what the first page was; the caller has filled its
 * record. */
void pages_give(struct pages *pages, size_t first, size_t count, enum page_use was);

/* Zeroes those of the bytes at the start of the run just taken that do not read as zero already;
 * before the caller fills `uses`. */
void pages_zero(struct pages *pages, size_t first, size_t bytes);

/* Returns every kept physical page to the system; how many. */
size_t pages_trim(struct pages *pages);

/* As if no page had ever been used: the frontier is at the start, what was used reads as zero.
 * While no page is in use. */
void pages_restart(struct pages *pages);

const char *pages_check(struct pages *pages);

static inline enum page_use pages_use(const struct pages *pages, size_t index)
{
    return (enum page_use)(pages->uses[index] & PAGE_USE);
}

static inline size_t pages_index(const struct pages *pages, const void *address)
{
    return (size_t)((const unsigned char *)address - pages->start) / 4096;
}

static inline void *pages_address(const struct pages *pages, size_t index)
{
    return pages->start + index * 4096;
}

/* The first page of the big allocation that page `index` is part of. */
static inline size_t pages_first(const struct pages *pages, size_t index)
{
    while (pages->uses[index] == PAGE_BIG_REST)
        index--;
    return index;
}

#endif
