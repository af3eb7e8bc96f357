/* expool/mutex.h - mutexes that are waited for, and semaphores. A mutex has an owner, may be taken
 * again by it, and keeps it in a critical region meanwhile. */
#ifndef EXPOOL_MUTEX_H
#define EXPOOL_MUTEX_H

#include "expool/dispatcher.h"

typedef struct _KMUTANT {
    DISPATCHER_HEADER Header; /* SignalState 1: free; falls by one with every acquisition */
    LIST_ENTRY MutantListEntry;
    PKTHREAD OwnerThread;
    BOOLEAN Abandoned;
    UCHAR ApcDisable;
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

typedef struct _KSEMAPHORE {
    DISPATCHER_HEADER Header; /* SignalState: the count */
    LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

#define MUTANT_INCREMENT    1
#define SEMAPHORE_INCREMENT 1

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Free from the start. Level is reserved. Any IRQL. [D] */
VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);

/* Undoes one acquisition; returns the state before: 0 when that freed the mutex. Raises
 * STATUS_MUTANT_NOT_OWNED unless the caller owns it. At most DISPATCH_LEVEL. A thread that ends
 * with a mutex held is bug check 0x4000008A. [D] */
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);

/* 1: free. At most DISPATCH_LEVEL. [D] */
LONG KeReadStateMutex(PRKMUTEX Mutex);

/* Count: how many may pass at once, at most Limit. Any IRQL. [D] */
VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);

/* Adds Adjustment to the count; returns the count before. Raises STATUS_SEMAPHORE_LIMIT_EXCEEDED
 * when it would exceed the limit, or Adjustment is not above 0. At most DISPATCH_LEVEL. [D] */
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait);

/* The count. Any IRQL. [D] */
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
