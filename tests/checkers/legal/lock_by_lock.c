/* lock_by_lock.c - threads count in a block under each kind of lock in turn, and readers look; they
 * hand blocks to each other by lists and an event. */
#include <ntifs.h>

#include <pthread.h>

enum { THREADS = 3, ROUNDS = 60 };

static struct {
    KSPIN_LOCK spin;
    KSPIN_LOCK queued;
    EX_SPIN_LOCK shared_spin;
    FAST_MUTEX fast;
    KMUTEX mutex;
    KSEMAPHORE semaphore;
    EX_PUSH_LOCK push;
    ERESOURCE resource;
    EX_RUNDOWN_REF rundown;
    KEVENT has_more;
    DECLSPEC_ALIGN(16) SLIST_HEADER singles;
    LIST_ENTRY doubles;
    LONG *counts; /* one a lock */
} shared;

struct item {
    SLIST_ENTRY single;
    LIST_ENTRY link;
    ULONG number;
};

static void count_under_spin_locks(LONG *counts)
{
    KIRQL old;
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireSpinLock(&shared.spin, &old);
    counts[0]++;
    KeReleaseSpinLock(&shared.spin, old);
    KeAcquireInStackQueuedSpinLock(&shared.queued, &handle);
    counts[1]++;
    KeReleaseInStackQueuedSpinLock(&handle);
    old = ExAcquireSpinLockExclusive(&shared.shared_spin);
    counts[2]++;
    ExReleaseSpinLockExclusive(&shared.shared_spin, old);
    old = ExAcquireSpinLockShared(&shared.shared_spin);
    (void)*(volatile LONG *)&counts[2];
    ExReleaseSpinLockShared(&shared.shared_spin, old);
}

static void count_under_mutexes(LONG *counts)
{
    ExAcquireFastMutex(&shared.fast);
    counts[3]++;
    ExReleaseFastMutex(&shared.fast);
    KeWaitForSingleObject(&shared.mutex, Executive, KernelMode, FALSE, NULL);
    counts[4]++;
    KeReleaseMutex(&shared.mutex, FALSE);
    KeWaitForSingleObject(&shared.semaphore, Executive, KernelMode, FALSE, NULL);
    counts[5]++;
    KeReleaseSemaphore(&shared.semaphore, 0, 1, FALSE);
}

static void count_under_shared_locks(LONG *counts)
{
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusive(&shared.push);
    counts[6]++;
    ExReleasePushLockExclusive(&shared.push);
    ExAcquirePushLockShared(&shared.push);
    (void)*(volatile LONG *)&counts[6];
    ExReleasePushLockShared(&shared.push);
    ExAcquireResourceExclusiveLite(&shared.resource, TRUE);
    counts[7]++;
    ExReleaseResourceLite(&shared.resource);
    ExAcquireResourceSharedLite(&shared.resource, TRUE);
    (void)*(volatile LONG *)&counts[7];
    ExReleaseResourceLite(&shared.resource);
    KeLeaveCriticalRegion();
}

static void hand_over(ULONG number)
{
    struct item *item = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *item, 'tseT');
    item->number = number;
    InterlockedPushEntrySList(&shared.singles, &item->single);
    PSLIST_ENTRY single = InterlockedPopEntrySList(&shared.singles);
    item = CONTAINING_RECORD(single, struct item, single);
    item->number++;
    ExInterlockedInsertTailList(&shared.doubles, &item->link, &shared.spin);
    PLIST_ENTRY link = ExInterlockedRemoveHeadList(&shared.doubles, &shared.spin);
    item = CONTAINING_RECORD(link, struct item, link);
    item->number++;
    ExFreePoolWithTag(item, 'tseT');
}

static void *work(void *unused)
{
    (void)unused;
    KeWaitForSingleObject(&shared.has_more, Executive, KernelMode, FALSE, NULL);
    for (ULONG i = 0; i < ROUNDS && ExAcquireRundownProtection(&shared.rundown); i++) {
        count_under_spin_locks(shared.counts);
        count_under_mutexes(shared.counts);
        count_under_shared_locks(shared.counts);
        hand_over(i);
        ExReleaseRundownProtection(&shared.rundown);
    }
    return NULL;
}

static void start_locks(void)
{
    KeInitializeSpinLock(&shared.spin);
    KeInitializeSpinLock(&shared.queued);
    ExInitializeFastMutex(&shared.fast);
    KeInitializeMutex(&shared.mutex, 0);
    KeInitializeSemaphore(&shared.semaphore, 1, 1);
    ExInitializePushLock(&shared.push);
    ExInitializeResourceLite(&shared.resource);
    ExInitializeRundownProtection(&shared.rundown);
    KeInitializeEvent(&shared.has_more, NotificationEvent, FALSE);
    InitializeSListHead(&shared.singles);
    InitializeListHead(&shared.doubles);
}

int main(void)
{
    pthread_t threads[THREADS];
    start_locks();
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    shared.counts = ExAllocatePool2(POOL_FLAG_NON_PAGED, 8 * sizeof *shared.counts, 'tseT');
    KeSetEvent(&shared.has_more, IO_NO_INCREMENT, FALSE);
    LARGE_INTEGER pause = {.QuadPart = -100000};
    KeDelayExecutionThread(KernelMode, FALSE, &pause);
    ExWaitForRundownProtectionRelease(&shared.rundown);
    ExFreePoolWithTag(shared.counts, 'tseT'); /* nobody is inside any more */
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ExDeleteResourceLite(&shared.resource);
    return 0;
}
