/* race_on_block.c - two threads count in a block, without a lock.
 * With an argument it is the near miss. */
#include <wdm.h>

#include <pthread.h>

static struct {
    KSPIN_LOCK lock;
    BOOLEAN is_locked;
    LONG *count;
} counter;

static void *work(void *unused)
{
    KIRQL old = PASSIVE_LEVEL;
    (void)unused;
    for (int i = 0; i < 1000; i++) {
        if (counter.is_locked)
            KeAcquireSpinLock(&counter.lock, &old);
        ++*counter.count;
        if (counter.is_locked)
            KeReleaseSpinLock(&counter.lock, old);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KeInitializeSpinLock(&counter.lock);
    counter.is_locked = near_miss;
    counter.count = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *counter.count, 'tseT');
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ExFreePoolWithTag(counter.count, 'tseT');
    return 0;
}
