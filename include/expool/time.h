/* expool/time.h - the clocks, in units of 100 ns. Any IRQL unless it says otherwise. */
#ifndef EXPOOL_TIME_H
#define EXPOOL_TIME_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Time since 1601-01-01 UTC; the plain form as of the last clock tick, a few ms ago at most. [D] */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);

/* Time since the system started, time asleep included; Unbiased: left out. QpcTimeStamp takes
 * KeQueryPerformanceCounter's value of the same moment. [D] */
ULONGLONG KeQueryInterruptTime(VOID);
ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);
ULONGLONG KeQueryUnbiasedInterruptTime(VOID);

/* Clock ticks since the system started; a tick is KeQueryTimeIncrement() units long: 15.625 ms.
 * [D][P] */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG KeQueryTimeIncrement(VOID);

/* A counter that never goes back; *PerformanceFrequency, unless NULL, takes its counts a second:
 * 10,000,000. [D][P] */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);

/* Waits without giving up the processor; 50 microseconds at most is Windows' advice. [D] */
VOID KeStallExecutionProcessor(ULONG MicroSeconds);

/* By the time zone's offset of now, whatever the moment converted. [D] */
VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
