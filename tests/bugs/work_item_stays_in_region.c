/* work_item_stays_in_region.c - returns from a work item in a critical region.
 * With an argument it is the near miss. */
#include <wdm.h>

static KEVENT done;
static KSPIN_LOCK lock;

static VOID work(PVOID parameter)
{
    KeEnterCriticalRegion();
    if (parameter != NULL)
        KeLeaveCriticalRegion();
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    WORK_QUEUE_ITEM item;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    KeInitializeSpinLock(&lock);
    ExInitializeWorkItem(&item, work, near_miss ? &lock : NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    LARGE_INTEGER second = {.QuadPart = -10000000};
    if (!near_miss)
        KeDelayExecutionThread(KernelMode, FALSE, &second);
    return 0;
}
