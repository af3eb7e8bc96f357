/* lock.h - the inner locks. Never held over a report, a system call that waits, or a caller's code.
 * Lock order: docs/ARCHITECTURE.md. */
#ifndef POOL_LOCK_H
#define POOL_LOCK_H

#include "pool/order.h"
#include "pool/os.h"
#include "pool/util.h"

#include <pthread.h>
#include <stdbool.h>

struct lock {
    pthread_mutex_t mutex;
};

#define LOCK_INITIALIZER                                                                           \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER                                                                  \
    }

static inline void lock_take(struct lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

static inline bool lock_try(struct lock *lock)
{
    return pthread_mutex_trylock(&lock->mutex) == 0;
}

static inline void lock_drop(struct lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

/* pthread_once, after which DRD would look at what is hidden. */
static inline void lock_once(pthread_once_t *once, void (*work)(void))
{
    pthread_once(once, work);
    order_hide_still();
}

/* For a few dozen instructions: zeroed, it is free. */
struct spin_lock {
    uint32_t word;
};

enum { SPIN_TRIES = 64 };

static inline void spin_lock_take(struct spin_lock *spin)
{
    if (os_is_single_threaded()) {
        spin->word = 1;
        return;
    }
    for (unsigned tries = 0; __atomic_exchange_n(&spin->word, 1, __ATOMIC_ACQUIRE) != 0; tries++)
        if (tries >= SPIN_TRIES)
            os_yield();
}

static inline void spin_lock_drop(struct spin_lock *spin)
{
    __atomic_store_n(&spin->word, 0, __ATOMIC_RELEASE);
}

#endif
