/* expool/event.h - events: a flag that threads wait for. A notification event stays signalled until
 * it is cleared, a synchronization event lets one waiter through. */
#ifndef EXPOOL_EVENT_H
#define EXPOOL_EVENT_H

#include "expool/dispatcher.h"

typedef struct _KEVENT {
    DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;

/* Priority boosts; threads here have no priorities, so they change nothing. */
#define EVENT_INCREMENT 1
#define IO_NO_INCREMENT 0

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* State: signalled from the start. Any IRQL. [D] */
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);

/* Signals the event and lets waiters through; returns the state before, 0: not signalled. Wait: a
 * hint that a wait follows, which nothing here needs [P]. At most DISPATCH_LEVEL, above it
 * 0xC4/0x80 under the verifier. [D] */
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);

/* Signals it for those that wait now; returns the state before. At most DISPATCH_LEVEL. [D] */
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);

/* No longer signalled; Reset returns the state before. At most DISPATCH_LEVEL. [D] */
LONG KeResetEvent(PRKEVENT Event);
VOID KeClearEvent(PRKEVENT Event);

/* 0: not signalled. At most DISPATCH_LEVEL. [D] */
LONG KeReadStateEvent(PRKEVENT Event);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
