/* ke_spin_lock.c - spin locks that know their owner. The word is 0 when free, else the owner's
 * thread id and a mark that keeps it from being 0. */
#include "expool/irql.h"
#include "expool/spin_lock.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

enum { SPINS_BEFORE_YIELD = 64 };

static KSPIN_LOCK own_word(void)
{
    return (KSPIN_LOCK)os_thread_id() << 1 | 1;
}

static NOINLINE void raise_violation(enum violation_kind kind, const volatile void *lock,
                                     const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column(),
        .irql = irql_current,
        .other = (const void *)(uintptr_t)lock,
        .pc = ((const uintptr_t *)frame)[1],
        .frame = frame,
    };
    violation_raise(&violation);
}

static bool try_take(PKSPIN_LOCK lock)
{
    KSPIN_LOCK free_word = 0;
    return __atomic_compare_exchange_n(lock, &free_word, own_word(), false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

/* Spins until the lock is free; a thread that holds it already would spin for ever. */
static void take(PKSPIN_LOCK lock, const void *frame)
{
    for (unsigned spins = 0; !try_take(lock); spins++) {
        if (__atomic_load_n(lock, __ATOMIC_RELAXED) == own_word()) {
            raise_violation(VIOLATION_SPIN_ALREADY_OWNED, lock, frame);
            return;
        }
        if (spins >= SPINS_BEFORE_YIELD)
            os_yield();
    }
}

static void drop(PKSPIN_LOCK lock, const void *frame)
{
    if (__atomic_exchange_n(lock, 0, __ATOMIC_RELEASE) == 0)
        raise_violation(VIOLATION_SPIN_NOT_OWNED, lock, frame);
}

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    __atomic_store_n(SpinLock, 0, __ATOMIC_RELEASE);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        raise_violation(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock, OWN_FRAME);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    take(SpinLock, OWN_FRAME);
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        raise_violation(VIOLATION_SPIN_RELEASE_IRQL, SpinLock, OWN_FRAME);
    drop(SpinLock, OWN_FRAME);
    if (NewIrql <= irql_current)
        KeLowerIrql(NewIrql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        raise_violation(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock, OWN_FRAME);
    take(SpinLock, OWN_FRAME);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        raise_violation(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock, OWN_FRAME);
    drop(SpinLock, OWN_FRAME);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        raise_violation(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock, OWN_FRAME);
    return try_take(SpinLock);
}

BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
    return __atomic_load_n(SpinLock, __ATOMIC_RELAXED) == 0;
}
