/* acquire_spin_lock_above_dispatch.c - acquires a spin lock above DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KIRQL old;
    KIRQL older;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : CLOCK_LEVEL, &older);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    KeLowerIrql(older);
    return 0;
}
