/* expool/settle.h - is anything still going on in the background: for a host that drives a driver
 * step by step and wants each step's work done before the next, as a fuzzer does. Ours, not
 * Windows'. */
#ifndef EXPOOL_SETTLE_H
#define EXPOOL_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What there is at this moment. */
struct expool_background {
    uint32_t dpcs;       /* queued */
    uint32_t timers;     /* set, due or not */
    uint32_t work_items; /* queued */
    uint32_t threads;    /* made by PsCreateSystemThread, and not ended */
    uint32_t running;    /* routines of the above that run just now and do not wait */
    uint32_t names;      /* of drivers, devices, events, and links; the system's own too */
    uint32_t handles;    /* open */
};

/* Any IRQL. */
void expool_background_get(struct expool_background *background);

/* Waits until no DPC and no work item is queued or runs, and each thread that a driver made has
 * ended or waits for something. Timers that are not due yet are not waited for. False: after
 * `most_ms` it was not so. PASSIVE_LEVEL, with no lock held. */
bool expool_settle(uint32_t most_ms);

/* Timers that are set are due now, the first one first, each at most once; a periodic one goes on
 * from here. Returns how many there were. PASSIVE_LEVEL. */
uint32_t expool_timers_expire(void);

/* From now on the time stands still at `start_ms` (0: it is the system's again) for timers, for
 * waits and delays with an end, for all that tells the time, and for the pool (expool_clock_set).
 * It moves on by expool_time_pass, while the calling thread waits and all else is at rest, to
 * whatever is due next, and a little by each look at it: the same calls see the same times in each
 * run. `on_hang` (NULL: nobody) is called in that thread when it waits for what nothing can ever
 * bring. No thread may be waiting. PASSIVE_LEVEL. */
void expool_time_hold(uint64_t start_ms, void (*on_hang)(void));

/* Held time is `ms` later: timers that are due expire, each once, the first one first, and waits
 * end whose time has come. At most DISPATCH_LEVEL. */
void expool_time_pass(uint32_t ms);

/* Takes every timer, DPC and work item out of use, unrun. Returns how many there were. */
uint32_t expool_background_drop(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
