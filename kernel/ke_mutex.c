/* ke_mutex.c - mutexes that are waited for, and semaphores. */
#include "expool/bugcheck.h"
#include "expool/mutex.h"

#include "kernel/deadlock.h"
#include "kernel/dispatcher.h"
#include "kernel/misuse.h"
#include "kernel/pageable.h"
#include "kernel/thread.h"
#include "pool/ddi.h"

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
    MISUSE_PAGEABLE(Mutex);
    (void)Level;
    if (deadlock_is_on())
        deadlock_initialized(
            &(struct lock_call){.lock = Mutex, .kind = LOCK_MUTEX, .frame = OWN_FRAME});
    waitable_start(&Mutex->Header, WAITABLE_MUTANT, sizeof *Mutex);
    Mutex->Header.SignalState = 1;
    Mutex->OwnerThread = NULL;
    Mutex->Abandoned = FALSE;
    Mutex->ApcDisable = 1;
}

static void note_release(PRKMUTEX mutex, const void *frame)
{
    const struct lock_call call = {
        .lock = mutex, .kind = LOCK_MUTEX, .frame = frame, .lower = irql_current};
    const void *owner = __atomic_load_n(&mutex->OwnerThread, __ATOMIC_RELAXED);
    if (owner == thread_current())
        deadlock_dropping(&call);
    else
        deadlock_not_held(&call);
}

LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
    DDI_LEVEL(KeReleaseMutex);
    (void)Wait;
    struct thread *self = thread_current();
    if (!waitable_is_started(Mutex)) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Mutex);
        return 0;
    }
    if (deadlock_is_on())
        note_release(Mutex, OWN_FRAME);
    lock_take(&dispatcher_lock);
    LONG before = Mutex->Header.SignalState;
    bool is_owned = Mutex->OwnerThread == (PKTHREAD)self;
    if (is_owned && ++Mutex->Header.SignalState == 1) {
        RemoveEntryList(&Mutex->MutantListEntry);
        Mutex->OwnerThread = NULL;
        self->critical_depth -= Mutex->ApcDisable;
        waitable_signalled_locked(&Mutex->Header);
    }
    lock_drop(&dispatcher_lock);
    if (!is_owned)
        ExRaiseStatus(STATUS_MUTANT_NOT_OWNED);
    return before;
}

LONG KeReadStateMutex(PRKMUTEX Mutex)
{
    DDI_LEVEL(KeReadStateMutex);
    return waitable_state(&Mutex->Header);
}

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    MISUSE_PAGEABLE(Semaphore);
    DDI_LEVEL(KeInitializeSemaphore);
    waitable_start(&Semaphore->Header, WAITABLE_SEMAPHORE, sizeof *Semaphore);
    Semaphore->Header.SignalState = Count;
    Semaphore->Limit = Limit;
}

LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
    DDI_LEVEL(KeReleaseSemaphore);
    (void)Increment, (void)Wait;
    if (!waitable_is_started(Semaphore)) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Semaphore);
        return 0;
    }
    lock_take(&dispatcher_lock);
    LONG before = Semaphore->Header.SignalState;
    bool fits = Adjustment > 0 && Adjustment <= Semaphore->Limit - before;
    if (fits) {
        Semaphore->Header.SignalState = before + Adjustment;
        waitable_signalled_locked(&Semaphore->Header);
    }
    lock_drop(&dispatcher_lock);
    if (!fits)
        ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    return before;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    DDI_LEVEL(KeReadStateSemaphore);
    return waitable_state(&Semaphore->Header);
}
