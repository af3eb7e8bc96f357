/* ready.h - pages that a free has moved to where a later block may lie: dead under their old
 * address, open under the new one, so that neither the free nor the next allocation costs a page.
 *   ones:  units of one page, the youngest on top
 *   runs:  units of blocks of several pages, by their number of pages
 * What becomes too much goes back to the system, neighbours in one call. Each lane has its own: no
 * lock. */
#ifndef VERIFIER_READY_H
#define VERIFIER_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    READY_SINGLY = 256,
    READY_ONES_MAX = 1024,      /* 4 MiB */
    READY_RUNS_MAX = 64,        /* and */
    READY_RUN_PAGES_MAX = 256,  /* in one of them, */
    READY_RUNS_PAGES_MAX = 512, /* 2 MiB in all */
};

struct ready {
    uint32_t opened; /* one by one */
    uint32_t ones_count;
    uint32_t runs_count;
    uint32_t runs_pages;
    struct ready_run {
        uint32_t unit;
        uint32_t pages;
    } runs[READY_RUNS_MAX]; /* the youngest last */
    uint32_t ones[READY_ONES_MAX];
};

struct lane;

/* The pages of a dying block become ready ones. The pattern has been looked at. False: they have to
 * be closed where they are. */
bool ready_put_run(struct lane *lane, uint32_t unit, size_t pages);
/* So many open pages, with what they held before; UNIT_NONE. */
uint32_t ready_take_run(struct ready *ready, size_t pages);

/* Opens the lane's next units ahead, where the tier opens many for less than one by one. False:
 * none. A page that is open ahead stops nobody who jumps over a guard: not before the lane has
 * opened READY_SINGLY one by one, which is more than small programs ever ask for. */
bool ready_ahead(struct lane *lane);

/* A unit whose one page is open. */
void ready_put(struct ready *ready, uint32_t unit);
static inline uint32_t ready_take(struct ready *ready)
{
    return ready->ones[--ready->ones_count];
}

/* The lane comes to this region again: what waits there is closed. Thinly spread, it would leave no
 * room for blocks of several units, and the lane would hurry on to addresses that died just now. */
void ready_leave(struct ready *ready, uint32_t region);

/* In a child whose parent's other threads ran on: whether these pages are open is anybody's guess,
 * so they are closed. */
void ready_distrust(struct ready *ready);

#endif
