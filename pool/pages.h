/* pages.h - the pages of one heap: a reserved range, a record a page, runs of pages taken and
 * given.
 *   range   | cut | big big big | free free | cut | ... frontier | never used ... |
 *   records |  r  |  r   r   r  |  r    r   |  r  |
 * Memory is made accessible as the frontier moves on. A given run joins its free neighbours; its
 * physical pages go back to the system but for a small cache. Guarded by the heap's lock. */
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
};

struct page_record {
    uint8_t use;
    bool was_cut;       /* in its last life, while free */
    bool was_big;       /* first page of a big allocation in its last life */
    bool is_resident;   /* its physical page may hold old content; counted while free */
    uint32_t pages;     /* first and last of a free run, first of a big one: its length;
                         BIG_REST: distance to the first */
    uint32_t tag;       /* big: as in struct block */
    stack_id trace;     /* big: of the allocation, of the free once free */
    stack_id allocated; /* big and free: of the allocation */
    uint32_t spare;
    uint64_t size_bytes; /* big: as requested */
    struct list link;    /* first of a free run */
};

enum { PAGE_RUN_BINS = 64 };

struct pages {
    unsigned char *start;
    size_t capacity; /* pages reserved */
    size_t frontier; /* pages ever used */
    size_t allowed;  /* pages accessible */
    bool executable;
    bool is_budgeted; /* `meter` is charged for what is in use */
    enum budget_meter meter;
    struct page_record *records;
    struct list runs[PAGE_RUN_BINS]; /* free runs by length */
    size_t used;                     /* pages cut or big */
    size_t resident;                 /* free pages kept */
};

#define PAGES_NONE SIZE_MAX

/* False when no table is to be had. */
bool pages_start(struct pages *pages, void *start, size_t capacity, bool executable);

/* The first of `count` pages side by side, or PAGES_NONE: the range is full, the budget or the
 * system refuses.
 * Their records are the caller's to fill. */
size_t pages_take(struct pages *pages, size_t count);
void pages_give(struct pages *pages, size_t first, size_t count);

/* Zeroes those of the bytes at the start of the run just taken that do not read as zero already. */
void pages_zero(struct pages *pages, size_t first, size_t bytes);

/* Returns every cached physical page to the system; how many. */
size_t pages_trim(struct pages *pages);

const char *pages_check(struct pages *pages);

static inline size_t pages_index(const struct pages *pages, const void *address)
{
    return (size_t)((const unsigned char *)address - pages->start) / 4096;
}

static inline void *pages_address(const struct pages *pages, size_t index)
{
    return pages->start + index * 4096;
}

#endif
