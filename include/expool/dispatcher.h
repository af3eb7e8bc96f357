/* expool/dispatcher.h - what can be waited for: events, mutexes, semaphores, timers, threads. Each
 * begins with a DISPATCHER_HEADER; its fields belong to the routines. Layouts as on x64. [H] */
#ifndef EXPOOL_DISPATCHER_H
#define EXPOOL_DISPATCHER_H

#include "expool/list.h"
#include "expool/status.h"
#include "expool/types.h"

typedef struct _KTHREAD KTHREAD, *PKTHREAD, *PRKTHREAD;
typedef struct _ETHREAD ETHREAD, *PETHREAD;

typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

typedef struct _DISPATCHER_HEADER {
    __extension__ union {
        volatile LONG Lock;
        __extension__ struct {
            UCHAR Type;
            UCHAR Signalling;
            UCHAR Size; /* of the object, in units of 4 bytes */
            UCHAR Reserved1;
        };
    };
    volatile LONG SignalState; /* above 0: signalled */
    LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

/* Space for one object of a wait; the caller lends it, the wait uses it. */
typedef struct _KWAIT_BLOCK {
    LIST_ENTRY WaitListEntry;
    UCHAR WaitType;
    volatile UCHAR BlockState;
    USHORT WaitKey;
    LONG SpareLong;
    PKTHREAD Thread;
    PVOID Object;
    PVOID SparePtr;
} KWAIT_BLOCK, *PKWAIT_BLOCK, *PRKWAIT_BLOCK;

typedef enum _WAIT_TYPE { WaitAll, WaitAny, WaitNotification, WaitDequeue, WaitDpc } WAIT_TYPE;

typedef enum _KWAIT_REASON {
    Executive,
    FreePage,
    PageIn,
    PoolAllocation,
    DelayExecution,
    Suspended,
    UserRequest,
    WrExecutive,
    WrFreePage,
    WrPageIn,
    WrPoolAllocation,
    WrDelayExecution,
    WrSuspended,
    WrUserRequest,
    WrSpare0,
    WrQueue,
    WrLpcReceive,
    WrLpcReply,
    WrVirtualMemory,
    WrPageOut,
    WrRendezvous,
    WrKeyedEvent,
    WrTerminated,
    WrProcessInSwap,
    WrCpuRateControl,
    WrCalloutStack,
    WrKernel,
    WrResource,
    WrPushLock,
    WrMutex,
    WrQuantumEnd,
    WrDispatchInt,
    WrPreempted,
    WrYieldExecution,
    WrFastMutex,
    WrGuardedMutex,
    WrRundown,
    WrAlertByThreadId,
    WrDeferredPreempt,
    WrPhysicalFault,
    WrIoRing,
    WrMdlCache,
    WrRcu,
    MaximumWaitReason
} KWAIT_REASON;

#define THREAD_WAIT_OBJECTS  3
#define MAXIMUM_WAIT_OBJECTS 64

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Waits until Object is signalled and takes it. Timeout: units of 100 ns, below 0 from now on,
 * above 0 the system time to wait until, 0 does not wait; NULL waits for ever. STATUS_SUCCESS, or
 * STATUS_TIMEOUT. Alerts and user APCs do not exist here [P]. At most APC_LEVEL; with a Timeout of
 * 0 at most DISPATCH_LEVEL, else bug check 0xB8 when it would wait, 0xC4/0x3B or 0x120 under the
 * verifier. [D][P] */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable, PLARGE_INTEGER Timeout);
#define KeWaitForMutexObject KeWaitForSingleObject

/* The same for Count objects: WaitAny until one is signalled, whose index is added to
 * STATUS_WAIT_0; WaitAll until all are at once, and takes all. WaitBlockArray has Count elements;
 * with up to THREAD_WAIT_OBJECTS it may be NULL, else that, or more than MAXIMUM_WAIT_OBJECTS, is
 * bug check 0x0C. [D] */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray);

/* Sleeps for Interval, counted as a Timeout. STATUS_SUCCESS. At most APC_LEVEL. [D] */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
