/* wait_at_dispatch.c - waits for an event with a spin lock held.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KEVENT event;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeInitializeEvent(&event, NotificationEvent, near_miss);
    KeAcquireSpinLock(&lock, &old);
    if (near_miss)
        KeReleaseSpinLock(&lock, old);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    if (!near_miss)
        KeReleaseSpinLock(&lock, old);
    return 0;
}
