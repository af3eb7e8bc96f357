/* ex_fast_mutex.c - fast mutexes on one word: 1 free, 0 held, -1 held and somebody waits. */
#include "expool/fast_mutex.h"
#include "expool/irql.h"

#include "kernel/deadlock.h"
#include "kernel/misuse.h"
#include "kernel/os_park.h"
#include "kernel/pageable.h"
#include "kernel/spin_word.h"
#include "kernel/thread.h"
#include "pool/order.h"
#include "pool/touch.h"

enum { FREE = 1, HELD = 0, WAITED_FOR = -1, TURNS_BEFORE_SLEEP = 40 };

VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
    MISUSE_PAGEABLE(FastMutex);
    TOUCHES(FastMutex);
    if (deadlock_is_on())
        deadlock_initialized(
            &(struct lock_call){.lock = FastMutex, .kind = LOCK_FAST_MUTEX, .frame = OWN_FRAME});
    FastMutex->Owner = NULL;
    FastMutex->Contention = 0;
    KeInitializeEvent(&FastMutex->Event, SynchronizationEvent, FALSE);
    FastMutex->OldIrql = 0;
    __atomic_store_n(&FastMutex->Count, FREE, __ATOMIC_RELEASE);
}

static bool try_take(PFAST_MUTEX mutex)
{
    TOUCHES(mutex);
    LONG count = FREE;
    return __atomic_compare_exchange_n(&mutex->Count, &count, HELD, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static NOINLINE void wait_and_take(PFAST_MUTEX mutex)
{
    __atomic_fetch_add(&mutex->Contention, 1, __ATOMIC_RELAXED);
    for (unsigned turn = 0; turn < TURNS_BEFORE_SLEEP; turn++) {
        if (try_take(mutex))
            return;
        spin_turn(turn);
    }
    while (__atomic_exchange_n(&mutex->Count, WAITED_FOR, __ATOMIC_ACQUIRE) != FREE)
        os_park(&mutex->Count, (uint32_t)WAITED_FOR);
}

static bool is_owned_by(const FAST_MUTEX *mutex, const struct thread *thread)
{
    return __atomic_load_n(&mutex->Owner, __ATOMIC_RELAXED) == thread;
}

/* Others read it without the mutex, to find that it is not theirs. */
static void set_owner(PFAST_MUTEX mutex, struct thread *owner)
{
    order_hide();
    __atomic_store_n(&mutex->Owner, (void *)owner, __ATOMIC_RELAXED);
    order_show();
}

/* False: the caller has it already, or nobody ever will, and was told. */
static bool take(PFAST_MUTEX mutex, enum lock_kind kind, const void *frame)
{
    const struct lock_call call = {.lock = mutex, .kind = kind, .frame = frame};
    struct thread *self = thread_current();
    if (deadlock_is_on() && !deadlock_before(&call))
        return false;
    if (UNLIKELY(!try_take(mutex))) {
        if (is_owned_by(mutex, self)) {
            misuse_raise(&(struct misuse){
                .kind = deadlock_kind(VIOLATION_LOCK_SELF_DEADLOCK, VIOLATION_FAST_MUTEX_TWICE),
                .object = mutex,
                .found = (uintptr_t)self,
                .frame = frame});
            return false;
        }
        wait_and_take(mutex);
    }
    order_after(mutex);
    set_owner(mutex, self);
    if (deadlock_is_on())
        deadlock_taken(&call);
    return true;
}

static void refuse_drop(const struct lock_call *call, const struct thread *self)
{
    if (deadlock_is_on())
        deadlock_not_held(call);
    else
        misuse_raise(&(struct misuse){.kind = VIOLATION_FAST_MUTEX_NOT_OWNED,
                                      .object = call->lock,
                                      .found = (uintptr_t)self,
                                      .frame = call->frame});
}

/* False: it is not the caller's to give up, and it was told. */
static bool drop(PFAST_MUTEX mutex, const struct lock_call *call)
{
    struct thread *self = thread_current();
    TOUCHES(mutex);
    if (UNLIKELY(!is_owned_by(mutex, self))) {
        refuse_drop(call, self);
        return false;
    }
    if (deadlock_is_on())
        deadlock_dropping(call);
    set_owner(mutex, NULL);
    order_before(mutex);
    if (UNLIKELY(__atomic_exchange_n(&mutex->Count, FREE, __ATOMIC_RELEASE) == WAITED_FOR))
        os_unpark_one(&mutex->Count);
    return true;
}

static void raise_to_apc(KIRQL before)
{
    if (before < APC_LEVEL)
        KfRaiseIrql(APC_LEVEL);
}

VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > APC_LEVEL))
        MISUSE(VIOLATION_FAST_MUTEX_ACQUIRE_IRQL, FastMutex);
    raise_to_apc(before);
    if (LIKELY(take(FastMutex, LOCK_FAST_MUTEX, OWN_FRAME)))
        FastMutex->OldIrql = before;
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    KIRQL before = irql_current;
    if (UNLIKELY(before > APC_LEVEL))
        MISUSE(VIOLATION_FAST_MUTEX_ACQUIRE_IRQL, FastMutex);
    if (!try_take(FastMutex))
        return FALSE;
    raise_to_apc(before);
    order_after(FastMutex);
    set_owner(FastMutex, thread_current());
    FastMutex->OldIrql = before;
    if (deadlock_is_on())
        deadlock_taken(
            &(struct lock_call){.lock = FastMutex, .kind = LOCK_FAST_MUTEX, .frame = OWN_FRAME});
    return TRUE;
}

VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
    KIRQL old = (KIRQL)FastMutex->OldIrql;
    if (UNLIKELY(irql_current != APC_LEVEL))
        MISUSE_WITH(VIOLATION_FAST_MUTEX_RELEASE_IRQL, FastMutex,
                    .found = thread_apc_disables(thread_current()));
    const struct lock_call call = {
        .lock = FastMutex, .kind = LOCK_FAST_MUTEX, .frame = OWN_FRAME, .lower = old};
    if (LIKELY(drop(FastMutex, &call)) && old < irql_current)
        KeLowerIrql(old);
}

static bool holds_back_apcs(const struct thread *self)
{
    return irql_current == APC_LEVEL ||
           (irql_current < APC_LEVEL && thread_apc_disables(self) != 0);
}

VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    struct thread *self = thread_current();
    if (UNLIKELY(!holds_back_apcs(self)))
        MISUSE_WITH(VIOLATION_FAST_MUTEX_UNSAFE_ACQUIRE, FastMutex,
                    .found = thread_apc_disables(self));
    take(FastMutex, LOCK_FAST_MUTEX_UNSAFE, OWN_FRAME);
}

VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    struct thread *self = thread_current();
    if (UNLIKELY(!holds_back_apcs(self)))
        MISUSE_WITH(VIOLATION_FAST_MUTEX_UNSAFE_RELEASE, FastMutex,
                    .found = thread_apc_disables(self));
    const struct lock_call call = {.lock = FastMutex,
                                   .kind = LOCK_FAST_MUTEX_UNSAFE,
                                   .frame = OWN_FRAME,
                                   .lower = irql_current};
    drop(FastMutex, &call);
}
