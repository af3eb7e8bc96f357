#include "tests/child.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/irql.h"
#include "expool/time.h"
#include "expool/timer.h"

enum { TIMERS = 50 };

static KTIMER timers[TIMERS];
static KDPC dpc;
static KEVENT done;
static unsigned runs;

static NTSTATUS wait_ms(PVOID object, LONGLONG ms)
{
    LARGE_INTEGER timeout = in_ms(ms);
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

static VOID count(struct _KDPC *which, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)which, (void)argument1, (void)argument2;
    if (++runs == (unsigned)(uintptr_t)context)
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

static void prepare(unsigned runs_wanted)
{
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    KeInitializeDpc(&dpc, count, (PVOID)(uintptr_t)runs_wanted);
}

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(KTIMER), 0x40);
    EXPECT_EQUAL(offsetof(KTIMER, TimerListEntry), 0x20);
    EXPECT_EQUAL(offsetof(KTIMER, Dpc), 0x30);
    EXPECT_EQUAL(offsetof(KTIMER, Period), 0x3c);
}

TEST(a_timer_is_signalled_when_due_and_not_before)
{
    KeInitializeTimer(&timers[0]);
    EXPECT(!KeReadStateTimer(&timers[0]));
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    EXPECT(!KeSetTimer(&timers[0], in_ms(200), NULL));
    EXPECT(!KeReadStateTimer(&timers[0]));
    EXPECT_EQUAL(wait_ms(&timers[0], 20000), STATUS_SUCCESS);
    EXPECT(KeQueryUnbiasedInterruptTime() - began >= 2000000);
    EXPECT(KeReadStateTimer(&timers[0])); /* a notification timer stays */
    EXPECT(!KeCancelTimer(&timers[0]));
}

TEST(a_synchronization_timer_lets_one_through)
{
    KeInitializeTimerEx(&timers[0], SynchronizationTimer);
    KeSetTimer(&timers[0], in_ms(1), NULL);
    EXPECT_EQUAL(wait_ms(&timers[0], 20000), STATUS_SUCCESS);
    EXPECT_EQUAL(wait_ms(&timers[0], 0), STATUS_TIMEOUT);
}

TEST(setting_again_undoes_the_first)
{
    prepare(1);
    KeInitializeTimer(&timers[0]);
    EXPECT(!KeSetTimer(&timers[0], in_ms(300), &dpc));
    EXPECT(KeSetTimer(&timers[0], in_ms(10000), &dpc));
    EXPECT_EQUAL(wait_ms(&timers[0], 350), STATUS_TIMEOUT);
    EXPECT(KeCancelTimer(&timers[0]));
    EXPECT_EQUAL(runs, 0);
}

TEST(a_cancelled_timer_does_not_expire)
{
    prepare(1);
    KeInitializeTimer(&timers[0]);
    KeSetTimer(&timers[0], in_ms(300), &dpc);
    EXPECT(KeCancelTimer(&timers[0]));
    EXPECT(!KeCancelTimer(&timers[0]));
    EXPECT_EQUAL(wait_ms(&done, 350), STATUS_TIMEOUT);
    EXPECT(!KeReadStateTimer(&timers[0]));
}

TEST(the_dpc_runs_at_expiry_and_again_each_period)
{
    prepare(5);
    KeInitializeTimer(&timers[0]);
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    KeSetTimerEx(&timers[0], in_ms(10), 10, &dpc);
    EXPECT_EQUAL(wait_ms(&done, 20000), STATUS_SUCCESS);
    EXPECT(KeQueryUnbiasedInterruptTime() - began >= 50 * 10000);
    EXPECT(KeCancelTimer(&timers[0]));
    KeFlushQueuedDpcs();
}

TEST(a_time_that_has_passed_expires_at_once)
{
    LARGE_INTEGER past = {.QuadPart = 1};
    LARGE_INTEGER zero = {.QuadPart = 0};
    prepare(2);
    KeInitializeTimer(&timers[0]);
    EXPECT(!KeSetTimer(&timers[0], past, &dpc));
    EXPECT(KeReadStateTimer(&timers[0]));
    KeFlushQueuedDpcs();
    EXPECT(!KeSetTimer(&timers[0], zero, &dpc));
    EXPECT(KeReadStateTimer(&timers[0]));
    EXPECT_EQUAL(wait_ms(&done, 20000), STATUS_SUCCESS);
}

TEST(an_absolute_time_is_system_time)
{
    LARGE_INTEGER due;
    KeInitializeTimer(&timers[0]);
    KeQuerySystemTimePrecise(&due);
    due.QuadPart += 2000000;
    KeSetTimer(&timers[0], due, NULL);
    EXPECT(!KeReadStateTimer(&timers[0]));
    EXPECT_EQUAL(wait_ms(&timers[0], 20000), STATUS_SUCCESS);
}

TEST(many_timers_expire_in_the_order_of_their_times)
{
    for (unsigned i = 0; i < TIMERS; i++) {
        KeInitializeTimer(&timers[i]);
        KeSetTimer(&timers[i], in_ms(20 + (LONGLONG)(i * 7 % TIMERS)), NULL);
    }
    for (unsigned i = 0; i < TIMERS; i++) {
        unsigned next = 0; /* the one with 20 + i ms */
        while (next * 7 % TIMERS != i)
            next++;
        EXPECT_EQUAL(wait_ms(&timers[next], 20000), STATUS_SUCCESS);
    }
}

TEST(it_may_be_set_and_cancelled_at_dispatch)
{
    KIRQL old;
    KeInitializeTimer(&timers[0]);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeSetCoalescableTimer(&timers[0], in_ms(10000), 0, 50, NULL);
    EXPECT(KeCancelTimer(&timers[0]));
    KeLowerIrql(old);
}

TEST(a_timer_set_before_a_fork_expires_in_the_child_too)
{
    if (!CHILD_MAY_START_THREADS)
        return;
    KeInitializeTimer(&timers[0]);
    KeSetTimer(&timers[0], in_ms(50), NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(wait_ms(&timers[0], 20000) == STATUS_SUCCESS ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
    EXPECT_EQUAL(wait_ms(&timers[0], 20000), STATUS_SUCCESS);
}

static void leave_a_timer_running(void)
{
    prepare(1000000);
    KeInitializeTimer(&timers[0]);
    KeSetTimerEx(&timers[0], in_ms(1), 1, &dpc);
    pause_ms(20);
}

TEST(a_program_with_a_timer_running_ends_as_usual)
{
    ULONGLONG began = KeQueryUnbiasedInterruptTime();
    struct child child = child_run(leave_a_timer_running);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT(child.text[0] == 0);
    EXPECT(KeQueryUnbiasedInterruptTime() - began < 200000000);
}

TESTS_MAIN("timer")
