/* What each routine does when it is misused under the verifier and the host says to go on. */
#include "tests/threads.h"
#include "tests/verified.h"

#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/ex_spin_lock.h"
#include "expool/fast_mutex.h"
#include "expool/mutex.h"
#include "expool/push_lock.h"
#include "expool/region.h"
#include "expool/resource.h"
#include "expool/rundown.h"
#include "expool/spin_lock.h"
#include "expool/thread.h"
#include "expool/timer.h"

/* The misuse that the statement before is known for, and no other. */
#define EXPECT_PASSED(stop, sub)                                                                   \
    do {                                                                                           \
        EXPECT_EQUAL(passed.last.code, (stop));                                                    \
        EXPECT_EQUAL(passed.last.subcode, (sub));                                                  \
        EXPECT_EQUAL(passed.count, 1);                                                             \
        forget();                                                                                  \
    } while (0)

static LARGE_INTEGER short_time;

static KIRQL raised(KIRQL level)
{
    KIRQL old;
    verified("");
    short_time = in_ms(5);
    KeRaiseIrql(level, &old);
    return old;
}

TEST(a_wait_at_dispatch_is_a_look)
{
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    KIRQL old = raised(DISPATCH_LEVEL);
    EXPECT_EQUAL(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    EXPECT_PASSED(0xC4, 0x3B);
    EXPECT_EQUAL(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), STATUS_TIMEOUT);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.last.parameter[2], (uintptr_t)&event);
    EXPECT_PASSED(0xC4, 0x3B);
    KeDelayExecutionThread(KernelMode, FALSE, &short_time);
    EXPECT_PASSED(0xC4, 0x3B);
    KeLowerIrql(old);
}

TEST(above_dispatch_not_even_a_look_is_allowed)
{
    KEVENT event;
    LARGE_INTEGER zero = {.QuadPart = 0};
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KIRQL old = raised(CLOCK_LEVEL);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &zero);
    EXPECT_PASSED(0xC4, 0x120);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    EXPECT_PASSED(0xC4, 0x80);
    KeLowerIrql(old);
}

TEST(objects_nobody_initialised_do_nothing)
{
    static KTIMER timer;
    static KSEMAPHORE semaphore;
    static KMUTEX mutex;
    verified("");
    EXPECT(!KeSetTimer(&timer, in_ms(1), NULL));
    EXPECT_PASSED(0x0A, 0);
    EXPECT(!KeCancelTimer(&timer));
    EXPECT_PASSED(0x0A, 0);
    KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    EXPECT_PASSED(0x0A, 0);
    KeReleaseMutex(&mutex, FALSE);
    EXPECT_PASSED(0x0A, 0);
}

TEST(a_fast_mutex_misused_stays_as_it_is)
{
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    KIRQL old = raised(APC_LEVEL);
    ExAcquireFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    EXPECT_PASSED(0xC4, 0x1000);
    ExReleaseFastMutex(&mutex);
    EXPECT_EQUAL(passed.count, 0);
    ExReleaseFastMutex(&mutex);
    EXPECT_PASSED(0xC4, 0x1007);
    EXPECT_EQUAL(mutex.Count, 1);
    KeLowerIrql(old);
    ExAcquireFastMutexUnsafe(&mutex);
    EXPECT_PASSED(0xC4, 0x39);
    ExReleaseFastMutexUnsafe(&mutex);
    EXPECT_PASSED(0xC4, 0x3A);
}

TEST(regions_are_told_and_counted)
{
    KIRQL old = raised(DISPATCH_LEVEL);
    KeEnterCriticalRegion();
    EXPECT_PASSED(0xC4, 0x11A);
    KeLeaveCriticalRegion();
    EXPECT_PASSED(0xC4, 0x11B);
    KeEnterGuardedRegion();
    EXPECT_PASSED(0xC4, 0x11A);
    KeLeaveGuardedRegion();
    EXPECT_PASSED(0xC4, 0x11B);
    KeLowerIrql(old);
    KeLeaveCriticalRegion();
    EXPECT_PASSED(0xC4, 0x3E);
    KeLeaveGuardedRegion();
    EXPECT_PASSED(0xC4, 0x3E);
    EXPECT(!KeAreApcsDisabled());
}

TEST(a_resource_is_taken_all_the_same)
{
    ERESOURCE resource;
    verified("");
    ExInitializeResourceLite(&resource);
    EXPECT(ExAcquireResourceSharedLite(&resource, TRUE));
    EXPECT_PASSED(0xC4, 0x37);
    EXPECT_EQUAL(ExIsResourceAcquiredLite(&resource), 1);
    ExReleaseResourceLite(&resource);
    EXPECT_PASSED(0xC4, 0x38);
    KeEnterCriticalRegion();
    ExReleaseResourceLite(&resource);
    EXPECT_PASSED(0xE3, 0);
    ExConvertExclusiveToSharedLite(&resource);
    EXPECT_PASSED(0xE3, 0);
    EXPECT(ExAcquireResourceSharedLite(&resource, TRUE));
    EXPECT(!ExAcquireResourceExclusiveLite(&resource, TRUE));
    EXPECT_PASSED(0xC4, 0x1000);
    ExReleaseResourceLite(&resource);
    ExDeleteResourceLite(&resource);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(queued_and_shared_spin_locks_are_told)
{
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    EX_SPIN_LOCK shared = 0;
    KeInitializeSpinLock(&lock);
    verified("");
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
    EXPECT_PASSED(0xC4, 0x40);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    EXPECT_PASSED(0xC4, 0x41);
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    KeLowerIrql(PASSIVE_LEVEL);
    KeReleaseInStackQueuedSpinLock(&handle);
    EXPECT_PASSED(0xC4, 0x35);
    ExAcquireSpinLockSharedAtDpcLevel(&shared);
    EXPECT_PASSED(0xC4, 0x40);
    ExReleaseSpinLockSharedFromDpcLevel(&shared);
    EXPECT_PASSED(0xC4, 0x41);
    KIRQL old = ExAcquireSpinLockExclusive(&shared);
    KeLowerIrql(PASSIVE_LEVEL);
    ExReleaseSpinLockExclusive(&shared, old);
    EXPECT_PASSED(0xC4, 0x32);
    EXPECT(shared == 0 && KeTestSpinLock(&lock));
}

static VOID nothing(PVOID context)
{
    (void)context;
}

TEST(routines_that_need_a_low_level_say_so)
{
    HANDLE handle = NULL;
    EX_RUNDOWN_REF rundown;
    EX_PUSH_LOCK lock;
    ExInitializeRundownProtection(&rundown);
    ExInitializePushLock(&lock);
    KIRQL old = raised(DISPATCH_LEVEL);
    PsCreateSystemThread(&handle, 0, NULL, (HANDLE)&handle, NULL, nothing, NULL);
    EXPECT_PASSED(0xC4, 0xE5);
    KeFlushQueuedDpcs();
    EXPECT_PASSED(0xC4, 0xE5);
    ExWaitForRundownProtectionRelease(&rundown);
    EXPECT_PASSED(0xC4, 0xE5);
    KeLowerIrql(old);
    ExAcquirePushLockShared(&lock);
    EXPECT_PASSED(0xC4, 0xEA);
    ExReleasePushLockShared(&lock);
    EXPECT_PASSED(0xC4, 0xEB);
}

TESTS_MAIN("misuse_verified")
