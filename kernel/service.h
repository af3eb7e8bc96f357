/* service.h - threads of ours: for DPCs, timers, work items. One starts when there is something to
 * do for the first time, takes no signals of the program, and ends after some seconds without work,
 * so that it never keeps a process alive. Guarded by dispatcher_lock; after a fork the child starts
 * its own when it has need of them. */
#ifndef KERNEL_SERVICE_H
#define KERNEL_SERVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct service {
    const char *name; /* of the thread, at most 15 letters */
    /* Does one thing, dropping the lock while a caller's code runs; false: there is none to do. */
    bool (*step_locked)(void);
    /* When there will be something to do, by os_clock_awake; WAIT_FOREVER, until a kick. */
    uint64_t (*due_locked)(void);
    unsigned threads_most;
    unsigned threads; /* alive */
    unsigned idle;    /* of these, asleep */
    unsigned called;  /* kicks that no thread has woken from yet */
    bool is_known;
    pthread_cond_t wakeup;
    struct service *next;
};

/* A detached thread that takes no signals but those its own code raises; false: none to be had. */
bool service_start_thread(void *(*body)(void *), void *argument);

/* The start of what the C library keeps for a thread, and points behind the start of: the thread's
 * first frame holds it, since Memcheck has it for "possibly lost" otherwise when the program ends
 * before the thread does. */
static inline const void *service_thread_vector(void)
{
#if defined(__x86_64__)
    enum { VECTOR = 1, HEAD_BYTES = 16 };
#else
    enum { VECTOR = 0, HEAD_BYTES = 16 };
#endif
    return ((const char *const *)__builtin_thread_pointer())[VECTOR] - HEAD_BYTES;
}

/* There is something new to do. */
void service_kick_locked(struct service *service);

/* Threads of ours that run a routine now, and those about to: a kick is on its way to them. */
unsigned services_running_locked(void);

/* In the child of a fork: there are no threads of ours, and a wait or a kick starts them anew. */
void services_forget_locked(void);
void services_revive_locked(void);
extern bool services_are_lost; /* forgotten, and not yet revived */

#endif
