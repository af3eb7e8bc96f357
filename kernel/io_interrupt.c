/* io_interrupt.c - interrupts that the host raises. An interrupt is held while its routine runs. */
#include "expool/interrupt.h"

#include "expool/irql.h"
#include "expool/pool.h"
#include "expool/spin_lock.h"
#include "kernel/call_hold.h"
#include "kernel/callback_watch.h"
#include "pool/counters.h"
#include "pool/ddi.h"
#include "pool/fork.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/util.h"

#include <sched.h>
#include <string.h>

enum { TAG_INTERRUPT = 'tnIK', INTERRUPTS_MAX = 32 };

struct _KINTERRUPT {
    PKSERVICE_ROUTINE routine;
    PVOID context;
    KSPIN_LOCK own_lock;
    PKSPIN_LOCK lock;
    ULONG vector;
    KIRQL irql; /* at which the routine runs */
    unsigned calls;
};

static struct {
    struct lock lock;
    PKINTERRUPT all[INTERRUPTS_MAX];
    unsigned count;
} connected = {.lock = LOCK_INITIALIZER};

static void keep_own_calls(void)
{
    for (unsigned i = 0; i < connected.count; i++)
        connected.all[i]->calls = call_holds_of_thread(&connected.all[i]->calls);
}
LOCK_OVER_FORK_AND(connected.lock, keep_own_calls)

/* NOLINTNEXTLINE(readability-function-size): Windows' signature */
NTSTATUS IoConnectInterrupt(PKINTERRUPT *InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
                            PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
                            KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode,
                            BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
                            BOOLEAN FloatingSave)
{
    DDI_LEVEL(IoConnectInterrupt);
    (void)InterruptMode;
    (void)ShareVector;
    (void)ProcessorEnableMask;
    (void)FloatingSave;
    *InterruptObject = NULL;
    if (ServiceRoutine == NULL || Irql > SynchronizeIrql)
        return STATUS_INVALID_PARAMETER;
    PKINTERRUPT made = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(*made), TAG_INTERRUPT);
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    made->routine = ServiceRoutine;
    made->context = ServiceContext;
    made->lock = SpinLock != NULL ? SpinLock : &made->own_lock;
    made->vector = Vector;
    made->irql = max(SynchronizeIrql, DISPATCH_LEVEL);
    lock_take(&connected.lock);
    bool fits = connected.count < INTERRUPTS_MAX;
    if (fits)
        connected.all[connected.count++] = made;
    lock_drop(&connected.lock);
    if (!fits) {
        ExFreePoolWithTag(made, TAG_INTERRUPT);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *InterruptObject = made;
    return STATUS_SUCCESS;
}

VOID IoDisconnectInterrupt(PKINTERRUPT InterruptObject)
{
    DDI_LEVEL(IoDisconnectInterrupt);
    lock_take(&connected.lock);
    for (unsigned i = 0; i < connected.count; i++) {
        if (connected.all[i] != InterruptObject)
            continue;
        connected.count--;
        memmove(&connected.all[i], &connected.all[i + 1],
                (connected.count - i) *
                    sizeof(PKINTERRUPT)); /* NOLINT(bugprone-sizeof-expression) */
        break;
    }
    while (InterruptObject->calls != 0) {
        lock_drop(&connected.lock);
        sched_yield();
        lock_take(&connected.lock);
    }
    lock_drop(&connected.lock);
    ExFreePoolWithTag(InterruptObject, TAG_INTERRUPT);
}

KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt)
{
    KIRQL before;
    KeRaiseIrql(Interrupt->irql, &before);
    KeAcquireSpinLockAtDpcLevel(Interrupt->lock);
    return before;
}

VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql)
{
    KeReleaseSpinLockFromDpcLevel(Interrupt->lock);
    KeLowerIrql(OldIrql);
}

BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                               PVOID SynchronizeContext)
{
    KIRQL before = KeAcquireInterruptSpinLock(Interrupt);
    const struct pool_hook *hook = hook_current();
    if (hook != NULL && hook->is_verifying)
        COUNT(executions_synchronized);
    BOOLEAN answer = SynchronizeRoutine(SynchronizeContext);
    KeReleaseInterruptSpinLock(Interrupt, before);
    return answer;
}

/* Those of the vector, each held; how many. */
static unsigned hold(ULONG vector, PKINTERRUPT *held, struct call_hold *holds)
{
    unsigned count = 0;
    lock_take(&connected.lock);
    for (unsigned i = 0; i < connected.count; i++)
        if (connected.all[i]->vector == vector) {
            call_hold_begin(&holds[count], &connected.all[i]->calls);
            held[count++] = connected.all[i];
        }
    lock_drop(&connected.lock);
    return count;
}

unsigned expool_interrupt(ULONG vector)
{
    PKINTERRUPT held[INTERRUPTS_MAX];
    struct call_hold holds[INTERRUPTS_MAX];
    unsigned count = hold(vector, held, holds);
    unsigned called = 0;
    for (bool is_taken = false; called < count && !is_taken; called++) {
        KIRQL before = KeAcquireInterruptSpinLock(held[called]);
        const struct callback_watch watch = callback_begin();
        is_taken = held[called]->routine(held[called], held[called]->context);
        callback_judge_interrupt(&watch, (const void *)(uintptr_t)held[called]->routine);
        if (irql_current < held[called]->irql)
            KfRaiseIrql(held[called]->irql);
        KeReleaseInterruptSpinLock(held[called], before);
    }
    lock_take(&connected.lock);
    for (unsigned i = count; i-- > 0;)
        call_hold_end(&holds[i]);
    lock_drop(&connected.lock);
    return called;
}
