/* io_remove_lock.c - remove locks: a count that one waiter sees fall to zero. The count includes
 * the device itself, 1. */
#include "expool/remove_lock.h"

#include "kernel/misuse.h"
#include "kernel/remove_lock_watch.h"
#include "pool/order.h"
#include "pool/rules.h"

VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                              ULONG HighWatermark, ULONG RemlockSize)
{
    (void)AllocateTag;
    (void)MaxLockedMinutes;
    (void)HighWatermark;
    (void)RemlockSize;
    if (UNLIKELY(rules_have(RULE_IO)))
        remove_lock_begins(Lock, OWN_FRAME);
    Lock->Common.Removed = FALSE;
    Lock->Common.IoCount = 1;
    KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}

static void release(PIO_REMOVE_LOCK lock)
{
    order_before(lock);
    if (__atomic_sub_fetch(&lock->Common.IoCount, 1, __ATOMIC_ACQ_REL) == 0)
        KeSetEvent(&lock->Common.RemoveEvent, IO_NO_INCREMENT, FALSE);
}

NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
                               ULONG RemlockSize)
{
    (void)File;
    (void)Line;
    (void)RemlockSize;
    __atomic_add_fetch(&RemoveLock->Common.IoCount, 1, __ATOMIC_ACQ_REL);
    if (!__atomic_load_n(&RemoveLock->Common.Removed, __ATOMIC_ACQUIRE)) {
        if (UNLIKELY(rules_have(RULE_IO)))
            remove_lock_taken(RemoveLock, Tag);
        return STATUS_SUCCESS;
    }
    release(RemoveLock);
    return STATUS_DELETE_PENDING;
}

VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
    (void)RemlockSize;
    if (UNLIKELY(rules_have(RULE_IO)))
        remove_lock_dropped(RemoveLock, Tag, false, OWN_FRAME);
    release(RemoveLock);
}

VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
    (void)RemlockSize;
    if (UNLIKELY(rules_have(RULE_IO)))
        remove_lock_dropped(RemoveLock, Tag, true, OWN_FRAME);
    ORDER_RELEASE(&RemoveLock->Common.Removed, TRUE);
    release(RemoveLock);
    if (__atomic_sub_fetch(&RemoveLock->Common.IoCount, 1, __ATOMIC_ACQ_REL) > 0)
        KeWaitForSingleObject(&RemoveLock->Common.RemoveEvent, Executive, KernelMode, FALSE, NULL);
    order_after(RemoveLock);
}
