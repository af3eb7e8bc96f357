/* ke_queued_spin_lock.c - spin locks whose old level is kept in a handle on the caller's stack. */
#include "expool/irql.h"
#include "expool/spin_lock.h"

#include "kernel/misuse.h"
#include "kernel/spin_word.h"
#include "pool/kind.h"
#include "pool/util.h"

static void fill(PKLOCK_QUEUE_HANDLE handle, PKSPIN_LOCK lock, KIRQL old)
{
    handle->LockQueue.Next = NULL;
    handle->LockQueue.Lock = lock;
    handle->OldIrql = old;
}

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    spin_take(SpinLock, LOCK_SPIN_QUEUED, OWN_FRAME);
    fill(LockHandle, SpinLock, before);
}

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
    PKSPIN_LOCK lock = LockHandle->LockQueue.Lock;
    KIRQL old = LockHandle->OldIrql;
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE_WITH(VIOLATION_QUEUED_SPIN_RELEASE_IRQL, lock, .expected = old);
    spin_drop(lock, LOCK_SPIN_QUEUED, old, OWN_FRAME);
    if (old <= irql_current)
        KeLowerIrql(old);
}

VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    spin_take(SpinLock, LOCK_SPIN_QUEUED, OWN_FRAME);
    fill(LockHandle, SpinLock, irql_current);
}

VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
    PKSPIN_LOCK lock = LockHandle->LockQueue.Lock;
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, lock);
    spin_drop(lock, LOCK_SPIN_QUEUED, irql_current, OWN_FRAME);
}

VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    KIRQL before = irql_current;
    if (before < DISPATCH_LEVEL)
        KfRaiseIrql(DISPATCH_LEVEL);
    spin_take(SpinLock, LOCK_SPIN_QUEUED, OWN_FRAME);
    fill(LockHandle, SpinLock, before);
}

VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle)
{
    PKSPIN_LOCK lock = LockHandle->LockQueue.Lock;
    KIRQL old = LockHandle->OldIrql;
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, lock);
    spin_drop(lock, LOCK_SPIN_QUEUED, old, OWN_FRAME);
    if (old < irql_current)
        KeLowerIrql(old);
}
