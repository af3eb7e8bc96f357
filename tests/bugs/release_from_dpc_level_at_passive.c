/* release_from_dpc_level_at_passive.c - uses the FromDpcLevel form at PASSIVE_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    if (!near_miss)
        KeLowerIrql(old);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
    return 0;
}
