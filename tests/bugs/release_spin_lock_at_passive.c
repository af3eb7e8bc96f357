/* release_spin_lock_at_passive.c - releases a spin lock after lowering the IRQL.
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
    if (!near_miss)
        KeLowerIrql(PASSIVE_LEVEL);
    KeReleaseSpinLock(&lock, old);
    return 0;
}
