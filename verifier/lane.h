/* lane.h - a thread's own way through special pool: it walks one region at a time, so that no lock
 * is needed and dead addresses come round as late as they can.
 *   region: | dead live dead dead | cursor -> never never ... |
 *   ready:   units whose pages are filled already (a free moved them there)
 *   resting: freed slots with their page open, oldest first (recycle)
 * A thread has two: no-execute and executable. Lanes of ended threads are taken over. */
#ifndef VERIFIER_LANE_H
#define VERIFIER_LANE_H

#include "verifier/ready.h"
#include "verifier/space.h"
#include "verifier/stretch.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LANE_RESTING_MAX = 1024, /* a power of two */
    LANE_RESTING_MIN = 256,  /* so many rest before the oldest is used again */
};

struct lane {
    bool is_executable;
    bool has_region;
    uint32_t region;
    uint32_t cursor; /* next unit in it, 0 .. REGION_UNITS */
    uint32_t end;    /* of its units */
    uint32_t passed; /* as its region knows */
    uint32_t resting_first;
    uint32_t resting_count;
    struct ready ready;
    uint32_t resting[LANE_RESTING_MAX];
};

/* What of it a pair of calls needs comes first. */
struct lanes {
    struct lane lane[2]; /* by is_executable */
    uint16_t thread;     /* small index of the thread that has them now */
    unsigned row;        /* of counters */
    bool has_tags[POOL_KIND_COUNT];
    int64_t high_blocks; /* most blocks its row had of late: part of the peak */
    size_t credit_pages; /* of the budget, taken in advance */
    uint64_t number;     /* of the next allocation, and the first that is not this thread's */
    uint64_t number_end;
    unsigned char scratch[ARCHIVE_BYTES_MAX];
    struct lanes *next; /* all there are */
    struct lanes *idle; /* those without a thread */
};

/* The calling thread's; NULL when there is no memory for them. */
struct lanes *lanes_mine(void);

/* The first of `count` takeable units side by side, in the order of addresses, its index a multiple
 * of `alignment`, a power of two of at most REGION_UNITS; UNIT_NONE: the space is full. Their state
 * stays: the caller changes it. Only the calling thread's lanes. */
uint32_t lane_next(struct lane *lane, uint32_t count, uint32_t alignment);

/* Units of lane_next that come to nothing after all. */
void lane_return(uint32_t unit, uint32_t count);

/* Resting slots, first in first out. */
bool lane_rest(struct lane *lane, uint32_t unit); /* false: no more may rest */
uint32_t lane_wake(struct lane *lane);            /* the oldest; UNIT_NONE: too few rest */

/* Calls `take` for every lane. No other thread may be in here. */
void lanes_each(void (*take)(struct lane *lane, void *context), void *context);

/* Pages of the budget that lanes have taken in advance. No other thread may be in here. */
size_t lanes_credit(void);

/* The system's id of a thread by its small index. Safe in a signal handler. */
uint32_t lane_thread_id(uint16_t index);

void lanes_before_fork(void);
/* In a child of which lanes_before_fork knew nothing. */
void lanes_renew_locks(void);
void lanes_after_fork_in_parent(void);
/* Takes over the lanes of the threads that the child does not have. */
void lanes_after_fork_in_child(void);

#endif
