/* work_item_returns_raised.c - returns from a work item with a spin lock held.
 * With an argument it is the near miss. */
#include <wdm.h>

static KEVENT done;
static KSPIN_LOCK lock;

static VOID work(PVOID parameter)
{
    KIRQL old;
    KeAcquireSpinLock(&lock, &old);
    if (parameter != NULL)
        KeReleaseSpinLock(&lock, old);
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
