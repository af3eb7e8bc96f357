/* acquire_fast_mutex_at_dispatch.c - acquires a fast mutex with a spin lock held.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    FAST_MUTEX mutex;
    KIRQL old;
    ExInitializeFastMutex(&mutex);
    KeRaiseIrql(near_miss ? APC_LEVEL : DISPATCH_LEVEL, &old);
    ExAcquireFastMutex(&mutex);
    ExReleaseFastMutex(&mutex);
    KeLowerIrql(old);
    return 0;
}
