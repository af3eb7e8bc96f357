/* acquire_fast_mutex_unsafe.c - acquires a fast mutex unsafely outside every critical region.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    if (near_miss)
        KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    ExReleaseFastMutexUnsafe(&mutex);
    if (near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
