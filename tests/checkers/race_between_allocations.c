/* race_between_allocations.c - the same race, and each thread allocates and frees in between: that
 * both do puts nothing in order.
 * With an argument it is the near miss. */
#include <wdm.h>

#include <pthread.h>

static struct {
    KMUTEX mutex;
    BOOLEAN is_locked;
    LONG *count;
    pthread_barrier_t both; /* have begun, have done */
} counter;

static void *work(void *unused)
{
    (void)unused;
    ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT'), 'tseT');
    pthread_barrier_wait(&counter.both);
    for (int i = 0; i < 200; i++) {
        char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
        if (counter.is_locked)
            KeWaitForSingleObject(&counter.mutex, Executive, KernelMode, FALSE, NULL);
        ++*counter.count;
        if (counter.is_locked)
            KeReleaseMutex(&counter.mutex, FALSE);
        ExFreePoolWithTag(block, 'tseT');
    }
    pthread_barrier_wait(&counter.both);
    return NULL;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KeInitializeMutex(&counter.mutex, 0);
    pthread_barrier_init(&counter.both, NULL, 2);
    counter.is_locked = near_miss;
    counter.count = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *counter.count, 'tseT');
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&counter.both);
    ExFreePoolWithTag(counter.count, 'tseT');
    return 0;
}
