/* expool/io_work_item.h - work items of a device: a routine run later at PASSIVE_LEVEL. */
#ifndef EXPOOL_IO_WORK_ITEM_H
#define EXPOOL_IO_WORK_ITEM_H

#include "expool/device.h"
#include "expool/work_item.h"

typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;
typedef VOID IO_WORKITEM_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef VOID IO_WORKITEM_ROUTINE_EX(PVOID IoObject, PVOID Context, struct _IO_WORKITEM *IoWorkItem);
typedef IO_WORKITEM_ROUTINE *PIO_WORKITEM_ROUTINE;
typedef IO_WORKITEM_ROUTINE_EX *PIO_WORKITEM_ROUTINE_EX;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A routine to be run at PASSIVE_LEVEL by a worker thread, with a reference on the device
 * meanwhile. One item is queued once at a time. NULL: no memory. At most DISPATCH_LEVEL. [D] */
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject);
VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem);
ULONG IoSizeofWorkItem(VOID);
VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem);
VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem);
VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                     WORK_QUEUE_TYPE QueueType, PVOID Context);
VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                       WORK_QUEUE_TYPE QueueType, PVOID Context);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
