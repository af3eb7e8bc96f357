/* objects_in_blocks.c - what the kernel keeps for a driver, each at the very end of a block, used
 * as long as the block lives. */
#include <ntddk.h>

#define OBJECT(type) ((type *)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(type), 'tseT'))

static VOID count(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    ++*(ULONG *)context;
}

static void wait_for_some(void)
{
    PKEVENT event = OBJECT(KEVENT);
    PRKMUTEX mutex = OBJECT(KMUTEX);
    PRKSEMAPHORE semaphore = OBJECT(KSEMAPHORE);
    KeInitializeEvent(event, NotificationEvent, FALSE);
    KeInitializeMutex(mutex, 0);
    KeInitializeSemaphore(semaphore, 1, 2);
    KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    PVOID objects[] = {event, mutex, semaphore};
    KeWaitForMultipleObjects(3, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
    KeReleaseMutex(mutex, FALSE);
    KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 1, FALSE);
    KeClearEvent(event);
    for (unsigned i = 0; i < 3; i++)
        ExFreePoolWithTag(objects[i], 'tseT');
}

static void lock_some(void)
{
    PKSPIN_LOCK spin = OBJECT(KSPIN_LOCK);
    PFAST_MUTEX fast = OBJECT(FAST_MUTEX);
    PERESOURCE resource = OBJECT(ERESOURCE);
    PEX_RUNDOWN_REF rundown = OBJECT(EX_RUNDOWN_REF);
    KIRQL irql;
    KeInitializeSpinLock(spin);
    KeAcquireSpinLock(spin, &irql);
    KeReleaseSpinLock(spin, irql);
    ExInitializeFastMutex(fast);
    ExAcquireFastMutex(fast);
    ExReleaseFastMutex(fast);
    ExInitializeResourceLite(resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(resource, TRUE);
    ExReleaseResourceLite(resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(resource);
    ExInitializeRundownProtection(rundown);
    ExAcquireRundownProtection(rundown);
    ExReleaseRundownProtection(rundown);
    ExWaitForRundownProtectionRelease(rundown);
    PVOID objects[] = {spin, fast, resource, rundown};
    for (unsigned i = 0; i < 4; i++)
        ExFreePoolWithTag(objects[i], 'tseT');
}

static ULONG run_some(void)
{
    PRKDPC dpc = OBJECT(KDPC);
    PKTIMER timer = OBJECT(KTIMER);
    PULONG calls = OBJECT(ULONG);
    LARGE_INTEGER at_once = {.QuadPart = -1};
    KeInitializeDpc(dpc, count, calls);
    KeInitializeTimer(timer);
    KeInsertQueueDpc(dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    KeSetTimer(timer, at_once, dpc);
    KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL);
    KeFlushQueuedDpcs();
    ULONG all = *calls;
    PVOID objects[] = {dpc, timer, calls};
    for (unsigned i = 0; i < 3; i++)
        ExFreePoolWithTag(objects[i], 'tseT');
    return all;
}

static void name_some(void)
{
    PWCH letters = ExAllocatePool2(POOL_FLAG_PAGED, 4 * sizeof(WCHAR), 'tseT');
    PUNICODE_STRING name = OBJECT(UNICODE_STRING);
    RtlCopyMemory(letters, u"abc", 4 * sizeof(WCHAR));
    RtlInitUnicodeString(name, letters);
    PIRP irp = IoAllocateIrp(2, FALSE);
    IoReuseIrp(irp, STATUS_SUCCESS);
    IoFreeIrp(irp);
    ExFreePoolWithTag(name, 'tseT');
    ExFreePoolWithTag(letters, 'tseT');
}

int main(void)
{
    wait_for_some();
    lock_some();
    name_some();
    return run_some() != 2;
}
