/* initialize_remove_lock_twice.c - initialises a remove lock a second time.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    IO_REMOVE_LOCK *lock = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *lock, 'kcoL');
    IoInitializeRemoveLock(lock, 'kcoL', 0, 0);
    if (!near_miss)
        IoInitializeRemoveLock(lock, 'kcoL', 0, 0);
    ExFreePoolWithTag(lock, 'kcoL');
    return 0;
}
