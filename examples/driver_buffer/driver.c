/* driver.c - a journal: which memory a driver takes for what.
 *   write -> a packet of 256 bytes from a lookaside list, queued under a spin lock
 *   timer -> its DPC copies what waits into a ring of 4 KiB: non-paged, it runs at DISPATCH_LEVEL
 *   work item -> moves the ring into a journal of 64 KiB: paged, touched at PASSIVE_LEVEL only
 *   read -> from the journal
 * The journal is zeroed memory of ExAllocatePool2; a report that goes to applications must hold
 * nothing of whoever had the memory before. */
#include <wdm.h>

#include "journal.h"

#define PACKET_TAG  'kcaP'
#define RING_TAG    'gniR'
#define JOURNAL_TAG 'nruJ'

typedef struct _PACKET {
    LIST_ENTRY Link;
    ULONG Length;
    UCHAR Text[JOURNAL_PACKET_BYTES - sizeof(LIST_ENTRY) - sizeof(ULONG)];
} PACKET, *PPACKET;

typedef struct _JOURNAL {
    LOOKASIDE_LIST_EX Packets;
    LIST_ENTRY Waiting;
    ULONG WaitingCount;
    ULONG Dropped;
    PUCHAR Ring; /* Lock guards it, and all above */
    ULONG RingUsed;
    KSPIN_LOCK Lock;
    PUCHAR Text; /* TextLock guards it */
    ULONG TextUsed;
    FAST_MUTEX TextLock;
    KTIMER Timer;
    KDPC Dpc;
    PIO_WORKITEM Work;
    LONG WorkQueued;
    IO_REMOVE_LOCK RemoveLock; /* held by queued work */
} JOURNAL, *PJOURNAL;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD JournalUnload;
DRIVER_DISPATCH JournalCreateClose;
DRIVER_DISPATCH JournalWrite;
DRIVER_DISPATCH JournalRead;
DRIVER_DISPATCH JournalControl;
KDEFERRED_ROUTINE JournalDpc;
IO_WORKITEM_ROUTINE JournalWork;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

VOID JournalWork(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    PJOURNAL journal = DeviceObject->DeviceExtension;
    UCHAR taken[JOURNAL_RING_BYTES / 8]; /* a kernel stack is small: in pieces */
    UNREFERENCED_PARAMETER(Context);
    InterlockedExchange(&journal->WorkQueued, 0);
    ExAcquireFastMutex(&journal->TextLock);
    for (;;) {
        KIRQL irql;
        ULONG room = JOURNAL_BYTES - journal->TextUsed;
        ULONG length;
        KeAcquireSpinLock(&journal->Lock, &irql);
        length = min(journal->RingUsed, min(room, (ULONG)sizeof(taken)));
        RtlCopyMemory(taken, journal->Ring, length);
        journal->RingUsed -= length;
        RtlMoveMemory(journal->Ring, journal->Ring + length, journal->RingUsed);
        KeReleaseSpinLock(&journal->Lock, irql);
        if (length == 0)
            break;
        RtlCopyMemory(journal->Text + journal->TextUsed, taken, length);
        journal->TextUsed += length;
    }
    ExReleaseFastMutex(&journal->TextLock);
    IoReleaseRemoveLock(&journal->RemoveLock, DeviceObject);
}

VOID JournalDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PDEVICE_OBJECT device = Context;
    PJOURNAL journal = device->DeviceExtension;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeAcquireSpinLockAtDpcLevel(&journal->Lock);
    while (!IsListEmpty(&journal->Waiting)) {
        PPACKET packet = CONTAINING_RECORD(journal->Waiting.Flink, PACKET, Link);
        if (packet->Length > JOURNAL_RING_BYTES - journal->RingUsed)
            break;
        RtlCopyMemory(journal->Ring + journal->RingUsed, packet->Text, packet->Length);
        journal->RingUsed += packet->Length;
        RemoveEntryList(&packet->Link);
        journal->WaitingCount--;
        ExFreeToLookasideListEx(&journal->Packets, packet);
    }
    KeReleaseSpinLockFromDpcLevel(&journal->Lock);
    if (InterlockedExchange(&journal->WorkQueued, 1) == 0) {
        if (NT_SUCCESS(IoAcquireRemoveLock(&journal->RemoveLock, device)))
            IoQueueWorkItem(journal->Work, JournalWork, DelayedWorkQueue, NULL);
        else
            InterlockedExchange(&journal->WorkQueued, 0);
    }
}

NTSTATUS JournalWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PJOURNAL journal = DeviceObject->DeviceExtension;
    ULONG length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
    PPACKET packet;
    KIRQL irql;
    if (length == 0 || length > sizeof(packet->Text))
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    packet = ExAllocateFromLookasideListEx(&journal->Packets);
    if (packet == NULL) {
        KeAcquireSpinLock(&journal->Lock, &irql);
        journal->Dropped++;
        KeReleaseSpinLock(&journal->Lock, irql);
        return Complete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    packet->Length = length;
    RtlCopyMemory(packet->Text, Irp->AssociatedIrp.SystemBuffer, length);
    KeAcquireSpinLock(&journal->Lock, &irql);
    InsertTailList(&journal->Waiting, &packet->Link);
    journal->WaitingCount++;
    KeReleaseSpinLock(&journal->Lock, irql);
    return Complete(Irp, STATUS_SUCCESS, length);
}

NTSTATUS JournalRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PJOURNAL journal = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    ULONG length = location->Parameters.Read.Length;
    ULONGLONG offset = (ULONGLONG)location->Parameters.Read.ByteOffset.QuadPart;
    NTSTATUS status = STATUS_END_OF_FILE;
    ExAcquireFastMutex(&journal->TextLock);
    if (offset < journal->TextUsed) {
        status = STATUS_SUCCESS;
        length = min(length, journal->TextUsed - (ULONG)offset);
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, journal->Text + offset, length);
    }
    ExReleaseFastMutex(&journal->TextLock);
    return Complete(Irp, status, NT_SUCCESS(status) ? length : 0);
}

static VOID Start(PJOURNAL Journal, ULONG Milliseconds)
{
    LARGE_INTEGER due;
    due.QuadPart = -10000LL * max(Milliseconds, 1u);
    KeSetTimerEx(&Journal->Timer, due, (LONG)min(Milliseconds, 60000u), &Journal->Dpc);
}

NTSTATUS JournalControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PJOURNAL journal = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    PVOID buffer = Irp->AssociatedIrp.SystemBuffer;
    PJOURNAL_FILL fill = buffer;
    KIRQL irql;
    switch (location->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_JOURNAL_START:
        if (location->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG))
            return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        Start(journal, *(PULONG)buffer);
        return Complete(Irp, STATUS_SUCCESS, 0);
    case IOCTL_JOURNAL_STOP:
        KeCancelTimer(&journal->Timer);
        return Complete(Irp, STATUS_SUCCESS, 0);
    case IOCTL_JOURNAL_FILL:
        if (location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(*fill))
            return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        KeAcquireSpinLock(&journal->Lock, &irql);
        fill->Waiting = journal->WaitingCount;
        fill->Dropped = journal->Dropped;
        KeReleaseSpinLock(&journal->Lock, irql);
        ExAcquireFastMutex(&journal->TextLock);
        fill->Used = journal->TextUsed;
        ExReleaseFastMutex(&journal->TextLock);
        return Complete(Irp, STATUS_SUCCESS, sizeof(*fill));
    default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

NTSTATUS JournalCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

/* Everything that DriverEntry made; what it did not make is NULL. */
static VOID Release(PDEVICE_OBJECT DeviceObject, BOOLEAN HasList)
{
    PJOURNAL journal = DeviceObject->DeviceExtension;
    while (HasList && !IsListEmpty(&journal->Waiting)) {
        PPACKET packet = CONTAINING_RECORD(RemoveHeadList(&journal->Waiting), PACKET, Link);
        ExFreeToLookasideListEx(&journal->Packets, packet);
    }
    if (HasList)
        ExDeleteLookasideListEx(&journal->Packets);
    if (journal->Work != NULL)
        IoFreeWorkItem(journal->Work);
    if (journal->Text != NULL)
        ExFreePool2(journal->Text, JOURNAL_TAG, NULL, 0);
    if (journal->Ring != NULL)
        ExFreePoolWithTag(journal->Ring, RING_TAG);
    IoDeleteDevice(DeviceObject);
}

VOID JournalUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT device = DriverObject->DeviceObject;
    PJOURNAL journal = device->DeviceExtension;
    KeCancelTimer(&journal->Timer);
    KeFlushQueuedDpcs();
    if (NT_SUCCESS(IoAcquireRemoveLock(&journal->RemoveLock, DriverObject)))
        IoReleaseRemoveLockAndWait(&journal->RemoveLock, DriverObject);
    Release(device, TRUE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Journal");
    PDEVICE_OBJECT device;
    PJOURNAL journal;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(JOURNAL), &name, FILE_DEVICE_UNKNOWN, 0,
                                     FALSE, &device);
    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status))
        return status;
    journal = device->DeviceExtension;
    InitializeListHead(&journal->Waiting);
    KeInitializeSpinLock(&journal->Lock);
    ExInitializeFastMutex(&journal->TextLock);
    IoInitializeRemoveLock(&journal->RemoveLock, JOURNAL_TAG, 0, 0);
    KeInitializeTimer(&journal->Timer);
    KeInitializeDpc(&journal->Dpc, JournalDpc, device);
    status = ExInitializeLookasideListEx(&journal->Packets, NULL, NULL, NonPagedPoolNx, 0,
                                         sizeof(PACKET), PACKET_TAG, 0);
    if (!NT_SUCCESS(status)) {
        Release(device, FALSE);
        return status;
    }
    journal->Ring = ExAllocatePoolWithTag(NonPagedPoolNx, JOURNAL_RING_BYTES, RING_TAG);
    journal->Text = ExAllocatePool2(POOL_FLAG_PAGED, JOURNAL_BYTES, JOURNAL_TAG);
    journal->Work = IoAllocateWorkItem(device);
    if (journal->Ring == NULL || journal->Text == NULL || journal->Work == NULL) {
        Release(device, TRUE);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    device->Flags |= DO_BUFFERED_IO;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = JournalCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = JournalCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = JournalCreateClose;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = JournalWrite;
    DriverObject->MajorFunction[IRP_MJ_READ] = JournalRead;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = JournalControl;
    DriverObject->DriverUnload = JournalUnload;
    return STATUS_SUCCESS;
}
