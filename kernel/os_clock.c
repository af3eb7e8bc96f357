#include "kernel/os_clock.h"

#include <stdatomic.h>
#include <time.h>

enum { DAYS_BETWEEN_EPOCHS = 134774, DAYS_TO_2026 = 20454, SECONDS_PER_DAY = 86400 };

static _Atomic uint64_t held; /* since boot; 0: nobody holds it */

static uint64_t held_units(void)
{
    return atomic_load_explicit(&held, memory_order_relaxed);
}

void os_clock_hold(uint64_t units)
{
    atomic_store_explicit(&held, units, memory_order_relaxed);
}

bool os_clock_is_held(void)
{
    return held_units() != 0;
}

void os_clock_advance(uint64_t units)
{
    if (os_clock_is_held())
        atomic_fetch_add_explicit(&held, units, memory_order_relaxed);
}

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * TIME_UNITS_PER_SECOND + (uint64_t)now.tv_nsec / TIME_UNIT_NS;
}

/* 1601-01-01 to 1970-01-01. */
static uint64_t epochs_apart(void)
{
    return (uint64_t)DAYS_BETWEEN_EPOCHS * SECONDS_PER_DAY * TIME_UNITS_PER_SECOND;
}

static uint64_t held_system(void)
{
    return epochs_apart() + (uint64_t)DAYS_TO_2026 * SECONDS_PER_DAY * TIME_UNITS_PER_SECOND +
           held_units();
}

uint64_t os_clock_system(void)
{
    if (os_clock_is_held())
        return held_system();
    return epochs_apart() + read_clock(CLOCK_REALTIME);
}

uint64_t os_clock_system_coarse(void)
{
    if (os_clock_is_held())
        return held_system();
    return epochs_apart() + read_clock(CLOCK_REALTIME_COARSE);
}

uint64_t os_clock_since_boot(void)
{
    if (os_clock_is_held())
        return held_units();
    return read_clock(CLOCK_BOOTTIME);
}

uint64_t os_clock_real(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t os_clock_awake(void)
{
    uint64_t units = held_units();
    return units != 0 ? units : os_clock_real();
}

int64_t os_clock_local_offset(void)
{
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local) == NULL)
        return 0;
    return (int64_t)local.tm_gmtoff * TIME_UNITS_PER_SECOND;
}
