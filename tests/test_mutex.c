#include "tests/child.h"
#include "tests/threads.h"

#include "expool/irql.h"
#include "expool/mutex.h"
#include "expool/region.h"

enum { THREADS = 4, ROUNDS = 2000 };

static KMUTEX mutex;
static KSEMAPHORE semaphore;
static unsigned counter;

static NTSTATUS take(PVOID object, LONGLONG ms)
{
    LARGE_INTEGER timeout = in_ms(ms);
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

static void *take_now(void *object)
{
    return (void *)(uintptr_t)(ULONG)take(object, 0);
}

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(KMUTEX), 0x38);
    EXPECT_EQUAL(offsetof(KMUTEX, OwnerThread), 0x28);
    EXPECT_EQUAL(sizeof(KSEMAPHORE), 0x20);
}

TEST(the_owner_may_take_it_again_and_others_not)
{
    KeInitializeMutex(&mutex, 0);
    EXPECT_EQUAL(KeReadStateMutex(&mutex), 1);
    EXPECT_EQUAL(take(&mutex, 0), STATUS_SUCCESS);
    EXPECT_EQUAL(take(&mutex, 0), STATUS_SUCCESS);
    EXPECT_EQUAL(joined(start(take_now, &mutex)), STATUS_TIMEOUT);
    EXPECT(KeReleaseMutex(&mutex, FALSE) != 0);
    EXPECT_EQUAL(joined(start(take_now, &mutex)), STATUS_TIMEOUT);
    EXPECT_EQUAL(KeReleaseMutex(&mutex, FALSE), 0);
    EXPECT_EQUAL(KeReadStateMutex(&mutex), 1);
}

TEST(an_owner_is_in_a_critical_region)
{
    KeInitializeMutex(&mutex, 0);
    EXPECT(!KeAreApcsDisabled());
    take(&mutex, 0);
    EXPECT(KeAreApcsDisabled());
    KeReleaseMutex(&mutex, FALSE);
    EXPECT(!KeAreApcsDisabled());
}

static void *count_up(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KeWaitForMutexObject(&mutex, Executive, KernelMode, FALSE, NULL);
        counter++;
        KeReleaseMutex(&mutex, FALSE);
    }
    return nothing;
}

TEST(a_mutex_keeps_threads_apart)
{
    pthread_t threads[THREADS];
    KeInitializeMutex(&mutex, 0);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(count_up, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        joined(threads[i]);
    EXPECT_EQUAL(counter, THREADS * ROUNDS);
}

TEST(releasing_what_one_does_not_own_raises)
{
    KeInitializeMutex(&mutex, 0);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        KeReleaseMutex(&mutex, FALSE);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (ULONG)STATUS_MUTANT_NOT_OWNED);
}

static void *take_and_end(void *object)
{
    take(object, 0);
    return NULL;
}

static void end_a_thread_with_a_mutex(void)
{
    KeInitializeMutex(&mutex, 0);
    joined(start(take_and_end, &mutex));
}

TEST(a_thread_that_ends_with_a_mutex_is_a_stop)
{
    struct child child = child_run(end_a_thread_with_a_mutex);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "STOP: 0x4000008A");
}

TEST(a_semaphore_lets_as_many_through_as_its_count)
{
    KeInitializeSemaphore(&semaphore, 2, 3);
    EXPECT_EQUAL(take(&semaphore, 0), STATUS_SUCCESS);
    EXPECT_EQUAL(take(&semaphore, 0), STATUS_SUCCESS);
    EXPECT_EQUAL(take(&semaphore, 0), STATUS_TIMEOUT);
    EXPECT_EQUAL(KeReleaseSemaphore(&semaphore, 0, 3, FALSE), 0);
    EXPECT_EQUAL(KeReadStateSemaphore(&semaphore), 3);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (ULONG)STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    EXPECT_EQUAL(KeReadStateSemaphore(&semaphore), 3);
}

static void *take_slowly(void *object)
{
    return (void *)(uintptr_t)(ULONG)take(object, 20000);
}

TEST(a_release_of_two_wakes_two)
{
    KeInitializeSemaphore(&semaphore, 0, 10);
    pthread_t first = start(take_slowly, &semaphore);
    pthread_t other = start(take_slowly, &semaphore);
    pause_ms(20);
    KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 2, FALSE);
    EXPECT_EQUAL(joined(first), STATUS_SUCCESS);
    EXPECT_EQUAL(joined(other), STATUS_SUCCESS);
    EXPECT_EQUAL(KeReadStateSemaphore(&semaphore), 0);
}

TEST(regions_nest_and_do_not_change_the_level)
{
    KeEnterCriticalRegion();
    KeEnterGuardedRegion();
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT(KeAreApcsDisabled());
    EXPECT(KeAreAllApcsDisabled());
    KeLeaveGuardedRegion();
    EXPECT(!KeAreAllApcsDisabled());
    EXPECT(KeAreApcsDisabled());
    KeLeaveCriticalRegion();
    EXPECT(!KeAreApcsDisabled());
}

TEST(at_apc_level_all_apcs_are_held_back)
{
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT(KeAreAllApcsDisabled());
    EXPECT(!KeAreApcsDisabled());
    KeLowerIrql(old);
}

TESTS_MAIN("mutex")
