/* expool/thread.h - threads. A thread is an object that is signalled when it has ended; threads
 * that Linux started have one as well. */
#ifndef EXPOOL_THREAD_H
#define EXPOOL_THREAD_H

#include "expool/dispatcher.h"
#include "expool/object_attributes.h"
#include "expool/types.h"

typedef VOID KSTART_ROUTINE(PVOID StartContext);
typedef KSTART_ROUTINE *PKSTART_ROUTINE;

#define LOW_PRIORITY          0
#define LOW_REALTIME_PRIORITY 16
#define HIGH_PRIORITY         31
#define MAXIMUM_PRIORITY      32

#define THREAD_ALL_ACCESS 0x1fffff

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Starts a thread in StartRoutine at PASSIVE_LEVEL; it ends by returning, or by
 * PsTerminateSystemThread. *ThreadHandle is closed with ZwClose; ObReferenceObjectByHandle gives
 * the object to wait for. ProcessHandle must be NULL, the system process; ObjectAttributes may be
 * NULL;
 * *ClientId, unless NULL, takes the ids. STATUS_INSUFFICIENT_RESOURCES when there is no thread to
 * be had. It does not keep the program alive. A thread that ends in a region, or above
 * PASSIVE_LEVEL, is bug check 0x20. PASSIVE_LEVEL. [D] */
NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                              PVOID StartContext);

/* Ends the calling thread; STATUS_INVALID_PARAMETER, and it goes on, when PsCreateSystemThread did
 * not make it. PASSIVE_LEVEL. [D] */
NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus);

/* The calling thread. Any IRQL. [D] */
PETHREAD PsGetCurrentThread(VOID);
PKTHREAD KeGetCurrentThread(VOID);
HANDLE PsGetCurrentThreadId(VOID);

/* Any IRQL. [D] */
HANDLE PsGetThreadId(PETHREAD Thread);
BOOLEAN PsIsSystemThread(PETHREAD Thread);
BOOLEAN PsIsThreadTerminating(PETHREAD Thread);

/* A number the thread carries, returned as it was before; Linux is not told [P]. The base priority
 * is an increment on the process'. At most DISPATCH_LEVEL. [D] */
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority);
KPRIORITY KeQueryPriorityThread(PKTHREAD Thread);
LONG KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
