/* expool/spin_lock.h - spin locks: held at DISPATCH_LEVEL. A KSPIN_LOCK is 0 when free; held, it
 * names its owner, so that a second acquire by the same thread is a bug check (0x0F) and no
 * hang. */
#ifndef EXPOOL_SPIN_LOCK_H
#define EXPOOL_SPIN_LOCK_H

#include "expool/types.h"

typedef struct _KSPIN_LOCK_QUEUE {
    struct _KSPIN_LOCK_QUEUE *volatile Next;
    PKSPIN_LOCK volatile Lock;
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;

typedef struct _KLOCK_QUEUE_HANDLE {
    KSPIN_LOCK_QUEUE LockQueue;
    KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Any IRQL. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);

/* Raises to DISPATCH_LEVEL, takes the lock, returns the level before. At most DISPATCH_LEVEL, above
 * it 0xC4/0x42 under the verifier. KeAcquireSpinLock(SpinLock, &OldIrql) is the usual spelling.
 * [D] */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);

/* Drops the lock and lowers to NewIrql, the value acquire gave. At DISPATCH_LEVEL, else 0xC4/0x32
 * under the verifier; a lock nobody holds is 0x10. [D] */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);

/* The same without a change of IRQL, for code that is at DISPATCH_LEVEL already; below it 0xC4/0x40
 * and 0xC4/0x41 under the verifier. Not to be mixed with the raising pair. [D] */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);

/* FALSE when the lock is held; at DISPATCH_LEVEL. [D] */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);

/* TRUE when the lock is free. Any IRQL. [D] */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

/* For code that may run in a DPC or in a thread: raises to DISPATCH_LEVEL only from below, and
 * lowers to what acquire returned. At most DISPATCH_LEVEL. [D] */
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql);

/* The same lock, the old level kept in LockHandle, which lies on the caller's stack until the
 * release. Not to be mixed with the routines above on one lock. Waiters are not served in the order
 * they came: a queue of threads that Linux may suspend would stand still [P]. At most
 * DISPATCH_LEVEL; a release away from it is 0xC4/0x35 under the verifier. [D] */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);

/* At DISPATCH_LEVEL or above, else 0xC4/0x40 and 0x41 under the verifier. [D] */
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);

/* As KeAcquireSpinLockForDpc. [D] */
VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle);

#pragma GCC visibility pop

#define KeAcquireSpinLock(SpinLock, OldIrql) (*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock))

#ifdef __cplusplus
}
#endif
#endif
