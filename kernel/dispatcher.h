/* dispatcher.h - the engine under everything that is waited for.
 *
 *   object -> | type, size | state | waiters | -> block -> block      one block an object of a wait
 *                                                   |        |
 *                                                 thread   thread
 *
 * One lock guards all objects, blocks, queues of timers and DPCs. Who signals an object hands it to
 * its waiters, first come first served, before the lock is dropped: a woken thread has what it
 * waited for. The lock is never held over a caller's code. */
#ifndef KERNEL_DISPATCHER_H
#define KERNEL_DISPATCHER_H

#include "expool/dispatcher.h"
#include "pool/lock.h"

#include <stdbool.h>
#include <stdint.h>

struct thread;

/* Types of objects, as Windows numbers them in the header. */
enum waitable_type {
    WAITABLE_EVENT_NOTIFICATION = 0,
    WAITABLE_EVENT_SYNCHRONIZATION = 1,
    WAITABLE_MUTANT = 2,
    WAITABLE_QUEUE = 4,
    WAITABLE_SEMAPHORE = 5,
    WAITABLE_THREAD = 6,
    WAITABLE_TIMER_NOTIFICATION = 8,
    WAITABLE_TIMER_SYNCHRONIZATION = 9,
};

#define WAIT_FOREVER UINT64_MAX

struct wait {
    void *const *objects;
    unsigned count;
    bool is_for_all;
    uint64_t until;      /* by os_clock_awake; WAIT_FOREVER; 0 does not wait */
    KWAIT_BLOCK *blocks; /* count of them */
};

extern struct lock dispatcher_lock;

/* Fills in the header of an object of `bytes` bytes. */
void waitable_start(DISPATCHER_HEADER *object, enum waitable_type type, size_t bytes);

/* Touches the object while no lock is held: memory that may not be touched ends here. False: it was
 * never initialised. */
bool waitable_is_started(const void *object);

LONG waitable_state(DISPATCHER_HEADER *object);

/* The object's state has changed: hands it to the waiters it is enough for. */
void waitable_signalled_locked(DISPATCHER_HEADER *object);

/* Waits as told. STATUS_WAIT_0 and the index, or STATUS_TIMEOUT. */
NTSTATUS wait_for(const struct wait *wait);

/* Windows' Timeout as a moment of os_clock_awake: NULL is WAIT_FOREVER. */
uint64_t wait_deadline(const LARGE_INTEGER *timeout);

/* The thread waits no more; nobody signals it. */
void wait_forget_locked(struct thread *thread);

#endif
