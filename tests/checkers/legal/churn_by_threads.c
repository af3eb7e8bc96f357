/* churn_by_threads.c - threads allocate, hand blocks to each other, free what others gave. */
#include <wdm.h>

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 400, PLACES = 32 };

static struct {
    KSPIN_LOCK lock;
    char *blocks[PLACES];
} shared;

static char *exchange(unsigned place, char *block)
{
    KIRQL old;
    KeAcquireSpinLock(&shared.lock, &old);
    char *before = shared.blocks[place];
    shared.blocks[place] = block;
    KeReleaseSpinLock(&shared.lock, old);
    return before;
}

static void drop(char *block)
{
    if (block == NULL)
        return;
    block[0]++;
    ExFreePoolWithTag(block, 'tseT');
}

static void *work(void *seed)
{
    ULONG random = (ULONG)(ULONG_PTR)seed;
    for (unsigned i = 0; i < ROUNDS; i++) {
        random = random * 1664525 + 1013904223;
        SIZE_T bytes = i % 50 == 0 ? 9000 : 8 + (random >> 16) % 500;
        char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, 'tseT');
        RtlFillMemory(block, bytes, i);
        drop(exchange((random >> 8) % PLACES, block));
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    KeInitializeSpinLock(&shared.lock);
    for (ULONG_PTR i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (PVOID)(i + 1));
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < PLACES; i++)
        drop(exchange(i, NULL));
    return 0;
}
