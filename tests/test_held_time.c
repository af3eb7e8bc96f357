/* Time that a host holds: the same calls see the same times in each run. */
#include "tests/expect.h"

#include <wdm.h>

#include "expool/settle.h"

#include <unistd.h>

enum { START_MS = 1000, UNITS_PER_MS = 10000, SETTLE_MS = 5000 };

static struct {
    KTIMER timer;
    KDPC dpc;
    KEVENT event;
    unsigned runs;
    LARGE_INTEGER ran_at;
    unsigned hangs;
} state;

static VOID run(PKDPC dpc, PVOID context, PVOID one, PVOID other)
{
    (void)dpc, (void)context, (void)one, (void)other;
    state.runs++;
    KeQuerySystemTime(&state.ran_at);
}

static void end_hang(void)
{
    state.hangs++;
    KeSetEvent(&state.event, IO_NO_INCREMENT, FALSE);
}

static void hold(void)
{
    KeInitializeTimer(&state.timer);
    KeInitializeDpc(&state.dpc, run, NULL);
    KeInitializeEvent(&state.event, SynchronizationEvent, FALSE);
    expool_time_hold(START_MS, end_hang);
}

static void set_in(unsigned ms)
{
    LARGE_INTEGER due = {.QuadPart = -(LONGLONG)ms * UNITS_PER_MS};
    KeSetTimer(&state.timer, due, &state.dpc);
}

static LONGLONG ms_since(LARGE_INTEGER moment)
{
    LARGE_INTEGER now;
    KeQuerySystemTime(&now);
    return (now.QuadPart - moment.QuadPart) / UNITS_PER_MS;
}

TEST(held_time_stands_still_until_it_is_told_to_pass)
{
    LARGE_INTEGER begin;
    hold();
    KeQuerySystemTime(&begin);
    usleep(20000);
    ck_assert_int_eq(ms_since(begin), 0);
    expool_time_pass(70);
    ck_assert_int_eq(ms_since(begin), 70);
}

TEST(a_timer_expires_when_its_time_has_passed_and_not_before)
{
    hold();
    set_in(2);
    usleep(10000);
    expool_time_pass(1);
    ck_assert(expool_settle(SETTLE_MS));
    ck_assert_uint_eq(state.runs, 0);
    expool_time_pass(1);
    ck_assert(expool_settle(SETTLE_MS));
    ck_assert_uint_eq(state.runs, 1);
}

TEST(the_hosts_delay_takes_no_time_and_sees_what_is_due_within_it)
{
    LARGE_INTEGER begin;
    LARGE_INTEGER hour = {.QuadPart = -3600LL * 1000 * UNITS_PER_MS};
    hold();
    KeQuerySystemTime(&begin);
    set_in(5000);
    ck_assert_int_eq(KeDelayExecutionThread(KernelMode, FALSE, &hour), STATUS_SUCCESS);
    ck_assert_int_eq(ms_since(begin), 3600 * 1000);
    ck_assert_uint_eq(state.runs, 1);
    ck_assert_int_eq((state.ran_at.QuadPart - begin.QuadPart) / UNITS_PER_MS, 5000);
}

static VOID sleep_twice(PVOID context)
{
    LARGE_INTEGER second = {.QuadPart = -1000LL * UNITS_PER_MS};
    (void)context;
    for (unsigned i = 0; i < 2; i++) {
        KeDelayExecutionThread(KernelMode, FALSE, &second);
        state.runs++;
    }
    KeSetEvent(&state.event, IO_NO_INCREMENT, FALSE);
}

TEST(a_thread_of_the_driver_sleeps_until_time_passes_or_the_host_waits_for_it)
{
    HANDLE thread;
    hold();
    ck_assert_int_eq(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, sleep_twice, NULL), 0);
    ZwClose(thread);
    ck_assert(expool_settle(SETTLE_MS));
    ck_assert_uint_eq(state.runs, 0);
    expool_time_pass(1000);
    ck_assert(expool_settle(SETTLE_MS));
    ck_assert_uint_eq(state.runs, 1);
    KeWaitForSingleObject(&state.event, Executive, KernelMode, FALSE, NULL);
    ck_assert_uint_eq(state.runs, 2);
    ck_assert_uint_eq(state.hangs, 0);
}

TEST(a_wait_that_nothing_will_end_is_told)
{
    hold();
    KeWaitForSingleObject(&state.event, Executive, KernelMode, FALSE, NULL);
    ck_assert_uint_eq(state.hangs, 1);
}

TEST(a_loop_that_looks_at_the_clock_ends)
{
    LARGE_INTEGER begin;
    hold();
    KeQuerySystemTime(&begin);
    while (ms_since(begin) < 1) {
    }
    ULONGLONG then = KeQueryInterruptTime();
    KeStallExecutionProcessor(50);
    ck_assert_uint_ge(KeQueryInterruptTime() - then, 500);
}

TESTS_MAIN("held_time")
