/* acquire_push_lock_with_apcs.c - acquires a push lock outside every critical region.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    EX_PUSH_LOCK lock;
    ExInitializePushLock(&lock);
    if (near_miss)
        KeEnterCriticalRegion();
    ExAcquirePushLockExclusive(&lock);
    ExReleasePushLockExclusive(&lock);
    if (near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
