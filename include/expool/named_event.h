/* expool/named_event.h - events that have a name or a handle. */
#ifndef EXPOOL_NAMED_EVENT_H
#define EXPOOL_NAMED_EVENT_H

#include "expool/event.h"
#include "expool/object.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Named events. The event is created, signalled, when there is none of that name; NULL when
 * there is no memory. The handle is the caller's to close, and keeps the event alive.
 * PASSIVE_LEVEL. [D] */
PKEVENT IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle);
PKEVENT IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle);
NTSTATUS ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                       BOOLEAN InitialState);
NTSTATUS ZwOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS ZwSetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSTATUS ZwClearEvent(HANDLE EventHandle);
NTSTATUS ZwResetEvent(HANDLE EventHandle, PLONG PreviousState);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
