/* release_outer_lock_first.c - releases the outer of two spin locks and lowers.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KSPIN_LOCK outer;
    KSPIN_LOCK inner;
    KIRQL old;
    KIRQL at_dispatch;
    KeInitializeSpinLock(&outer);
    KeInitializeSpinLock(&inner);
    KeAcquireSpinLock(&outer, &old);
    KeAcquireSpinLock(&inner, &at_dispatch);
    KeReleaseSpinLock(&outer, near_miss ? at_dispatch : old);
    KeReleaseSpinLock(&inner, near_miss ? old : at_dispatch);
    return 0;
}
