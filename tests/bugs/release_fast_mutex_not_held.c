/* release_fast_mutex_not_held.c - releases a fast mutex twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX mutex;
    KIRQL old;
    ExInitializeFastMutex(&mutex);
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutex(&mutex);
    ExReleaseFastMutex(&mutex);
    if (!near_miss)
        ExReleaseFastMutex(&mutex);
    KeLowerIrql(old);
    return 0;
}
