/* budget.h - how much each class of pool may hold and does hold, in pages, and the conditions that
 * follow: what is refused, which events are due, which memory conditions hold.
 *   charge, refund: two atomic counters and two windows; looked at when pages move, never per block
 *   settle: after the heap's lock is dropped; works out levels and episodes, tells the listeners
 * No lock: one thread settles at a time, the others leave it a note. */
#ifndef POOL_BUDGET_H
#define POOL_BUDGET_H

#include "pool/kind.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum budget_meter {
    BUDGET_NONPAGED, /* as EXPOOL_CLASS_NONPAGED */
    BUDGET_PAGED,
    BUDGET_MEMORY, /* both, less what is paged out, against the machine's RAM */
    BUDGET_COMMIT, /* both, against RAM and a page file of the same size [P] */
    BUDGET_METERS
};

/* How much is free. Low below a tenth, until 15 % are free again; high above three tenths, until
 * less than a quarter is. Exhausted below 2 %, until 4 %. [P] */
enum budget_level { BUDGET_EXHAUSTED, BUDGET_LOW, BUDGET_MIDDLE, BUDGET_HIGH };

struct budget_reading {
    uint64_t limit_pages; /* UINT64_MAX: none */
    uint64_t used_pages;
    uint64_t peak_pages; /* of the two classes only */
    enum budget_level level;
};

/* What is due to be told (event.h tells it); bits. */
enum {
    BUDGET_EVENT_NONPAGED = 1 << BUDGET_NONPAGED,
    BUDGET_EVENT_PAGED = 1 << BUDGET_PAGED,
    BUDGET_EVENT_COMMIT = 1 << BUDGET_COMMIT,
};

static inline enum budget_meter budget_meter_of(enum pool_kind kind)
{
    return pool_is_paged(kind) ? BUDGET_PAGED : BUDGET_NONPAGED;
}

/* Takes the limits from the options. */
void budget_start(void);
/* The same for pools in use; a limit set by budget_limit is gone. */
void budget_limits_again(void);
/* Another limit for one class from now on; what is above it stays. UINT64_MAX: none. */
void budget_limit(enum budget_meter meter, uint64_t pages);

/* False: the limit refuses. Everything down to budget_admits may be called with a heap's lock
 * held. */
bool budget_charge(enum budget_meter meter, size_t pages);
void budget_refund(enum budget_meter meter, size_t pages);
/* Pages that the budget had granted were not to be had: refused by the operating system, or the
 * pool's range is full. */
void budget_refused(enum budget_meter meter, bool by_system);
/* Has this thread met a refusal since its last allocation failed? */
bool budget_has_refused(void);
/* The allocation has failed, after whatever else was tried: what its class, or the system, refused
 * on the way becomes an event, once an episode. */
void budget_failed(enum budget_meter meter);
/* What was refused to this thread is forgotten; peaks begin at what is in use. */
void budget_restart(void);
/* Pages of paged pool that left memory (negative: came back). */
void budget_paged_out(ptrdiff_t pages);

/* Whether a request of this importance, Windows' EX_POOL_PRIORITY >> 4, may be served now: 0 not
 * while less than a tenth of the limit is free, 1 not below 2 %, 2 and above always. [P] */
bool budget_admits(enum budget_meter meter, unsigned importance);

void budget_read(enum budget_meter meter, struct budget_reading *reading);

/* Who wants to know that a level has changed (budget_read says to what), and who tells events.
 * Called without a lock, by the thread whose page it was, one at a time. */
typedef void budget_listener(void);
void budget_on_levels(budget_listener *listener);
typedef void budget_teller(unsigned events);
void budget_on_events(budget_teller *teller);

/* Levels, episodes, listeners: where something may have changed. With no lock held. */
extern _Atomic(bool) budget_is_due;
void budget_settle_now(void);
static inline void budget_settle(void)
{
    if (__builtin_expect(atomic_load_explicit(&budget_is_due, memory_order_relaxed), 0))
        budget_settle_now();
}

/* In a forked child: nobody is settling here. */
void budget_after_fork(void);

#endif
