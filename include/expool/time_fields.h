/* expool/time_fields.h - system times as calendar dates and as seconds. A system time counts 100 ns
 * since 1601-01-01; no leap second is known. Any IRQL. [D] */
#ifndef EXPOOL_TIME_FIELDS_H
#define EXPOOL_TIME_FIELDS_H

#include "expool/types.h"

typedef struct _TIME_FIELDS {
    CSHORT Year;  /* 1601 ... 30827 */
    CSHORT Month; /* 1 ... 12 */
    CSHORT Day;   /* 1 ... 31 */
    CSHORT Hour;
    CSHORT Minute;
    CSHORT Second;
    CSHORT Milliseconds;
    CSHORT Weekday; /* 0 is Sunday */
} TIME_FIELDS, *PTIME_FIELDS;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Time: 0 or above. */
VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
/* Weekday is not looked at; FALSE for a date that is none. */
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);
/* FALSE for a time that 32 bits of seconds do not reach. */
BOOLEAN RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
BOOLEAN RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
VOID RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);
VOID RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
