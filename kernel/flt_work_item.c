/* flt_work_item.c - work of filters for the system's worker threads; their resources. */
#include "kernel/flt_operation.h"
#include "kernel/pool_size.h"

#include "expool/region.h"

struct _FLT_GENERIC_WORKITEM {
    WORK_QUEUE_ITEM queued;
    PVOID object;
    PFLT_GENERIC_WORKITEM_ROUTINE routine;
    PVOID context;
};

struct _FLT_DEFERRED_IO_WORKITEM {
    WORK_QUEUE_ITEM queued;
    PFLT_CALLBACK_DATA data;
    PFLT_DEFERRED_IO_WORKITEM_ROUTINE routine;
    PVOID context;
};

PFLT_GENERIC_WORKITEM FltAllocateGenericWorkItem(VOID)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(struct _FLT_GENERIC_WORKITEM)),
                           TAG_FLT_WORK);
}

VOID FltFreeGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem)
{
    ExFreePoolWithTag(FltWorkItem, TAG_FLT_WORK);
}

/* The routine may free the item. */
static VOID run_generic(PVOID parameter)
{
    PFLT_GENERIC_WORKITEM item = parameter;
    PVOID object = item->object;
    item->routine(item, object, item->context);
    FltObjectDereference(object);
}

NTSTATUS FltQueueGenericWorkItem(PFLT_GENERIC_WORKITEM FltWorkItem, PVOID FltObject,
                                 PFLT_GENERIC_WORKITEM_ROUTINE WorkerRoutine,
                                 WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    if (!NT_SUCCESS(FltObjectReference(FltObject)))
        return STATUS_FLT_DELETING_OBJECT;
    FltWorkItem->object = FltObject;
    FltWorkItem->routine = WorkerRoutine;
    FltWorkItem->context = Context;
    ExInitializeWorkItem(&FltWorkItem->queued, run_generic, FltWorkItem);
    ExQueueWorkItem(&FltWorkItem->queued, QueueType);
    return STATUS_SUCCESS;
}

PFLT_DEFERRED_IO_WORKITEM FltAllocateDeferredIoWorkItem(VOID)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(struct _FLT_DEFERRED_IO_WORKITEM)),
                           TAG_FLT_WORK);
}

VOID FltFreeDeferredIoWorkItem(PFLT_DEFERRED_IO_WORKITEM FltWorkItem)
{
    ExFreePoolWithTag(FltWorkItem, TAG_FLT_WORK);
}

static VOID run_deferred(PVOID parameter)
{
    PFLT_DEFERRED_IO_WORKITEM item = parameter;
    item->routine(item, item->data, item->context);
}

NTSTATUS FltQueueDeferredIoWorkItem(PFLT_DEFERRED_IO_WORKITEM FltWorkItem, PFLT_CALLBACK_DATA Data,
                                    PFLT_DEFERRED_IO_WORKITEM_ROUTINE WorkerRoutine,
                                    WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    if ((Data->Iopb->IrpFlags & IRP_PAGING_IO) != 0)
        return STATUS_FLT_NOT_SAFE_TO_POST_OPERATION;
    FltWorkItem->data = Data;
    FltWorkItem->routine = WorkerRoutine;
    FltWorkItem->context = Context;
    ExInitializeWorkItem(&FltWorkItem->queued, run_deferred, FltWorkItem);
    ExQueueWorkItem(&FltWorkItem->queued, QueueType);
    return STATUS_SUCCESS;
}

VOID FltAcquireResourceExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(Resource, TRUE);
}

VOID FltAcquireResourceShared(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(Resource, TRUE);
}

VOID FltReleaseResource(PERESOURCE Resource)
{
    ExReleaseResourceLite(Resource);
    KeLeaveCriticalRegion();
}
