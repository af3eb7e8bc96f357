/* ex_work_item.c - work items: two queues, and as many threads as there is work at once, up to a
 * limit: an item may wait for what another one does. */
#include "expool/irql.h"
#include "expool/work_item.h"

#include "kernel/active.h"
#include "kernel/dispatcher.h"
#include "kernel/memory_kind.h"
#include "kernel/misuse.h"
#include "kernel/service.h"
#include "kernel/thread.h"
#include "kernel/work_queue.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/touch.h"

enum { THREADS_MOST = 64 };

static bool run_one_locked(void);
static uint64_t due_locked(void);

static struct service service = {
    .name = "expool worker",
    .step_locked = run_one_locked,
    .due_locked = due_locked,
    .threads_most = THREADS_MOST,
};

static LIST_ENTRY urgent = {&urgent, &urgent};
static LIST_ENTRY normal = {&normal, &normal};

static uint64_t due_locked(void)
{
    return IsListEmpty(&urgent) && IsListEmpty(&normal) ? WAIT_FOREVER : 0;
}

static bool is_urgent(WORK_QUEUE_TYPE type)
{
    return type == CriticalWorkQueue || type == HyperCriticalWorkQueue ||
           type == RealTimeWorkQueue || type == SuperCriticalWorkQueue;
}

bool work_queue_insert(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type)
{
    (void)__atomic_load_n(&item->List.Flink, __ATOMIC_RELAXED); /* a touch with no lock held */
    lock_take(&dispatcher_lock);
    bool is_new = item->List.Flink == NULL;
    if (is_new) {
        InsertTailList(is_urgent(type) ? &urgent : &normal, &item->List);
        active_begin();
        service_kick_locked(&service);
    }
    lock_drop(&dispatcher_lock);
    return is_new;
}

unsigned work_count_locked(void)
{
    unsigned count = 0;
    for (PLIST_ENTRY entry = urgent.Flink; entry != &urgent; entry = entry->Flink)
        count++;
    for (PLIST_ENTRY entry = normal.Flink; entry != &normal; entry = entry->Flink)
        count++;
    return count;
}

static PWORK_QUEUE_ITEM find_within(PLIST_ENTRY queue, uintptr_t start, uintptr_t end)
{
    for (PLIST_ENTRY entry = queue->Flink; entry != queue; entry = entry->Flink)
        if ((uintptr_t)entry >= start && (uintptr_t)entry < end)
            return CONTAINING_RECORD(entry, WORK_QUEUE_ITEM, List);
    return NULL;
}

void *work_take_within(uintptr_t start, uintptr_t end)
{
    lock_take(&dispatcher_lock);
    PWORK_QUEUE_ITEM item = find_within(&urgent, start, end);
    if (item == NULL)
        item = find_within(&normal, start, end);
    if (item != NULL) {
        RemoveEntryList(&item->List);
        item->List.Flink = NULL;
        active_end();
    }
    lock_drop(&dispatcher_lock);
    return item;
}

void work_judge_return(const void *item, uintptr_t routine, const void *parameter)
{
    struct thread *self = thread_current();
    struct misuse misuse = {.object = item, .pc = routine + 1};
    uint64_t disabled = thread_apc_disables(self);
    if (irql_current > PASSIVE_LEVEL) {
        misuse.kind = VIOLATION_WORK_ITEM_IRQL;
        misuse.found = routine;
        misuse.expected = (uintptr_t)parameter;
        misuse_raise(&misuse);
        KeLowerIrql(PASSIVE_LEVEL);
    }
    if (disabled != 0) {
        misuse.kind = VIOLATION_WORK_ITEM_REGION;
        misuse.object = (const void *)routine;
        misuse.found = disabled;
        misuse.expected = 1; /* a worker routine, no system call */
        misuse_raise(&misuse);
        self->critical_depth = 0;
        self->guarded_depth = 0;
    }
}

/* The routine may free its item: nothing of it is used once it has been called. */
static bool run_one_locked(void)
{
    PLIST_ENTRY queue = IsListEmpty(&urgent) ? &normal : &urgent;
    if (IsListEmpty(queue))
        return false;
    PWORK_QUEUE_ITEM item = CONTAINING_RECORD(RemoveHeadList(queue), WORK_QUEUE_ITEM, List);
    WORK_QUEUE_ITEM copy = *item;
    item->List.Flink = NULL;
    active_end();
    lock_drop(&dispatcher_lock);
    copy.WorkerRoutine(copy.Parameter);
    work_judge_return(item, (uintptr_t)copy.WorkerRoutine, copy.Parameter);
    lock_take(&dispatcher_lock);
    return true;
}

VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    MISUSE_ABOVE(DISPATCH_LEVEL);
    TOUCHES(WorkItem);
    if (UNLIKELY(hook_column() == COLUMN_VERIFIED) && memory_is_paged(WorkItem))
        MISUSE(VIOLATION_WORK_ITEM_PAGED, WorkItem);
    if (!work_queue_insert(WorkItem, QueueType))
        MISUSE_WITH(VIOLATION_WORK_ITEM_QUEUED_TWICE, WorkItem, .expected = (uint64_t)QueueType);
}
