/* sampler.c - a driver that samples: a periodic timer's DPC takes samples into a list under a spin
 * lock, a thread of the driver's carries them into a table under a resource, and unloading waits
 * for both. What it uses beside the pool: timer, DPC, spin lock, semaphore, event, thread,
 * resource, run-down protection. */
#include <wdm.h>

#define TAG_SAMPLE 'lpmS'
#define SAMPLES    20

typedef struct _SAMPLE {
    LIST_ENTRY Link;
    LARGE_INTEGER Time;
} SAMPLE, *PSAMPLE;

typedef struct _EXTENSION {
    KTIMER Timer;
    KDPC Dpc;
    KSPIN_LOCK Lock;
    LIST_ENTRY Samples;
    KSEMAPHORE Waiting; /* how many there are in the list */
    KEVENT Stop;
    ERESOURCE TableLock;
    ULONG TableCount;
    LONGLONG Table[SAMPLES];
    KEVENT TableFull;
    EX_RUNDOWN_REF Rundown;
    PVOID Thread;
} EXTENSION, *PEXTENSION;

static KDEFERRED_ROUTINE TakeSample;
static KSTART_ROUTINE CarrySamples;

static VOID TakeSample(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PEXTENSION extension = Context;
    KLOCK_QUEUE_HANDLE lock;
    PSAMPLE sample;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    if (!ExAcquireRundownProtection(&extension->Rundown))
        return;
    sample = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *sample, TAG_SAMPLE);
    if (sample != NULL) {
        KeQuerySystemTime(&sample->Time);
        KeAcquireInStackQueuedSpinLockAtDpcLevel(&extension->Lock, &lock);
        InsertTailList(&extension->Samples, &sample->Link);
        KeReleaseInStackQueuedSpinLockFromDpcLevel(&lock);
        KeReleaseSemaphore(&extension->Waiting, IO_NO_INCREMENT, 1, FALSE);
    }
    ExReleaseRundownProtection(&extension->Rundown);
}

static VOID Enter(PEXTENSION Extension, PSAMPLE Sample)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Extension->TableLock, TRUE);
    if (Extension->TableCount < SAMPLES)
        Extension->Table[Extension->TableCount++] = Sample->Time.QuadPart;
    if (Extension->TableCount == SAMPLES)
        KeSetEvent(&Extension->TableFull, IO_NO_INCREMENT, FALSE);
    ExReleaseResourceLite(&Extension->TableLock);
    KeLeaveCriticalRegion();
}

static VOID CarrySamples(PVOID Context)
{
    PEXTENSION extension = Context;
    PVOID objects[2] = {&extension->Stop, &extension->Waiting};
    while (KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_WAIT_0 + 1) {
        KLOCK_QUEUE_HANDLE lock;
        KeAcquireInStackQueuedSpinLock(&extension->Lock, &lock);
        PSAMPLE sample = CONTAINING_RECORD(RemoveHeadList(&extension->Samples), SAMPLE, Link);
        KeReleaseInStackQueuedSpinLock(&lock);
        Enter(extension, sample);
        ExFreePoolWithTag(sample, TAG_SAMPLE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS Start(PEXTENSION Extension)
{
    LARGE_INTEGER due = {.QuadPart = -10000}; /* 1 ms */
    HANDLE thread;
    NTSTATUS status;
    KeInitializeSpinLock(&Extension->Lock);
    InitializeListHead(&Extension->Samples);
    KeInitializeSemaphore(&Extension->Waiting, 0, MAXLONG);
    KeInitializeEvent(&Extension->Stop, NotificationEvent, FALSE);
    KeInitializeEvent(&Extension->TableFull, NotificationEvent, FALSE);
    ExInitializeResourceLite(&Extension->TableLock);
    ExInitializeRundownProtection(&Extension->Rundown);
    status =
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, CarrySamples, Extension);
    if (!NT_SUCCESS(status))
        return status;
    ObReferenceObjectByHandle(thread, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                              &Extension->Thread, NULL);
    ZwClose(thread);
    KeInitializeDpc(&Extension->Dpc, TakeSample, Extension);
    KeInitializeTimerEx(&Extension->Timer, SynchronizationTimer);
    KeSetTimerEx(&Extension->Timer, due, 1, &Extension->Dpc);
    return STATUS_SUCCESS;
}

static VOID Stop(PEXTENSION Extension)
{
    KeCancelTimer(&Extension->Timer);
    ExWaitForRundownProtectionRelease(&Extension->Rundown);
    KeFlushQueuedDpcs();
    KeSetEvent(&Extension->Stop, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Extension->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Extension->Thread);
    while (!IsListEmpty(&Extension->Samples))
        ExFreePoolWithTag(CONTAINING_RECORD(RemoveHeadList(&Extension->Samples), SAMPLE, Link),
                          TAG_SAMPLE);
    ExDeleteResourceLite(&Extension->TableLock);
}

int main(void)
{
    PEXTENSION extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *extension, TAG_SAMPLE);
    if (extension == NULL || !NT_SUCCESS(Start(extension)))
        return 1;
    KeWaitForSingleObject(&extension->TableFull, Executive, KernelMode, FALSE, NULL);
    Stop(extension);
    for (ULONG i = 1; i < SAMPLES; i++)
        if (extension->Table[i] < extension->Table[i - 1])
            return 1;
    ExFreePoolWithTag(extension, TAG_SAMPLE);
    return 0;
}
