/* lock.h - the inner lock. Never held over a report, a system call that waits, or a caller's code.
 * Lock order: docs/ARCHITECTURE.md. */
#ifndef POOL_LOCK_H
#define POOL_LOCK_H

#include <pthread.h>

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

static inline void lock_drop(struct lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

#endif
