/* ke_spin_lock.c - spin locks that know their owner. */
#include "expool/irql.h"
#include "expool/spin_lock.h"

#include "kernel/misuse.h"
#include "kernel/spin_word.h"
#include "pool/kind.h"
#include "pool/os.h"
#include "pool/util.h"

enum { TURNS_BEFORE_YIELD = 64 };

static KSPIN_LOCK own_word(void)
{
    return (KSPIN_LOCK)os_thread_id() << 1 | 1;
}

void spin_turn(unsigned turn)
{
    if (turn < TURNS_BEFORE_YIELD)
        spin_pause();
    else
        os_yield();
}

static void refuse(enum violation_kind kind, PKSPIN_LOCK lock, const void *frame)
{
    misuse_raise(&(struct misuse){.kind = kind, .object = lock, .frame = frame});
}

bool spin_try(PKSPIN_LOCK lock)
{
    KSPIN_LOCK free_word = 0;
    return __atomic_compare_exchange_n(lock, &free_word, own_word(), false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

/* A thread that holds the lock already would spin for ever. */
static NOINLINE void wait_and_take(PKSPIN_LOCK lock, const void *frame)
{
    for (unsigned turn = 0; !spin_try(lock); turn++) {
        if (__atomic_load_n(lock, __ATOMIC_RELAXED) == own_word()) {
            refuse(VIOLATION_SPIN_ALREADY_OWNED, lock, frame);
            return;
        }
        spin_turn(turn);
    }
}

void spin_take(PKSPIN_LOCK lock, const void *frame)
{
    if (UNLIKELY(!spin_try(lock)))
        wait_and_take(lock, frame);
}

void spin_drop(PKSPIN_LOCK lock, const void *frame)
{
    if (UNLIKELY(__atomic_load_n(lock, __ATOMIC_RELAXED) == 0))
        refuse(VIOLATION_SPIN_NOT_OWNED, lock, frame);
    else
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    __atomic_store_n(SpinLock, 0, __ATOMIC_RELEASE);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    spin_take(SpinLock, OWN_FRAME);
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    spin_drop(SpinLock, OWN_FRAME);
    if (NewIrql <= irql_current)
        KeLowerIrql(NewIrql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    spin_take(SpinLock, OWN_FRAME);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    spin_drop(SpinLock, OWN_FRAME);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return spin_try(SpinLock);
}

BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
    return __atomic_load_n(SpinLock, __ATOMIC_RELAXED) == 0;
}

KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (before < DISPATCH_LEVEL)
        KfRaiseIrql(DISPATCH_LEVEL);
    spin_take(SpinLock, OWN_FRAME);
    return before;
}

VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    spin_drop(SpinLock, OWN_FRAME);
    if (OldIrql < irql_current)
        KeLowerIrql(OldIrql);
}
