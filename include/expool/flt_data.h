/* expool/flt_data.h - what a filter does with an operation: change it, hold it, finish it. [H] */
#ifndef EXPOOL_FLT_DATA_H
#define EXPOOL_FLT_DATA_H

#include "expool/flt_register.h"
#include "expool/resource.h"
#include "expool/work_item.h"

typedef VOID (*PFLT_COMPLETE_CANCELED_CALLBACK)(PFLT_CALLBACK_DATA CallbackData);
typedef VOID (*PFLT_GET_OPERATION_STATUS_CALLBACK)(PCFLT_RELATED_OBJECTS FltObjects,
                                                   PFLT_IO_PARAMETER_BLOCK IopbSnapshot,
                                                   NTSTATUS OperationStatus,
                                                   PVOID RequesterContext);
typedef VOID (*PFLT_GENERIC_WORKITEM_ROUTINE)(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
                                              PVOID Context);
typedef VOID (*PFLT_DEFERRED_IO_WORKITEM_ROUTINE)(PFLT_DEFERRED_IO_WORKITEM FltWorkItem,
                                                  PFLT_CALLBACK_DATA CallbackData, PVOID Context);

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Changed parameters count from here on, and only before the request goes down. [D] */
VOID FltSetCallbackDataDirty(PFLT_CALLBACK_DATA Data);
VOID FltClearCallbackDataDirty(PFLT_CALLBACK_DATA Data);
BOOLEAN FltIsCallbackDataDirty(PFLT_CALLBACK_DATA Data);

/* Goes on with an operation that a pre-operation routine answered FLT_PREOP_PENDING to: downwards,
 * or with FLT_PREOP_COMPLETE upwards. CallbackStatus may not be FLT_PREOP_PENDING. At most
 * DISPATCH_LEVEL for FLT_PREOP_COMPLETE, else at most APC_LEVEL. [D] */
VOID FltCompletePendedPreOperation(PFLT_CALLBACK_DATA CallbackData,
                                   FLT_PREOP_CALLBACK_STATUS CallbackStatus, PVOID Context);
/* Goes on after FLT_POSTOP_MORE_PROCESSING_REQUIRED. At most DISPATCH_LEVEL. [D] */
VOID FltCompletePendedPostOperation(PFLT_CALLBACK_DATA CallbackData);

/* Calls SafePostCallback: at once at most at APC_LEVEL, else from a worker, and then
 * *RetPostOperationStatus is FLT_POSTOP_MORE_PROCESSING_REQUIRED. FALSE: paging requests at
 * DISPATCH_LEVEL. [D] */
BOOLEAN FltDoCompletionProcessingWhenSafe(PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS FltObjects,
                                          PVOID CompletionContext, FLT_POST_OPERATION_FLAGS Flags,
                                          PFLT_POST_OPERATION_CALLBACK SafePostCallback,
                                          PFLT_POSTOP_CALLBACK_STATUS RetPostOperationStatus);

/* Where MDL, buffer and length are in Data's parameters; NULL where there is none.
 * STATUS_INVALID_PARAMETER: operations without a buffer. [D] */
NTSTATUS FltDecodeParameters(PFLT_CALLBACK_DATA CallbackData, PMDL **MdlAddressPointer,
                             PVOID **Buffer, PULONG *Length, LOCK_OPERATION *DesiredAccess);
/* Gives the buffer an MDL of locked pages, unlocked and freed with the operation. [D] */
NTSTATUS FltLockUserBuffer(PFLT_CALLBACK_DATA CallbackData);
/* In a post-operation routine: the MDL its pre-operation routine put in; retained, the filter
 * frees it, else the filter manager does when the operation ends. NULL: none. [D] */
PMDL FltGetSwappedBufferMdlAddress(PFLT_CALLBACK_DATA CallbackData);
VOID FltRetainSwappedBufferMdlAddress(PFLT_CALLBACK_DATA CallbackData);

/* TRUE: whoever sent it waits for it. [D] */
BOOLEAN FltIsOperationSynchronous(PFLT_CALLBACK_DATA CallbackData);
/* FALSE; the process that the pool charges, always [P]. */
BOOLEAN FltIs32bitProcess(PFLT_CALLBACK_DATA CallbackData);
ULONG FltGetRequestorProcessId(PFLT_CALLBACK_DATA CallbackData);
HANDLE FltGetRequestorProcessIdEx(PFLT_CALLBACK_DATA CallbackData);
PEPROCESS FltGetRequestorProcess(PFLT_CALLBACK_DATA CallbackData);
/* The routine sees what the request below returned, when it has gone down. [D] */
NTSTATUS FltRequestOperationStatusCallback(PFLT_CALLBACK_DATA Data,
                                           PFLT_GET_OPERATION_STATUS_CALLBACK CallbackRoutine,
                                           PVOID RequesterContext);
/* "IRP_MJ_READ"; never NULL. [D] */
PCHAR FltGetIrpName(UCHAR IrpMajorCode);

/* A held operation may be cancelled: Callback is called once. STATUS_CANCELLED: it has been.
 * Clear: STATUS_CANCELLED when the routine was called or is about to be. [D] */
NTSTATUS FltSetCancelCompletion(PFLT_CALLBACK_DATA CallbackData,
                                PFLT_COMPLETE_CANCELED_CALLBACK CanceledCallback);
NTSTATUS FltClearCancelCompletion(PFLT_CALLBACK_DATA CallbackData);
/* Cancels a request that a filter holds or that is below: TRUE when a cancel routine was called.
 * [D] */
BOOLEAN FltCancelIo(PFLT_CALLBACK_DATA CallbackData);
BOOLEAN FltIsIoCanceled(PFLT_CALLBACK_DATA CallbackData);

/* A resource in a critical region: FltReleaseResource leaves both. At most APC_LEVEL. [D] */
VOID FltAcquireResourceExclusive(PERESOURCE Resource);
VOID FltAcquireResourceShared(PERESOURCE Resource);
VOID FltReleaseResource(PERESOURCE Resource);

/* Work for a system thread; FltObject stays while it is under way. NULL: no memory.
 * STATUS_FLT_DELETING_OBJECT. The routine may free its item. [D] */
PFLT_GENERIC_WORKITEM FltAllocateGenericWorkItem(VOID);
VOID FltFreeGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem);
NTSTATUS FltQueueGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
                                 PFLT_GENERIC_WORKITEM_ROUTINE WorkerRoutine,
                                 WORK_QUEUE_TYPE QueueType, PVOID Context);
/* The same with an operation. STATUS_FLT_NOT_SAFE_TO_POST_OPERATION: paging requests. [D] */
PFLT_DEFERRED_IO_WORKITEM FltAllocateDeferredIoWorkItem(VOID);
VOID FltFreeDeferredIoWorkItem(PFLT_DEFERRED_IO_WORKITEM FltWorkItem);
NTSTATUS FltQueueDeferredIoWorkItem(PFLT_DEFERRED_IO_WORKITEM FltWorkItem, PFLT_CALLBACK_DATA Data,
                                    PFLT_DEFERRED_IO_WORKITEM_ROUTINE WorkerRoutine,
                                    WORK_QUEUE_TYPE QueueType, PVOID Context);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
