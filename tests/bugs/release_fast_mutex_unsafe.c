/* release_fast_mutex_unsafe.c - leaves the critical region before it releases the fast mutex.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    if (!near_miss)
        KeLeaveCriticalRegion();
    ExReleaseFastMutexUnsafe(&mutex);
    if (near_miss)
        KeLeaveCriticalRegion();
    return 0;
}
