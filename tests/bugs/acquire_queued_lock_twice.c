/* acquire_queued_lock_twice.c - acquires an in-stack queued spin lock it holds.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE outer;
    KLOCK_QUEUE_HANDLE inner;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLock(&lock, &outer);
    if (near_miss)
        KeReleaseInStackQueuedSpinLock(&outer);
    KeAcquireInStackQueuedSpinLock(&lock, &inner);
    KeReleaseInStackQueuedSpinLock(&inner);
    return 0;
}
