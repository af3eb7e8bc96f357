/* expool/census.h - what lies in the pages of a pool: how much of them is in blocks, how the free
 * part is cut up, how many pages a single block keeps. For telling fragmentation from use. Ours,
 * not Windows'. */
#ifndef EXPOOL_CENSUS_H
#define EXPOOL_CENSUS_H

#include "expool/statistics.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum {
    EXPOOL_CENSUS_UNIT_BYTES = 16,
    EXPOOL_CENSUS_UNITS = 256, /* a page */
    EXPOOL_CENSUS_QUARTERS = 4,
};

/* Special pool of a running verifier is not in it: each of its blocks has pages of its own. */
struct expool_census {
    uint64_t pages; /* in use; the sum of the next four */
    uint64_t cut_pages;
    uint64_t big_pages;
    uint64_t damaged_pages; /* out of use: a header on them was overwritten */
    uint64_t out_pages;     /* cut, and paged out: what is on them is not looked at */
    uint64_t empty_pages;   /* kept for the next request, not in use */
    uint64_t page_bytes;    /* of `pages` */

    uint64_t blocks; /* in use, big allocations too */
    uint64_t block_bytes;
    uint64_t big_requested_bytes; /* what callers asked for, of `big_pages` */
    uint64_t cached_blocks;       /* freed, in a thread's cache or on a shelf */
    uint64_t cached_bytes;

    uint64_t free_pieces; /* of cut pages, cached blocks not among them */
    uint64_t free_bytes;
    uint64_t largest_free_bytes;
    uint64_t free_by_units[EXPOOL_CENSUS_UNITS + 1]; /* pieces of so many times 16 bytes */

    uint64_t pages_by_use[EXPOOL_CENSUS_QUARTERS]; /* cut pages: up to 25 % in blocks, to 50 ... */
    uint64_t pinned_pages;  /* cut pages kept by a single block, of less than half a page */
    uint64_t pinned_bytes;  /* of these pages, what is not that block */
    uint64_t pinning_bytes; /* of these pages, what is */
    uint64_t use_permille;  /* block_bytes of page_bytes */
};

/* Looks at every page of the class; takes the lock of each pool for as long. At most
 * DISPATCH_LEVEL. */
void expool_census_get(enum expool_class pool_class, struct expool_census *census);

/* Writes the census as lines of text with a final 0, as much as fits; returns the length. */
size_t expool_census_text(const struct expool_census *census, char *bytes, size_t capacity);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
