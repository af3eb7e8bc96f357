#include "kernel/os_clock.h"

#include <time.h>

enum { DAYS_BETWEEN_EPOCHS = 134774, SECONDS_PER_DAY = 86400 };

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

uint64_t os_clock_system(void)
{
    return epochs_apart() + read_clock(CLOCK_REALTIME);
}

uint64_t os_clock_system_coarse(void)
{
    return epochs_apart() + read_clock(CLOCK_REALTIME_COARSE);
}

uint64_t os_clock_since_boot(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

uint64_t os_clock_awake(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t os_clock_local_offset(void)
{
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local) == NULL)
        return 0;
    return (int64_t)local.tm_gmtoff * TIME_UNITS_PER_SECOND;
}
