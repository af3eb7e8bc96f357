/* ex_spin_lock.c - reader-writer spin locks. The word:
 *   | 31 held alone | 30 a writer waits | 29..0 number of readers, or the writer's thread id | */
#include "expool/ex_spin_lock.h"
#include "expool/irql.h"

#include "kernel/deadlock.h"
#include "kernel/misuse.h"
#include "kernel/spin_word.h"
#include "pool/kind.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/touch.h"
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

static bool try_alone(PEX_SPIN_LOCK lock)
{
    uint32_t word = read_word(lock);
    bool is_taken = (word & ~WRITER_WAITS) == 0 && replace(lock, word, own_word());
    if (is_taken)
        order_after_lock(lock, false);
    return is_taken;
}

static bool try_shared(PEX_SPIN_LOCK lock)
{
    for (;;) {
        uint32_t word = read_word(lock);
        if ((word & (ALONE | WRITER_WAITS)) != 0)
            return false;
        if (replace(lock, word, word + 1)) {
            order_after_lock(lock, true);
            return true;
        }
    }
}

static bool wait_alone(PEX_SPIN_LOCK lock, const void *frame)
{
    for (unsigned turn = 0; !try_alone(lock); turn++) {
        uint32_t word = read_word(lock);
        if ((word & ~WRITER_WAITS) == own_word()) {
            spin_refuse_again(lock, LOCK_SPIN_RW, frame);
            return false;
        }
        if ((word & (ALONE | WRITER_WAITS)) == 0 && word != 0)
            replace(lock, word, word | WRITER_WAITS);
        spin_turn(turn);
    }
    return true;
}

static bool wait_shared(PEX_SPIN_LOCK lock, const void *frame)
{
    for (unsigned turn = 0; !try_shared(lock); turn++) {
        if ((read_word(lock) & ~WRITER_WAITS) == own_word()) {
            spin_refuse_again(lock, LOCK_SPIN_RW, frame);
            return false;
        }
        spin_turn(turn);
    }
    return true;
}

static struct lock_call call_of(PEX_SPIN_LOCK lock, enum lock_mode mode, const void *frame)
{
    return (struct lock_call){.lock = lock, .kind = LOCK_SPIN_RW, .mode = mode, .frame = frame};
}

/* A try that came off waited for nobody. */
static bool note_try(PEX_SPIN_LOCK lock, bool is_taken, enum lock_mode mode, const void *frame)
{
    const struct lock_call call = call_of(lock, mode, frame);
    if (is_taken && deadlock_is_on())
        deadlock_taken(&call);
    return is_taken;
}

static void take(PEX_SPIN_LOCK lock, enum lock_mode mode, const void *frame)
{
    const struct lock_call call = call_of(lock, mode, frame);
    TOUCHES(lock);
    if (deadlock_is_on() && !deadlock_before(&call))
        return;
    bool is_taken = mode == LOCK_ALONE ? wait_alone(lock, frame) : wait_shared(lock, frame);
    if (is_taken && deadlock_is_on())
        deadlock_taken(&call);
}

/* True: it is held that way, and is given up now. */
static bool may_drop(PEX_SPIN_LOCK lock, enum lock_mode mode, unsigned char lower,
                     const void *frame)
{
    struct lock_call call = call_of(lock, mode, frame);
    TOUCHES(lock);
    uint32_t word = read_word(lock);
    bool is_alone = (word & ALONE) != 0;
    bool is_held = is_alone || (word & REST) != 0;
    bool is_as_said = is_alone == (mode == LOCK_ALONE) && is_held;
    call.lower = lower;
    if (!deadlock_is_on()) {
        if (UNLIKELY(!is_as_said))
            spin_refuse_drop(lock, LOCK_SPIN_RW, frame);
    } else if (!is_held || (is_alone && (word & ~WRITER_WAITS) != own_word())) {
        deadlock_not_held(&call);
    } else {
        deadlock_dropping(&call);
    }
    return is_as_said;
}

static void drop_alone(PEX_SPIN_LOCK lock, unsigned char lower, const void *frame)
{
    if (LIKELY(may_drop(lock, LOCK_ALONE, lower, frame)))
        ORDER_RELEASE(lock, 0);
}

static void drop_shared(PEX_SPIN_LOCK lock, unsigned char lower, const void *frame)
{
    if (UNLIKELY(!may_drop(lock, LOCK_SHARED, lower, frame)))
        return;
    order_before_lock(lock, true);
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
    take(SpinLock, LOCK_ALONE, OWN_FRAME);
    return before;
}

KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    take(SpinLock, LOCK_SHARED, OWN_FRAME);
    return before;
}

VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    drop_alone(SpinLock, OldIrql, OWN_FRAME);
    lower(OldIrql);
}

VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    drop_shared(SpinLock, OldIrql, OWN_FRAME);
    lower(OldIrql);
}

VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    take(SpinLock, LOCK_ALONE, OWN_FRAME);
}

VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    take(SpinLock, LOCK_SHARED, OWN_FRAME);
}

VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    drop_alone(SpinLock, irql_current, OWN_FRAME);
}

VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    drop_shared(SpinLock, irql_current, OWN_FRAME);
}

LOGICAL ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return note_try(SpinLock, try_alone(SpinLock), LOCK_ALONE, OWN_FRAME);
}

LOGICAL ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return note_try(SpinLock, try_shared(SpinLock), LOCK_SHARED, OWN_FRAME);
}

LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
    uint32_t word = read_word(SpinLock);
    bool is_taken = (word & ~WRITER_WAITS) == 1 && replace(SpinLock, word, own_word());
    if (is_taken)
        order_after_lock(SpinLock, false);
    if (is_taken && deadlock_is_on())
        deadlock_shared(SpinLock, false);
    return is_taken;
}
