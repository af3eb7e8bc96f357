/* free_queued_work_item.c - frees a block with a work item in it that is queued.
 * With an argument it is the near miss. */
#include <wdm.h>

static WORK_QUEUE_ITEM blockers[64];
static KEVENT gate;
static KSEMAPHORE done;

static VOID work(PVOID parameter)
{
    (void)parameter;
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    KeReleaseSemaphore(&done, 0, 1, FALSE);
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeSemaphore(&done, 0, 100);
    for (ULONG i = 0; i < 64; i++) { /* no worker is left */
        ExInitializeWorkItem(&blockers[i], work, NULL);
        ExQueueWorkItem(&blockers[i], DelayedWorkQueue);
    }
    WORK_QUEUE_ITEM *item = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *item, 'krow');
    ExInitializeWorkItem(item, work, NULL);
    ExQueueWorkItem(item, DelayedWorkQueue);
    if (near_miss) {
        KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
        for (ULONG i = 0; i < 65; i++)
            KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    }
    ExFreePoolWithTag(item, 'krow');
    return 0;
}
