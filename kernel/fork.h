/* fork.h - a lock that the child of a fork must find free: LOCK_OVER_FORK(lock) in the file that
 * owns it takes it over the fork. Nothing is taken while it is held. */
#ifndef KERNEL_FORK_H
#define KERNEL_FORK_H

#include "pool/lock.h"

#include <pthread.h>

#define LOCK_OVER_FORK(lock)                                                                       \
    static void fork_take(void)                                                                    \
    {                                                                                              \
        lock_take(&(lock));                                                                        \
    }                                                                                              \
    static void fork_drop(void)                                                                    \
    {                                                                                              \
        lock_drop(&(lock));                                                                        \
    }                                                                                              \
    __attribute__((constructor(101))) static void fork_start(void)                                 \
    {                                                                                              \
        pthread_atfork(fork_take, fork_drop, fork_drop);                                           \
    }

#endif
