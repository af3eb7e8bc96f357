/* fork.h - locks that the child of a fork must find free, each named in the file that owns it.
 * LOCK_OVER_FORK(lock) takes it over the fork: nothing is taken while it is held, unless it is the
 * dispatcher's lock, which is of constructor 101 and so taken later.
 * LOCK_OVER_FORK_AND(lock, in_child) calls in_child() in the child, before it is dropped there.
 * LOCK_NEW_AFTER_FORK(lock) makes it anew in the child: for one under which others are taken, and
 * which guards no state but keeps two from doing the same. */
#ifndef POOL_FORK_H
#define POOL_FORK_H

#include "pool/lock.h"

#include <pthread.h>

#define LOCK_OVER_FORK_AND(lock, in_child)                                                         \
    static void fork_take(void)                                                                    \
    {                                                                                              \
        lock_take(&(lock));                                                                        \
    }                                                                                              \
    static void fork_drop(void)                                                                    \
    {                                                                                              \
        lock_drop(&(lock));                                                                        \
    }                                                                                              \
    static void fork_child(void)                                                                   \
    {                                                                                              \
        in_child();                                                                                \
        lock_drop(&(lock));                                                                        \
    }                                                                                              \
    __attribute__((constructor(102))) static void fork_start(void)                                 \
    {                                                                                              \
        pthread_atfork(fork_take, fork_drop, fork_child);                                          \
    }

static inline void fork_nothing(void)
{
}

#define LOCK_OVER_FORK(lock) LOCK_OVER_FORK_AND(lock, fork_nothing)

#define LOCK_NEW_AFTER_FORK(taken)                                                                 \
    static void fork_renew(void)                                                                   \
    {                                                                                              \
        static const struct lock renewed = LOCK_INITIALIZER;                                       \
        (taken) = renewed;                                                                         \
    }                                                                                              \
    __attribute__((constructor(101))) static void fork_start(void)                                 \
    {                                                                                              \
        pthread_atfork(NULL, NULL, fork_renew);                                                    \
    }

#endif
