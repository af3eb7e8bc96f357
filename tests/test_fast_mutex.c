#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/fast_mutex.h"
#include "expool/irql.h"
#include "expool/region.h"

enum { THREADS = 4, ROUNDS = 20000 };

static FAST_MUTEX mutex;
static unsigned long counter;

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(FAST_MUTEX), 0x38);
    EXPECT_EQUAL(offsetof(FAST_MUTEX, Owner), 8);
    EXPECT_EQUAL(offsetof(FAST_MUTEX, Contention), 0x10);
    EXPECT_EQUAL(offsetof(FAST_MUTEX, Event), 0x18);
    EXPECT_EQUAL(offsetof(FAST_MUTEX, OldIrql), 0x30);
    ExInitializeFastMutex(&mutex);
    EXPECT_EQUAL(mutex.Count, 1);
}

TEST(it_is_held_at_apc_level_and_gives_the_level_back)
{
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), APC_LEVEL);
    EXPECT(!ExTryToAcquireFastMutex(&mutex));
    EXPECT_EQUAL(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT(ExTryToAcquireFastMutex(&mutex));
    EXPECT_EQUAL(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(a_try_that_fails_leaves_the_level)
{
    ExInitializeFastMutex(&mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT(!ExTryToAcquireFastMutex(&mutex));
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
    EXPECT_EQUAL(mutex.Count, 1);
}

TEST(a_guarded_mutex_is_one_by_another_name)
{
    KGUARDED_MUTEX guarded;
    KeInitializeGuardedMutex(&guarded);
    KeAcquireGuardedMutex(&guarded);
    EXPECT(KeAreAllApcsDisabled());
    EXPECT(!KeTryToAcquireGuardedMutex(&guarded));
    KeReleaseGuardedMutex(&guarded);
    EXPECT(!KeAreAllApcsDisabled());
}

TEST(acquiring_twice_is_a_stop_and_no_hang)
{
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    EXPECT_BUGCHECK(0xBF, 0)
    {
        ExAcquireFastMutex(&mutex);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (uintptr_t)&mutex);
}

TEST(releasing_what_one_does_not_hold_is_a_stop)
{
    KIRQL old;
    ExInitializeFastMutex(&mutex);
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT_BUGCHECK(0x11, 0)
    {
        ExReleaseFastMutex(&mutex);
    }
}

static void *count_up(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        ExAcquireFastMutex(&mutex);
        counter++;
        ExReleaseFastMutex(&mutex);
    }
    return nothing;
}

TEST(it_keeps_threads_apart)
{
    pthread_t threads[THREADS];
    ExInitializeFastMutex(&mutex);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(count_up, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        joined(threads[i]);
    EXPECT_EQUAL(counter, THREADS * ROUNDS);
}

TEST(a_sleeping_waiter_is_woken_and_counted)
{
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    pthread_t other = start(count_up, NULL);
    while (__atomic_load_n(&mutex.Contention, __ATOMIC_RELAXED) == 0)
        pause_ms(1);
    pause_ms(10);
    ExReleaseFastMutex(&mutex);
    joined(other);
    EXPECT_EQUAL(counter, ROUNDS);
    EXPECT_EQUAL(mutex.Contention, 1);
}

TESTS_MAIN("fast_mutex")
