/* wait_for_remove_lock_with_other_tag.c - releases a remove lock with another tag and waits.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    IO_REMOVE_LOCK *lock = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *lock, 'kcoL');
    IoInitializeRemoveLock(lock, 'kcoL', 0, 0);
    IoAcquireRemoveLock(lock, &lock);
    IoReleaseRemoveLockAndWait(lock, near_miss ? (PVOID)&lock : (PVOID)argv);
    ExFreePoolWithTag(lock, 'kcoL');
    return 0;
}
