/* expool/timer.h - timers: signalled at a time, once or again and again, and able to queue a DPC
 * then. Layout as on x64. [H] */
#ifndef EXPOOL_TIMER_H
#define EXPOOL_TIMER_H

#include "expool/dispatcher.h"
#include "expool/dpc.h"

typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;

typedef struct _KTIMER {
    DISPATCHER_HEADER Header;
    ULARGE_INTEGER DueTime;
    LIST_ENTRY TimerListEntry;
    PKDPC Dpc;
    ULONG Processor;
    ULONG Period; /* ms */
} KTIMER, *PKTIMER, *PRKTIMER;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Not signalled, not set. KeInitializeTimer makes a notification timer. Any IRQL. [D] */
VOID KeInitializeTimer(PKTIMER Timer);
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);

/* Sets it to expire at DueTime, counted as a timeout (expool/dispatcher.h), and from then on every
 * Period milliseconds unless that is 0. Dpc, or NULL, is queued at each expiry. No longer signalled
 * until then. TRUE: it was set already, which is undone. At most DISPATCH_LEVEL. [D] */
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
/* The same; TolerableDelay (ms) may delay it, which is not made use of. [D] */
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                              ULONG TolerableDelay, PKDPC Dpc);

/* TRUE: it was set, and is no more. A DPC that is queued already still runs. At most
 * DISPATCH_LEVEL. [D] */
BOOLEAN KeCancelTimer(PKTIMER Timer);

/* TRUE: signalled. At most DISPATCH_LEVEL. [D] */
BOOLEAN KeReadStateTimer(PKTIMER Timer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
