/* acquire_queued_lock_plainly.c - acquires a queued spin lock as a plain one.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE queued;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLock(&lock, &queued);
    KeReleaseInStackQueuedSpinLock(&queued);
    if (near_miss) {
        KeAcquireInStackQueuedSpinLock(&lock, &queued);
        KeReleaseInStackQueuedSpinLock(&queued);
        return 0;
    }
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    return 0;
}
