/* os_clock.h - the system's clocks in Windows' unit of time, 100 ns. */
#ifndef KERNEL_OS_CLOCK_H
#define KERNEL_OS_CLOCK_H

#include <stdint.h>

#define TIME_UNITS_PER_SECOND 10000000
#define TIME_UNITS_PER_MS     10000
#define TIME_UNIT_NS          100

uint64_t os_clock_system(void);        /* since 1601-01-01 UTC */
uint64_t os_clock_system_coarse(void); /* the same, as of the last clock tick */
uint64_t os_clock_since_boot(void);    /* time asleep included */
uint64_t os_clock_awake(void);         /* since boot, time asleep left out */
int64_t os_clock_local_offset(void);   /* local time minus system time, now */

#endif
