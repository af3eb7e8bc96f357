/* queue_paged_work_item.c - queues a work item in paged pool.
 * With an argument it is the near miss. */
#include <wdm.h>

static KEVENT done;

static void work(PVOID parameter)
{
    UNREFERENCED_PARAMETER(parameter);
    KeSetEvent(&done, 0, FALSE);
}

int main(int argc, char **argv)
{
    ULONG64 flags = argc > 1 ? POOL_FLAG_NON_PAGED : POOL_FLAG_PAGED;
    PWORK_QUEUE_ITEM item = ExAllocatePool2(flags, sizeof *item, 'metI');
    (void)argv;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ExInitializeWorkItem(item, work, NULL);
    ExQueueWorkItem(item, DelayedWorkQueue);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    ExFreePoolWithTag(item, 'metI');
    return 0;
}
