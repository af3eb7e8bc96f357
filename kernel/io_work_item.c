/* io_work_item.c - work items of devices, on the system's worker threads. */
#include "expool/io_work_item.h"

#include "expool/pool.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include <string.h>

enum { TAG_WORK_ITEM = 'tiWI' };

struct _IO_WORKITEM {
    WORK_QUEUE_ITEM queued;
    PVOID object;
    PIO_WORKITEM_ROUTINE routine;
    PIO_WORKITEM_ROUTINE_EX routine_ex;
    PVOID context;
};

/* The routine may free the item: everything is taken out first. */
static VOID run(PVOID parameter)
{
    struct _IO_WORKITEM item = *(struct _IO_WORKITEM *)parameter;
    if (item.routine_ex != NULL)
        item.routine_ex(item.object, item.context, parameter);
    else
        item.routine(item.object, item.context);
    object_release(item.object);
}

ULONG IoSizeofWorkItem(VOID)
{
    return sizeof(struct _IO_WORKITEM);
}

VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem)
{
    memset(IoWorkItem, 0, sizeof(*IoWorkItem));
    IoWorkItem->object = IoObject;
    ExInitializeWorkItem(&IoWorkItem->queued, run, IoWorkItem);
}

VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
    IoWorkItem->object = NULL;
}

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
    PIO_WORKITEM item =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*item)), TAG_WORK_ITEM);
    if (item != NULL)
        IoInitializeWorkItem(DeviceObject, item);
    return item;
}

VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
    ExFreePoolWithTag(IoWorkItem, TAG_WORK_ITEM);
}

static void queue(PIO_WORKITEM item, PVOID context, WORK_QUEUE_TYPE type)
{
    item->context = context;
    object_reference(item->object);
    ExQueueWorkItem(&item->queued, type);
}

VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                     WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    IoWorkItem->routine = WorkerRoutine;
    IoWorkItem->routine_ex = NULL;
    queue(IoWorkItem, Context, QueueType);
}

VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                       WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    IoWorkItem->routine_ex = WorkerRoutine;
    queue(IoWorkItem, Context, QueueType);
}
