/* expool/work_item.h - work items: routines run later at PASSIVE_LEVEL by worker threads. */
#ifndef EXPOOL_WORK_ITEM_H
#define EXPOOL_WORK_ITEM_H

#include "expool/list.h"
#include "expool/types.h"

typedef VOID WORKER_THREAD_ROUTINE(PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

typedef enum _WORK_QUEUE_TYPE {
    CriticalWorkQueue,
    DelayedWorkQueue,
    HyperCriticalWorkQueue,
    NormalWorkQueue,
    BackgroundWorkQueue,
    RealTimeWorkQueue,
    SuperCriticalWorkQueue,
    MaximumWorkQueue,
    CustomPriorityWorkQueue = 32
} WORK_QUEUE_TYPE;

typedef struct _WORK_QUEUE_ITEM {
    LIST_ENTRY List; /* Flink NULL: not queued */
    PWORKER_THREAD_ROUTINE WorkerRoutine;
    PVOID Parameter;
} WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

#ifdef __cplusplus
extern "C" {
#endif

/* Any IRQL. [H] */
FORCEINLINE VOID ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
                                      PVOID Context)
{
    Item->WorkerRoutine = Routine;
    Item->Parameter = Context;
    Item->List.Flink = NULL;
}

#pragma GCC visibility push(default)

/* Has a worker thread call the item's routine; the routine may free the item, or queue it again.
 * Critical items go first. Queueing it while it is queued is bug check 0xE4/0x01, returning at a
 * raised level 0xE1, in a critical region 0x01. At most DISPATCH_LEVEL. [D] */
VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
