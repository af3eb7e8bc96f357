/* ke_time.c - reading the clocks. All of them run at Linux' resolution except the two that Windows
 * itself updates at the clock tick only. */
#include "expool/time.h"

#include "kernel/os_clock.h"
#include "kernel/spin_word.h"

enum {
    TICK_UNITS = 156250, /* 15.625 ms, the x64 default */
    UNITS_PER_MICROSECOND = 10,
};

/* Where a host holds the time, a look at it takes a while: a loop that waits for a moment ends. */
static void look(void)
{
    os_clock_advance(1);
}

VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
    look();
    CurrentTime->QuadPart = (LONGLONG)os_clock_system_coarse();
}

VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
    look();
    CurrentTime->QuadPart = (LONGLONG)os_clock_system();
}

ULONGLONG KeQueryInterruptTime(VOID)
{
    look();
    return os_clock_since_boot();
}

ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
    look();
    *QpcTimeStamp = os_clock_awake();
    return os_clock_since_boot();
}

ULONGLONG KeQueryUnbiasedInterruptTime(VOID)
{
    look();
    return os_clock_awake();
}

VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount)
{
    look();
    CurrentCount->QuadPart = (LONGLONG)(os_clock_since_boot() / TICK_UNITS);
}

ULONG KeQueryTimeIncrement(VOID)
{
    return TICK_UNITS;
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
    look();
    if (PerformanceFrequency != NULL)
        PerformanceFrequency->QuadPart = TIME_UNITS_PER_SECOND;
    LARGE_INTEGER now = {.QuadPart = (LONGLONG)os_clock_awake()};
    return now;
}

/* Spins: at DISPATCH_LEVEL and above there is no sleeping, and callers count on short stalls. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
    uint64_t units = (uint64_t)MicroSeconds * UNITS_PER_MICROSECOND;
    uint64_t end = os_clock_real() + units;
    os_clock_advance(units);
    while (os_clock_real() < end)
        spin_pause();
}

VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
    LocalTime->QuadPart = SystemTime->QuadPart + os_clock_local_offset();
}

VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
    SystemTime->QuadPart = LocalTime->QuadPart - os_clock_local_offset();
}
