/* acquire_spin_lock_twice.c - acquires a spin lock it holds.
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
    KeAcquireSpinLock(&lock, &older);
    if (near_miss)
        KeReleaseSpinLock(&lock, older);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    return 0;
}
