/* ke_spin_lock.c - spin locks that know their owner. */
#include "expool/irql.h"
#include "expool/spin_lock.h"

#include "kernel/deadlock.h"
#include "kernel/misuse.h"
#include "kernel/pageable.h"
#include "kernel/spin_word.h"
#include "pool/counters.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/touch.h"
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

/* The DDI rules of pairs, where deadlock detection has nothing to say. */
enum {
    QUEUED_SPIN_LOCK = 0x40006,
    QUEUED_SPIN_LOCK_RELEASE = 0x40007,
    SPIN_LOCK = 0x40009,
    SPINLOCK_RELEASE = 0x4000A,
};

void spin_refuse_again(const volatile void *lock, enum lock_kind kind, const void *frame)
{
    enum violation_kind plain =
        rules_have(RULE_DDI) ? VIOLATION_DDI_PAIRING : VIOLATION_SPIN_ALREADY_OWNED;
    misuse_raise(&(struct misuse){.kind = deadlock_kind(VIOLATION_LOCK_SELF_DEADLOCK, plain),
                                  .object = lock,
                                  .rule = kind == LOCK_SPIN_QUEUED ? QUEUED_SPIN_LOCK : SPIN_LOCK,
                                  .frame = frame});
}

void spin_refuse_drop(const volatile void *lock, enum lock_kind kind, const void *frame)
{
    misuse_raise(&(struct misuse){
        .kind = rules_have(RULE_DDI) ? VIOLATION_DDI_PAIRING : VIOLATION_SPIN_NOT_OWNED,
        .object = lock,
        .rule = kind == LOCK_SPIN_QUEUED ? QUEUED_SPIN_LOCK_RELEASE : SPINLOCK_RELEASE,
        .frame = frame});
}

static bool try_word(PKSPIN_LOCK lock)
{
    KSPIN_LOCK free_word = 0;
    return __atomic_compare_exchange_n(lock, &free_word, own_word(), false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

bool spin_try(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame)
{
    TOUCHES(lock);
    bool is_taken = try_word(lock);
    if (is_taken)
        order_after(lock);
    if (is_taken && deadlock_is_on())
        deadlock_taken(&(struct lock_call){.lock = lock, .kind = kind, .frame = frame});
    return is_taken;
}

/* A thread that holds the lock already would spin for ever. */
static NOINLINE bool wait_and_take(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame)
{
    for (unsigned turn = 0; !try_word(lock); turn++) {
        if (__atomic_load_n(lock, __ATOMIC_RELAXED) == own_word()) {
            spin_refuse_again(lock, kind, frame);
            return false;
        }
        spin_turn(turn);
    }
    return true;
}

static NOINLINE void take_watched(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame)
{
    const struct lock_call call = {.lock = lock, .kind = kind, .frame = frame};
    if (deadlock_before(&call) && wait_and_take(lock, kind, frame))
        deadlock_taken(&call);
}

void spin_take(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame)
{
    TOUCHES(lock);
    if (deadlock_is_on())
        take_watched(lock, kind, frame);
    else if (UNLIKELY(!try_word(lock)))
        wait_and_take(lock, kind, frame);
    order_after(lock);
    const struct pool_hook *hook = hook_current();
    if (UNLIKELY(hook != NULL) && hook->is_verifying)
        COUNT(spin_locks_acquired);
}

static NOINLINE void drop_watched(const struct lock_call *call, bool is_own)
{
    if (is_own)
        deadlock_dropping(call);
    else
        deadlock_not_held(call);
}

void spin_drop(PKSPIN_LOCK lock, enum lock_kind kind, unsigned char lower, const void *frame)
{
    TOUCHES(lock);
    KSPIN_LOCK word = __atomic_load_n(lock, __ATOMIC_RELAXED);
    if (deadlock_is_on())
        drop_watched(
            &(struct lock_call){.lock = lock, .kind = kind, .frame = frame, .lower = lower},
            word == own_word());
    else if (UNLIKELY(word == 0))
        spin_refuse_drop(lock, kind, frame);
    if (LIKELY(word != 0))
        ORDER_RELEASE(lock, 0);
}

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    MISUSE_PAGEABLE(SpinLock);
    TOUCHES(SpinLock);
    if (deadlock_is_on())
        deadlock_initialized(
            &(struct lock_call){.lock = SpinLock, .kind = LOCK_SPIN_ANY, .frame = OWN_FRAME});
    __atomic_store_n(SpinLock, 0, __ATOMIC_RELEASE);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH, SpinLock);
    else
        KfRaiseIrql(DISPATCH_LEVEL);
    spin_take(SpinLock, LOCK_SPIN, OWN_FRAME);
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    if (UNLIKELY(irql_current != DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_IRQL, SpinLock);
    spin_drop(SpinLock, LOCK_SPIN, NewIrql, OWN_FRAME);
    if (NewIrql <= irql_current)
        KeLowerIrql(NewIrql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    spin_take(SpinLock, LOCK_SPIN, OWN_FRAME);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    spin_drop(SpinLock, LOCK_SPIN, irql_current, OWN_FRAME);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH, SpinLock);
    return spin_try(SpinLock, LOCK_SPIN, OWN_FRAME);
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
    spin_take(SpinLock, LOCK_SPIN, OWN_FRAME);
    return before;
}

VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
{
    if (UNLIKELY(irql_current < DISPATCH_LEVEL))
        MISUSE(VIOLATION_SPIN_RELEASE_BELOW_DISPATCH, SpinLock);
    spin_drop(SpinLock, LOCK_SPIN, OldIrql, OWN_FRAME);
    if (OldIrql < irql_current)
        KeLowerIrql(OldIrql);
}
