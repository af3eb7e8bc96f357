#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/spin_lock.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 20000 };

static KSPIN_LOCK lock;
static unsigned long counter;

TEST(acquire_raises_to_dispatch_and_release_restores)
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    EXPECT(KeTestSpinLock(&lock));
    KeAcquireSpinLock(&lock, &old);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT(!KeTestSpinLock(&lock));
    KeReleaseSpinLock(&lock, old);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT(KeTestSpinLock(&lock));
}

TEST(the_dpc_forms_leave_the_level_alone)
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
}

TEST(acquiring_twice_is_a_stop_and_no_hang)
{
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    EXPECT_BUGCHECK(0x0F, 0)
    {
        KeAcquireSpinLockAtDpcLevel(&lock);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (uintptr_t)&lock);
}

TEST(releasing_a_free_lock_is_a_stop)
{
    KeInitializeSpinLock(&lock);
    EXPECT_BUGCHECK(0x10, 0)
    {
        KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
    }
}

TEST(a_queued_lock_keeps_the_level_in_its_handle)
{
    KLOCK_QUEUE_HANDLE handle;
    KLOCK_QUEUE_HANDLE inner;
    KSPIN_LOCK other;
    EXPECT_EQUAL(sizeof handle, 0x18);
    KeInitializeSpinLock(&lock);
    KeInitializeSpinLock(&other);
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT(!KeTestSpinLock(&lock));
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&other, &inner);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseInStackQueuedSpinLock(&handle);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT(KeTestSpinLock(&lock) && KeTestSpinLock(&other));
}

TEST(the_forms_for_dpcs_raise_only_from_below)
{
    KLOCK_QUEUE_HANDLE handle;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KIRQL before = KeAcquireSpinLockForDpc(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLockForDpc(&lock, before);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
    KeReleaseInStackQueuedSpinLockForDpc(&handle);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    old = KeRaiseIrqlToSynchLevel();
    EXPECT_EQUAL(KeGetCurrentIrql(), SYNCH_LEVEL);
    before = KeAcquireSpinLockForDpc(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), SYNCH_LEVEL);
    KeReleaseSpinLockForDpc(&lock, before);
    KeLowerIrql(old);
}

static void *count_up(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KIRQL old;
        KeAcquireSpinLock(&lock, &old);
        counter++;
        KeReleaseSpinLock(&lock, old);
    }
    return nothing;
}

TEST(a_lock_keeps_threads_apart)
{
    pthread_t threads[THREADS];
    KeInitializeSpinLock(&lock);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count_up, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(counter, THREADS * ROUNDS);
}

TESTS_MAIN("spin_lock")
