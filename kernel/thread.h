/* thread.h - a thread as Windows sees it: something to wait for, the owner of locks, counters of
 * the regions it is in. A thread that Linux started gets one when it first needs one. Counters are
 * the thread's own, or changed under dispatcher_lock while it waits. */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "kernel/dispatcher.h"
#include "pool/list.h"
#include "pool/util.h"

#include <pthread.h>

struct thread {
    DISPATCHER_HEADER header; /* signalled when the thread has ended */
    struct list all;          /* of dispatcher_lock: every thread that lives */
    LIST_ENTRY mutants;       /* of dispatcher_lock: mutexes it owns */
    uint32_t id;
    int priority;
    int base_increment;
    unsigned critical_depth; /* normal kernel APCs held back */
    unsigned guarded_depth;  /* all APCs held back */
    bool is_system;          /* made by PsCreateSystemThread */
    NTSTATUS exit_status;
    /* its wait; of dispatcher_lock */
    pthread_cond_t wakeup;
    const struct wait *wait; /* NULL: it does not wait */
    NTSTATUS wait_status;
    KWAIT_BLOCK blocks[THREAD_WAIT_OBJECTS];
    struct held_locks *held; /* deadlock detection's; NULL: it has none yet */
};

extern _Thread_local struct thread *thread_self TLS_FAST;

struct thread *
thread_adopt(void); /* gives the calling thread its struct; dies when there is no memory */

static inline struct thread *thread_current(void)
{
    struct thread *self = thread_self;
    return LIKELY(self != NULL) ? self : thread_adopt();
}

/* How often APCs are held back, one way or the other. */
static inline unsigned thread_apc_disables(const struct thread *thread)
{
    return thread->critical_depth + thread->guarded_depth;
}

void thread_reference(struct thread *thread);
void thread_release(struct thread *thread); /* the last one frees it */

/* Threads made by PsCreateSystemThread that live; `waiting`: of these, those in a wait. */
unsigned threads_system_locked(unsigned *waiting);

/* When the first of the waits that have an end ends; WAIT_FOREVER: none has. */
uint64_t threads_next_end_locked(void);
/* Those that end at `now` or before do. */
void threads_end_waits_locked(uint64_t now);

/* Makes the struct of a thread about to start, with one reference; NULL: no memory. */
struct thread *thread_make(void);
/* The calling thread is `thread` from now on; takes over the maker's reference. */
void thread_become(struct thread *thread);

#endif
