/* ex_push_lock.c - push locks. The word:
 *   | 63..4 number of readers | 1 somebody sleeps | 0 held |   held without readers: held alone */
#include "expool/irql.h"
#include "expool/push_lock.h"

#include "kernel/misuse.h"
#include "kernel/os_park.h"
#include "kernel/spin_word.h"
#include "kernel/thread.h"
#include "pool/kind.h"
#include "pool/order.h"
#include "pool/touch.h"

#define HELD       ((ULONG_PTR)1)
#define SLEEPERS   ((ULONG_PTR)2)
#define ONE_READER ((ULONG_PTR)16)

enum { TURNS_BEFORE_SLEEP = 40 };

static bool replace(PEX_PUSH_LOCK lock, ULONG_PTR old, ULONG_PTR new)
{
    return __atomic_compare_exchange_n(lock, &old, new, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* A reader also waits when somebody sleeps: else readers could keep a writer out for ever. */
static bool try_take(PEX_PUSH_LOCK lock, bool is_shared)
{
    ULONG_PTR word = __atomic_load_n(lock, __ATOMIC_RELAXED);
    if ((word & HELD) == 0)
        return replace(lock, word, word | HELD | (is_shared ? ONE_READER : 0));
    bool has_readers_only = word >= ONE_READER && (word & SLEEPERS) == 0;
    return is_shared && has_readers_only && replace(lock, word, word + ONE_READER);
}

static void take(PEX_PUSH_LOCK lock, bool is_shared)
{
    TOUCHES(lock);
    for (unsigned turn = 0; !try_take(lock, is_shared); turn++) {
        if (turn < TURNS_BEFORE_SLEEP) {
            spin_turn(turn);
            continue;
        }
        ULONG_PTR word = __atomic_load_n(lock, __ATOMIC_RELAXED);
        if ((word & HELD) != 0 && replace(lock, word, word | SLEEPERS))
            os_park(lock, (uint32_t)(word | SLEEPERS));
    }
    order_after_lock(lock, is_shared);
}

static void drop_alone(PEX_PUSH_LOCK lock)
{
    TOUCHES(lock);
    order_before(lock);
    if ((__atomic_exchange_n(lock, 0, __ATOMIC_ACQ_REL) & SLEEPERS) != 0)
        os_unpark_all(lock);
}

static void drop_shared(PEX_PUSH_LOCK lock)
{
    TOUCHES(lock);
    order_before_lock(lock, true);
    for (;;) {
        ULONG_PTR word = __atomic_load_n(lock, __ATOMIC_RELAXED);
        bool is_last = word < 2 * ONE_READER;
        if (!replace(lock, word, is_last ? 0 : word - ONE_READER))
            continue;
        if (is_last && (word & SLEEPERS) != 0)
            os_unpark_all(lock);
        return;
    }
}

/* Counted: what held APCs back is given to the report. */
static bool apcs_are_on(uint64_t *disable_count)
{
    const struct thread *self = thread_current();
    *disable_count = thread_apc_disables(self);
    return *disable_count == 0 && irql_current < APC_LEVEL;
}

VOID ExInitializePushLock(PEX_PUSH_LOCK PushLock)
{
    TOUCHES(PushLock);
    __atomic_store_n(PushLock, 0, __ATOMIC_RELEASE);
}

VOID ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
    uint64_t disabled;
    (void)Flags;
    if (UNLIKELY(apcs_are_on(&disabled)))
        MISUSE_WITH(VIOLATION_PUSH_LOCK_ACQUIRE, PushLock, .found = disabled);
    take(PushLock, false);
}

VOID ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
    uint64_t disabled;
    (void)Flags;
    if (UNLIKELY(apcs_are_on(&disabled)))
        MISUSE_WITH(VIOLATION_PUSH_LOCK_ACQUIRE, PushLock, .found = disabled);
    take(PushLock, true);
}

VOID ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
    uint64_t disabled;
    (void)Flags;
    if (UNLIKELY(apcs_are_on(&disabled)))
        MISUSE_WITH(VIOLATION_PUSH_LOCK_RELEASE, PushLock, .found = disabled);
    drop_alone(PushLock);
}

VOID ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
    uint64_t disabled;
    (void)Flags;
    if (UNLIKELY(apcs_are_on(&disabled)))
        MISUSE_WITH(VIOLATION_PUSH_LOCK_RELEASE, PushLock, .found = disabled);
    drop_shared(PushLock);
}
