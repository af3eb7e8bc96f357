/* release_fast_mutex_at_passive.c - lowers the IRQL while it holds a fast mutex.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    if (!near_miss)
        KeLowerIrql(PASSIVE_LEVEL);
    ExReleaseFastMutex(&mutex);
    return 0;
}
