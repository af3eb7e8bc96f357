/* release_push_lock_with_apcs.c - leaves the critical region before it releases the push lock.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    EX_PUSH_LOCK lock;
    ExInitializePushLock(&lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockShared(&lock);
    if (!near_miss)
        KeLeaveCriticalRegion();
    ExReleasePushLockShared(&lock);
    if (near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
