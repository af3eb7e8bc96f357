/* acquire_uninitialized_mutex.c - acquires a fast mutex that was never initialised.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX *mutex = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *mutex, 'tuMF');
    if (near_miss)
        ExInitializeFastMutex(mutex);
    ExAcquireFastMutex(mutex);
    ExReleaseFastMutex(mutex);
    ExFreePoolWithTag(mutex, 'tuMF');
    return 0;
}
