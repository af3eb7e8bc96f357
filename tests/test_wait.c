#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/irql.h"
#include "expool/mutex.h"
#include "expool/time.h"

enum { OBJECTS = 64 };

static KEVENT events[OBJECTS];
static PVOID objects[OBJECTS];
static KWAIT_BLOCK blocks[OBJECTS];

static void prepare(EVENT_TYPE type)
{
    for (unsigned i = 0; i < OBJECTS; i++) {
        KeInitializeEvent(&events[i], type, FALSE);
        objects[i] = &events[i];
    }
}

static NTSTATUS wait_ms(WAIT_TYPE type, ULONG count, LONGLONG ms)
{
    LARGE_INTEGER timeout = in_ms(ms);
    return KeWaitForMultipleObjects(count, objects, type, Executive, KernelMode, FALSE, &timeout,
                                    count > THREAD_WAIT_OBJECTS ? blocks : NULL);
}

static ULONGLONG elapsed_ms(ULONGLONG since)
{
    return (KeQueryUnbiasedInterruptTime() - since) / 10000;
}

TEST(a_relative_timeout_is_kept)
{
    prepare(NotificationEvent);
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    EXPECT_EQUAL(wait_ms(WaitAny, 1, 30), STATUS_TIMEOUT);
    EXPECT(elapsed_ms(began) >= 30);
    EXPECT(elapsed_ms(began) < 5000);
}

TEST(an_absolute_timeout_is_system_time)
{
    LARGE_INTEGER until;
    prepare(NotificationEvent);
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    KeQuerySystemTimePrecise(&until);
    until.QuadPart += 300000;
    EXPECT_EQUAL(KeWaitForSingleObject(&events[0], Executive, KernelMode, FALSE, &until),
                 STATUS_TIMEOUT);
    EXPECT(elapsed_ms(began) >= 29);
    until.QuadPart = 1; /* 1601 */
    EXPECT_EQUAL(KeWaitForSingleObject(&events[0], Executive, KernelMode, FALSE, &until),
                 STATUS_TIMEOUT);
}

TEST(wait_any_tells_which_and_takes_only_that)
{
    prepare(SynchronizationEvent);
    KeSetEvent(&events[2], IO_NO_INCREMENT, FALSE);
    KeSetEvent(&events[1], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(wait_ms(WaitAny, 3, 0), STATUS_WAIT_0 + 1);
    EXPECT_EQUAL(wait_ms(WaitAny, 3, 0), STATUS_WAIT_0 + 2);
    EXPECT_EQUAL(wait_ms(WaitAny, 3, 0), STATUS_TIMEOUT);
}

TEST(wait_all_takes_all_or_nothing)
{
    prepare(SynchronizationEvent);
    KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(wait_ms(WaitAll, 2, 10), STATUS_TIMEOUT);
    EXPECT(KeReadStateEvent(&events[0]) != 0);
    KeSetEvent(&events[1], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(wait_ms(WaitAll, 2, 10), STATUS_SUCCESS);
    EXPECT_EQUAL(KeReadStateEvent(&events[0]), 0);
    EXPECT_EQUAL(KeReadStateEvent(&events[1]), 0);
}

static void *wait_for_all(void *count)
{
    return (void *)(uintptr_t)(ULONG)wait_ms(WaitAll, (ULONG)(uintptr_t)count, 20000);
}

static void *wait_for_any(void *count)
{
    return (void *)(uintptr_t)(ULONG)wait_ms(WaitAny, (ULONG)(uintptr_t)count, 20000);
}

TEST(a_waiter_for_64_wakes_when_the_last_one_comes)
{
    prepare(SynchronizationEvent);
    pthread_t waiter = start(wait_for_all, (void *)(uintptr_t)OBJECTS);
    pause_ms(20);
    for (unsigned i = 0; i < OBJECTS; i++)
        KeSetEvent(&events[i], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(waiter), STATUS_SUCCESS);
    EXPECT_EQUAL(KeReadStateEvent(&events[OBJECTS - 1]), 0);
}

TEST(a_waiter_for_any_wakes_with_the_index)
{
    prepare(SynchronizationEvent);
    pthread_t waiter = start(wait_for_any, (void *)(uintptr_t)OBJECTS);
    pause_ms(20);
    KeSetEvent(&events[OBJECTS - 1], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(waiter), STATUS_WAIT_0 + OBJECTS - 1);
}

TEST(a_waiter_for_all_does_not_hold_up_the_next)
{
    prepare(SynchronizationEvent);
    pthread_t for_all = start(wait_for_all, (void *)(uintptr_t)2);
    pause_ms(20);
    pthread_t for_one = start(wait_for_any, (void *)(uintptr_t)1);
    pause_ms(20);
    KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE); /* not enough for the first */
    EXPECT_EQUAL(joined(for_one), STATUS_WAIT_0);
    KeSetEvent(&events[1], IO_NO_INCREMENT, FALSE);
    KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(for_all), STATUS_SUCCESS);
}

TEST(more_objects_than_blocks_is_a_stop)
{
    prepare(NotificationEvent);
    EXPECT_BUGCHECK(0x0C, 0)
    {
        KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
    }
    EXPECT_BUGCHECK(0x0C, 0)
    {
        KeWaitForMultipleObjects(65, objects, WaitAny, Executive, KernelMode, FALSE, NULL, blocks);
    }
}

TEST(waiting_at_dispatch_is_a_stop_when_it_would_wait)
{
    KIRQL old;
    prepare(SynchronizationEvent);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(wait_ms(WaitAny, 1, 1000), STATUS_SUCCESS);
    EXPECT_BUGCHECK(0xB8, 0)
    {
        wait_ms(WaitAny, 1, 1000);
    }
}

TEST(sleeping_lasts_and_is_a_stop_at_dispatch)
{
    KIRQL old;
    LARGE_INTEGER interval = in_ms(20);
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    EXPECT_EQUAL(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
    EXPECT(elapsed_ms(began) >= 20);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_BUGCHECK(0xB8, 0)
    {
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    }
}

TESTS_MAIN("wait")
