/* queue_work_item_twice.c - queues a work item again before it has run.
 * With an argument it is the near miss. */
#include <wdm.h>

static WORK_QUEUE_ITEM blockers[64];
static KEVENT gate;
static KSEMAPHORE done;
static ULONG count;

static VOID work(PVOID parameter)
{
    (void)parameter;
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    KeReleaseSemaphore(&done, 0, 1, FALSE);
}

static VOID occupy_worker(VOID)
{
    if (count == 0) {
        KeInitializeEvent(&gate, NotificationEvent, FALSE);
        KeInitializeSemaphore(&done, 0, 100);
    }
    ExInitializeWorkItem(&blockers[count], work, NULL);
    ExQueueWorkItem(&blockers[count++], DelayedWorkQueue);
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    WORK_QUEUE_ITEM first;
    WORK_QUEUE_ITEM item;
    for (ULONG i = 0; i < 64; i++)
        occupy_worker();
    ExInitializeWorkItem(&first, work, NULL);
    ExInitializeWorkItem(&item, work, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    ExQueueWorkItem(near_miss ? &first : &item, DelayedWorkQueue);
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    for (ULONG i = 0; i < 66; i++)
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return 0;
}
