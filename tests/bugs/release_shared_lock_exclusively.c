/* release_shared_lock_exclusively.c - releases as a writer what it holds as a reader.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    EX_SPIN_LOCK lock = 0;
    KIRQL old = ExAcquireSpinLockShared(&lock);
    if (near_miss)
        ExReleaseSpinLockShared(&lock, old);
    else
        ExReleaseSpinLockExclusive(&lock, old);
    return 0;
}
