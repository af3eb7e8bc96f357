/* release_queued_spin_lock_at_passive.c - releases a queued spin lock after lowering the IRQL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    if (!near_miss)
        KeLowerIrql(PASSIVE_LEVEL);
    KeReleaseInStackQueuedSpinLock(&handle);
    return 0;
}
