/* ex_spin_lock.c - reader-writer spin locks. The word:
 *   | 31 held alone | 30 a writer waits | 29..0 number of readers, or the writer's thread id | */
#include "expool/ex_spin_lock.h"
#include "expool/irql.h"

#include "kernel/misuse.h"
#include "kernel/spin_word.h"
#include "pool/kind.h"
#include "pool/os.h"
#include "pool/util.h"

#define ALONE        0x80000000u
#define WRITER_WAITS 0x40000000u
#define REST         0x3fffffffu

static uint32_t read_word(PEX_SPIN_LOCK lock)
{
    return (uint32_t)__atomic_load_n(lock, __ATOMIC_RELAXED);
}

static bool replace(PEX_SPIN_LOCK lock, uint32_t old, uint32_t new)
{
    LONG expected = (LONG)old;
    return __atomic_compare_exchange_n(lock, &expected, (LONG) new, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static uint32_t own_word(void)
{
    return ALONE | (os_thread_id() & REST);
}

static void refuse(enum violation_kind kind, PEX_SPIN_LOCK lock, const void *frame)
{
    misuse_raise(&(struct misuse){.kind = kind, .object = lock, .frame = frame});
}

static bool try_alone(PEX_SPIN_LOCK lock)
{
    uint32_t word = read_word(lock);
    return (word & ~WRITER_WAITS) == 0 && replace(lock, word, own_word());
}

static bool try_shared(PEX_SPIN_LOCK lock)
{
    for (;;) {
        uint32_t word = read_word(lock);
        if ((word & (ALONE | WRITER_WAITS)) != 0)
            return false;
        if (replace(lock, word, word + 1))
            return true;
    }
}

static void take_alone(PEX_SPIN_LOCK lock, const void *frame)
{
    for (unsigned turn = 0; !try_alone(lock); turn++) {
        uint32_t word = read_word(lock);
        if ((word & ~WRITER_WAITS) == own_word()) {
            refuse(VIOLATION_SPIN_ALREADY_OWNED, lock, frame);
            return;
        }
        if ((word & (ALONE | WRITER_WAITS)) == 0 && word != 0)
            replace(lock, word, word | WRITER_WAITS);
        spin_turn(turn);
    }
}

static void take_shared(PEX_SPIN_LOCK lock, const void *frame)
{
    for (unsigned turn = 0; !try_shared(lock); turn++) {
        if ((read_word(lock) & ~WRITER_WAITS) == own_word()) {
            refuse(VIOLATION_SPIN_ALREADY_OWNED, lock, frame);
            return;
        }
        spin_turn(turn);
    }
}

static void drop_alone(PEX_SPIN_LOCK lock, const void *frame)
{
    if (UNLIKELY((read_word(lock) & ALONE) == 0))
        refuse(VIOLATION_SPIN_NOT_OWNED, lock, frame);
    else
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

static void drop_shared(PEX_SPIN_LOCK lock, const void *frame)
{
    uint32_t word = read_word(lock);
    if (UNLIKELY((word & ALONE) != 0 || (word & REST) == 0))
        refuse(VIOLATION_SPIN_NOT_OWNED, lock, frame);
    else
        __atomic_fetch_sub(lock, 1, __ATOMIC_RELEASE);
}

static void lower(KIRQL old)
{
    if (old < irql_current)
        KeLowerIrql(old);
}

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    take_alone(SpinLock, OWN_FRAME);
    return before;
}

KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    take_shared(SpinLock, OWN_FRAME);
    return before;
}

VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    drop_alone(SpinLock, OWN_FRAME);
    lower(OldIrql);
}

VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    drop_shared(SpinLock, OWN_FRAME);
    lower(OldIrql);
}

VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    take_alone(SpinLock, OWN_FRAME);
}

VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    take_shared(SpinLock, OWN_FRAME);
}

VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    drop_alone(SpinLock, OWN_FRAME);
}

VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    drop_shared(SpinLock, OWN_FRAME);
}

LOGICAL ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return try_alone(SpinLock);
}

LOGICAL ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return try_shared(SpinLock);
}

LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
    uint32_t word = read_word(SpinLock);
    return (word & ~WRITER_WAITS) == 1 && replace(SpinLock, word, own_word());
}
