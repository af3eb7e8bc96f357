/* leave_region_at_dispatch.c - leaves a critical region with a spin lock held.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeEnterCriticalRegion();
    KeAcquireSpinLock(&lock, &old);
    if (!near_miss)
        KeLeaveCriticalRegion();
    KeReleaseSpinLock(&lock, old);
    if (near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
