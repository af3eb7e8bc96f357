#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/time.h"

#include <time.h>
#include <unistd.h>

enum { PAUSE_US = 20000, UNITS_PER_US = 10 };

static LONGLONG system_now(void)
{
    LARGE_INTEGER now;
    KeQuerySystemTimePrecise(&now);
    return now.QuadPart;
}

TEST(system_time_counts_from_1601)
{
    LONGLONG expected_seconds = (LONGLONG)time(NULL) + 11644473600;
    LONGLONG seconds = system_now() / 10000000;
    EXPECT(seconds - expected_seconds >= 0 && seconds - expected_seconds <= 20);
}

TEST(the_plain_system_time_is_a_tick_behind_at_most)
{
    LARGE_INTEGER coarse;
    LONGLONG before = system_now();
    KeQuerySystemTime(&coarse);
    EXPECT(coarse.QuadPart > before - 200000);
    EXPECT(coarse.QuadPart <= system_now());
}

TEST(all_clocks_run_together)
{
    LARGE_INTEGER frequency;
    LONGLONG wall = system_now();
    ULONGLONG interrupt = KeQueryInterruptTime();
    ULONGLONG unbiased = KeQueryUnbiasedInterruptTime();
    LONGLONG counter = KeQueryPerformanceCounter(&frequency).QuadPart;
    usleep(PAUSE_US);
    EXPECT_EQUAL(frequency.QuadPart, 10000000);
    EXPECT(system_now() - wall >= PAUSE_US * UNITS_PER_US);
    EXPECT(KeQueryInterruptTime() - interrupt >= PAUSE_US * UNITS_PER_US);
    EXPECT(KeQueryUnbiasedInterruptTime() - unbiased >= PAUSE_US * UNITS_PER_US);
    EXPECT(KeQueryPerformanceCounter(NULL).QuadPart - counter >= PAUSE_US * UNITS_PER_US);
}

TEST(ticks_times_increment_is_interrupt_time)
{
    LARGE_INTEGER ticks;
    ULONGLONG before = KeQueryInterruptTime();
    KeQueryTickCount(&ticks);
    ULONGLONG after = KeQueryInterruptTime();
    EXPECT_EQUAL(KeQueryTimeIncrement(), 156250);
    EXPECT((ULONGLONG)ticks.QuadPart >= before / KeQueryTimeIncrement());
    EXPECT((ULONGLONG)ticks.QuadPart <= after / KeQueryTimeIncrement());
}

TEST(the_precise_interrupt_time_gives_the_counter_of_its_moment)
{
    ULONG64 stamp = 0;
    LONGLONG before = KeQueryPerformanceCounter(NULL).QuadPart;
    EXPECT(KeQueryInterruptTimePrecise(&stamp) > 0);
    EXPECT((LONGLONG)stamp >= before);
    EXPECT((LONGLONG)stamp <= KeQueryPerformanceCounter(NULL).QuadPart);
}

TEST(a_stall_lasts_as_long_as_asked_at_any_level)
{
    KIRQL old;
    KeRaiseIrql(HIGH_LEVEL, &old);
    LONGLONG before = KeQueryPerformanceCounter(NULL).QuadPart;
    KeStallExecutionProcessor(50);
    EXPECT(KeQueryPerformanceCounter(NULL).QuadPart - before >= 50 * UNITS_PER_US);
    KeLowerIrql(old);
}

TEST(local_time_is_system_time_and_the_zone)
{
    LARGE_INTEGER system = {.QuadPart = system_now()};
    LARGE_INTEGER local;
    LARGE_INTEGER back;
    setenv("TZ", "XXX-05:30", 1);
    tzset();
    ExSystemTimeToLocalTime(&system, &local);
    EXPECT_EQUAL(local.QuadPart - system.QuadPart, (330LL * 60 * 10000000));
    ExLocalTimeToSystemTime(&local, &back);
    EXPECT_EQUAL(back.QuadPart, system.QuadPart);
}

TESTS_MAIN("time")
