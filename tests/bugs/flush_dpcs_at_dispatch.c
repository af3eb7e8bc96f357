/* flush_dpcs_at_dispatch.c - waits for DPCs with a spin lock held.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    if (near_miss)
        KeReleaseSpinLock(&lock, old);
    KeFlushQueuedDpcs();
    if (!near_miss)
        KeReleaseSpinLock(&lock, old);
    return 0;
}
