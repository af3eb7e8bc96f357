#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/irql.h"

#include <sys/wait.h>
#include <unistd.h>

static KEVENT event;
static KEVENT second;

static NTSTATUS poll_event(PKEVENT what)
{
    LARGE_INTEGER zero = {.QuadPart = 0};
    return KeWaitForSingleObject(what, Executive, KernelMode, FALSE, &zero);
}

static void *wait_for_event(void *what)
{
    return (void *)(uintptr_t)(ULONG)KeWaitForSingleObject(what, Executive, KernelMode, FALSE,
                                                           NULL);
}

static unsigned through;

static void *wait_and_count(void *what)
{
    void *status = wait_for_event(what);
    __atomic_add_fetch(&through, 1, __ATOMIC_SEQ_CST);
    return status;
}

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(KEVENT), 0x18);
    EXPECT_EQUAL(sizeof(KWAIT_BLOCK), 0x30);
    EXPECT_EQUAL(offsetof(DISPATCHER_HEADER, SignalState), 4);
    EXPECT_EQUAL(offsetof(DISPATCHER_HEADER, WaitListHead), 8);
}

TEST(set_reset_and_pulse_give_the_state_before)
{
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    EXPECT_EQUAL(KeReadStateEvent(&event), 0);
    EXPECT_EQUAL(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    EXPECT(KeSetEvent(&event, IO_NO_INCREMENT, FALSE) != 0);
    EXPECT(KeReadStateEvent(&event) != 0);
    EXPECT(KeResetEvent(&event) != 0);
    EXPECT_EQUAL(KeResetEvent(&event), 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    EXPECT(KePulseEvent(&event, IO_NO_INCREMENT, FALSE) != 0);
    EXPECT_EQUAL(KeReadStateEvent(&event), 0);
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KeClearEvent(&event);
    EXPECT_EQUAL(KeReadStateEvent(&event), 0);
}

TEST(a_notification_event_stays_and_a_synchronization_event_is_taken)
{
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    EXPECT_EQUAL(poll_event(&event), STATUS_SUCCESS);
    EXPECT_EQUAL(poll_event(&event), STATUS_SUCCESS);
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    EXPECT_EQUAL(poll_event(&event), STATUS_SUCCESS);
    EXPECT_EQUAL(poll_event(&event), STATUS_TIMEOUT);
}

TEST(setting_wakes_one_waiter_or_all)
{
    pthread_t waiters[3];
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeInitializeEvent(&second, NotificationEvent, FALSE);
    waiters[0] = start(wait_for_event, &event);
    waiters[1] = start(wait_for_event, &second);
    waiters[2] = start(wait_for_event, &second);
    pause_ms(20);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(waiters[0]), STATUS_SUCCESS);
    EXPECT_EQUAL(KeReadStateEvent(&event), 0);
    KeSetEvent(&second, IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(waiters[1]), STATUS_SUCCESS);
    EXPECT_EQUAL(joined(waiters[2]), STATUS_SUCCESS);
    EXPECT(KeReadStateEvent(&second) != 0);
}

TEST(a_pulse_lets_through_those_that_wait_and_no_other)
{
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    pthread_t first = start(wait_and_count, &event);
    pthread_t other = start(wait_and_count, &event);
    while (__atomic_load_n(&through, __ATOMIC_SEQ_CST) < 2) {
        pause_ms(1); /* until they wait */
        KePulseEvent(&event, IO_NO_INCREMENT, FALSE);
    }
    EXPECT_EQUAL(joined(first), STATUS_SUCCESS);
    EXPECT_EQUAL(joined(other), STATUS_SUCCESS);
    EXPECT_EQUAL(poll_event(&event), STATUS_TIMEOUT);
}

TEST(polling_is_legal_at_dispatch_and_setting_too)
{
    KIRQL old;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQUAL(poll_event(&event), STATUS_TIMEOUT);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(poll_event(&event), STATUS_SUCCESS);
    KeLowerIrql(old);
}

TEST(an_event_nobody_initialised_is_a_stop)
{
    static KEVENT never;
    EXPECT_BUGCHECK(0x0A, 0)
    {
        KeSetEvent(&never, IO_NO_INCREMENT, FALSE);
    }
    EXPECT_BUGCHECK(0x0A, 0)
    {
        poll_event(&never);
    }
}

TEST(a_child_hands_nothing_to_threads_of_its_parent)
{
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    pthread_t waiter = start(wait_for_event, &event);
    pause_ms(20);
    pid_t child = fork();
    if (child == 0) {
        KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
        _exit(poll_event(&event) == STATUS_SUCCESS ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(joined(waiter), STATUS_SUCCESS);
}

TESTS_MAIN("event")
