/* os_clock.h - the system's clocks in Windows' unit of time, 100 ns. */
#ifndef KERNEL_OS_CLOCK_H
#define KERNEL_OS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_UNITS_PER_SECOND 10000000
#define TIME_UNITS_PER_MS     10000
#define TIME_UNIT_NS          100

uint64_t os_clock_system(void);        /* since 1601-01-01 UTC */
uint64_t os_clock_system_coarse(void); /* the same, as of the last clock tick */
uint64_t os_clock_since_boot(void);    /* time asleep included */
uint64_t os_clock_awake(void);         /* since boot, time asleep left out */
uint64_t os_clock_real(void);          /* the same, though a host holds the time */
int64_t os_clock_local_offset(void);   /* local time minus system time, now */

/* From now on it is `units` since boot for all of these, 2026-01-01 and as much; 0: it is the
 * system's time again. */
void os_clock_hold(uint64_t units);
bool os_clock_is_held(void);
/* Held time is so much later; time that nobody holds is not. */
void os_clock_advance(uint64_t units);

#endif
