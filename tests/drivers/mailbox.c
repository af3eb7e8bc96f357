/* mailbox.c - a driver of ours, written as drivers are: a write leaves a letter, a read takes one
 * or waits for it in a cancel-safe queue. Compiled by the two command lines of
 * docs/COMPATIBILITY.md. */
#include <ntddk.h>

#include "mailbox.h"

#define MAILBOX_TAG   'xobM'
#define DEFAULT_DEPTH 4

typedef struct _LETTER {
    LIST_ENTRY Link;
    ULONG Length;
    UCHAR Text[ANYSIZE_ARRAY];
} LETTER, *PLETTER;

typedef struct _DEVICE_EXTENSION {
    LIST_ENTRY Letters;
    LIST_ENTRY Readers;
    KSPIN_LOCK Lock;
    IO_CSQ Queue;
    IO_REMOVE_LOCK RemoveLock;
    PIO_WORKITEM WorkItem;
    LONG WorkQueued;
    ULONG Count;
    ULONG Depth;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD MailboxUnload;
IO_WORKITEM_ROUTINE MailboxDeliver;

_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH MailboxCreateClose;
_Dispatch_type_(IRP_MJ_CLEANUP) DRIVER_DISPATCH MailboxCleanup;
_Dispatch_type_(IRP_MJ_READ) DRIVER_DISPATCH MailboxRead;
_Dispatch_type_(IRP_MJ_WRITE) DRIVER_DISPATCH MailboxWrite;
_Dispatch_type_(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH MailboxControl;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, MailboxUnload)
#pragma alloc_text(PAGE, MailboxCreateClose)
#endif

static VOID InsertReader(_In_ PIO_CSQ Queue, _In_ PIRP Irp)
{
    PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Queue, DEVICE_EXTENSION, Queue);
    InsertTailList(&Extension->Readers, &Irp->Tail.Overlay.ListEntry);
}

static VOID RemoveReader(_In_ PIO_CSQ Queue, _In_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(Queue);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

static PIRP PeekReader(_In_ PIO_CSQ Queue, _In_ PIRP Irp, _In_ PVOID PeekContext)
{
    PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Queue, DEVICE_EXTENSION, Queue);
    PLIST_ENTRY Entry = Irp == NULL ? Extension->Readers.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    for (; Entry != &Extension->Readers; Entry = Entry->Flink) {
        PIRP Next = CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
        if (PeekContext == NULL || IoGetCurrentIrpStackLocation(Next)->FileObject == PeekContext)
            return Next;
    }
    return NULL;
}

_IRQL_raises_(DISPATCH_LEVEL) static VOID LockReaders(_In_ PIO_CSQ Queue, _Out_ PKIRQL Irql)
{
    KeAcquireSpinLock(&CONTAINING_RECORD(Queue, DEVICE_EXTENSION, Queue)->Lock, Irql);
}

_IRQL_requires_(DISPATCH_LEVEL) static VOID UnlockReaders(_In_ PIO_CSQ Queue, _In_ KIRQL Irql)
{
    KeReleaseSpinLock(&CONTAINING_RECORD(Queue, DEVICE_EXTENSION, Queue)->Lock, Irql);
}

static NTSTATUS Complete(_In_ PIRP Irp, _In_ NTSTATUS Status, _In_ ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID CompleteCanceled(_In_ PIO_CSQ Queue, _In_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(Queue);
    Complete(Irp, STATUS_CANCELLED, 0);
}

/* A letter that waits for a reader stays where it is counted until there is one. */
static PLETTER TakeLetter(_In_ PDEVICE_EXTENSION Extension, _In_ BOOLEAN ForReader)
{
    PLETTER Letter = NULL;
    KIRQL Irql;
    KeAcquireSpinLock(&Extension->Lock, &Irql);
    if (!IsListEmpty(&Extension->Letters) && !(ForReader && IsListEmpty(&Extension->Readers))) {
        Letter = CONTAINING_RECORD(RemoveHeadList(&Extension->Letters), LETTER, Link);
        Extension->Count--;
    }
    KeReleaseSpinLock(&Extension->Lock, Irql);
    return Letter;
}

static VOID ReturnLetter(_In_ PDEVICE_EXTENSION Extension, _In_ PLETTER Letter)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Extension->Lock, &Irql);
    InsertHeadList(&Extension->Letters, &Letter->Link);
    Extension->Count++;
    KeReleaseSpinLock(&Extension->Lock, Irql);
}

VOID MailboxDeliver(_In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PVOID Context)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    PLETTER Letter;
    UNREFERENCED_PARAMETER(Context);
    InterlockedExchange(&Extension->WorkQueued, 0);
    while ((Letter = TakeLetter(Extension, TRUE)) != NULL) {
        PIRP Irp = IoCsqRemoveNextIrp(&Extension->Queue, NULL);
        if (Irp == NULL) { /* cancelled meanwhile */
            ReturnLetter(Extension, Letter);
            break;
        }
        ULONG Room = IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length;
        ULONG Length = min(Letter->Length, Room);
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Letter->Text, Length);
        Complete(Irp, Length < Letter->Length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, Length);
        ExFreePoolWithTag(Letter, MAILBOX_TAG);
    }
    IoReleaseRemoveLock(&Extension->RemoveLock, DeviceObject);
}

static VOID QueueDelivery(_In_ PDEVICE_OBJECT DeviceObject)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    if (InterlockedExchange(&Extension->WorkQueued, 1) != 0)
        return;
    if (NT_SUCCESS(IoAcquireRemoveLock(&Extension->RemoveLock, DeviceObject)))
        IoQueueWorkItem(Extension->WorkItem, MailboxDeliver, DelayedWorkQueue, NULL);
}

_Use_decl_annotations_ NTSTATUS MailboxRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length == 0)
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    IoCsqInsertIrp(&Extension->Queue, Irp, NULL);
    QueueDelivery(DeviceObject);
    return STATUS_PENDING;
}

_Use_decl_annotations_ NTSTATUS MailboxWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
    BOOLEAN IsFull;
    KIRQL Irql;
    if (Length == 0)
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    PLETTER Letter =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, FIELD_OFFSET(LETTER, Text) + Length, MAILBOX_TAG);
    if (Letter == NULL)
        return Complete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    Letter->Length = Length;
    RtlCopyMemory(Letter->Text, Irp->AssociatedIrp.SystemBuffer, Length);
    KeAcquireSpinLock(&Extension->Lock, &Irql);
    IsFull = Extension->Count >= Extension->Depth;
    if (!IsFull) {
        InsertTailList(&Extension->Letters, &Letter->Link);
        Extension->Count++;
    }
    KeReleaseSpinLock(&Extension->Lock, Irql);
    if (IsFull) {
        ExFreePoolWithTag(Letter, MAILBOX_TAG);
        return Complete(Irp, STATUS_DEVICE_BUSY, 0);
    }
    QueueDelivery(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, Length);
}

static NTSTATUS Peek(_In_ PDEVICE_EXTENSION Extension, _In_ PMDL Mdl, _Out_ PULONG_PTR Information)
{
    NTSTATUS Status = STATUS_NO_MORE_ENTRIES;
    KIRQL Irql;
    *Information = 0;
    if (Mdl == NULL)
        return STATUS_BUFFER_TOO_SMALL;
    PUCHAR Buffer = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority | MdlMappingNoExecute);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeAcquireSpinLock(&Extension->Lock, &Irql);
    if (!IsListEmpty(&Extension->Letters)) {
        PLETTER Letter = CONTAINING_RECORD(Extension->Letters.Flink, LETTER, Link);
        *Information = min(Letter->Length, MmGetMdlByteCount(Mdl));
        RtlCopyMemory(Buffer, Letter->Text, *Information);
        Status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&Extension->Lock, Irql);
    return Status;
}

static VOID Clear(_In_ PDEVICE_EXTENSION Extension)
{
    PLETTER Letter;
    while ((Letter = TakeLetter(Extension, FALSE)) != NULL)
        ExFreePoolWithTag(Letter, MAILBOX_TAG);
}

_Use_decl_annotations_ NTSTATUS MailboxControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Location = IoGetCurrentIrpStackLocation(Irp);
    PMAILBOX_COUNT Count = Irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR Information = 0;
    NTSTATUS Status;

    switch (Location->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_MAILBOX_COUNT:
        if (Location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(*Count))
            return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        Count->Letters = Extension->Count;
        Count->Depth = Extension->Depth;
        return Complete(Irp, STATUS_SUCCESS, sizeof(*Count));
    case IOCTL_MAILBOX_PEEK:
        Status = Peek(Extension, Irp->MdlAddress, &Information);
        return Complete(Irp, Status, Information);
    case IOCTL_MAILBOX_CLEAR: Clear(Extension); return Complete(Irp, STATUS_SUCCESS, 0);
    default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

_Use_decl_annotations_ NTSTATUS MailboxCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

_Use_decl_annotations_ NTSTATUS MailboxCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    PFILE_OBJECT FileObject = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PIRP Reader;
    while ((Reader = IoCsqRemoveNextIrp(&Extension->Queue, FileObject)) != NULL)
        Complete(Reader, STATUS_CANCELLED, 0);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

/* The value Depth of the key Parameters below the driver's own. */
static ULONG ReadDepth(_In_ PUNICODE_STRING RegistryPath)
{
    DECLARE_CONST_UNICODE_STRING(Parameters, L"\\Parameters");
    DECLARE_CONST_UNICODE_STRING(ValueName, L"Depth");
    UCHAR Buffer[FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data) + sizeof(ULONG)];
    PKEY_VALUE_PARTIAL_INFORMATION Value = (PKEY_VALUE_PARTIAL_INFORMATION)Buffer;
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Path;
    HANDLE Key = NULL;
    ULONG Depth = DEFAULT_DEPTH;
    ULONG Needed;

    Path.Length = 0;
    Path.MaximumLength = RegistryPath->Length + Parameters.Length;
    Path.Buffer = ExAllocatePoolWithTag(PagedPool, Path.MaximumLength, MAILBOX_TAG);
    if (Path.Buffer == NULL)
        return Depth;
    RtlCopyUnicodeString(&Path, RegistryPath);
    RtlAppendUnicodeStringToString(&Path, &Parameters);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    if (NT_SUCCESS(ZwOpenKey(&Key, KEY_READ, &Attributes))) {
        NTSTATUS Status =
            ZwQueryValueKey(Key, (PUNICODE_STRING)&ValueName, KeyValuePartialInformation, Value,
                            sizeof(Buffer), &Needed);
        if (NT_SUCCESS(Status) && Value->Type == REG_DWORD && Value->DataLength == sizeof(ULONG))
            Depth = *(ULONG UNALIGNED *)Value->Data;
        ZwClose(Key);
    }
    ExFreePoolWithTag(Path.Buffer, MAILBOX_TAG);
    return Depth;
}

VOID MailboxUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT DeviceObject = DriverObject->DeviceObject;
    PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
    UNICODE_STRING Link;
    PAGED_CODE();
    if (NT_SUCCESS(IoAcquireRemoveLock(&Extension->RemoveLock, DriverObject)))
        IoReleaseRemoveLockAndWait(&Extension->RemoveLock, DriverObject);
    RtlInitUnicodeString(&Link, L"\\DosDevices\\Mailbox");
    IoDeleteSymbolicLink(&Link);
    Clear(Extension);
    IoFreeWorkItem(Extension->WorkItem);
    IoDeleteDevice(DeviceObject);
}

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT DeviceObject;
    PDEVICE_EXTENSION Extension;
    UNICODE_STRING Name, Link;
    NTSTATUS Status;

    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    RtlInitUnicodeString(&Name, L"\\Device\\Mailbox");
    RtlInitUnicodeString(&Link, L"\\DosDevices\\Mailbox");
    Status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION), &Name, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension = DeviceObject->DeviceExtension;
    InitializeListHead(&Extension->Letters);
    InitializeListHead(&Extension->Readers);
    KeInitializeSpinLock(&Extension->Lock);
    IoInitializeRemoveLock(&Extension->RemoveLock, MAILBOX_TAG, 0, 0);
    IoCsqInitialize(&Extension->Queue, InsertReader, RemoveReader, PeekReader, LockReaders,
                    UnlockReaders, CompleteCanceled);
    Extension->Depth = ReadDepth(RegistryPath);
    Extension->WorkItem = IoAllocateWorkItem(DeviceObject);
    Status = Extension->WorkItem != NULL ? IoCreateSymbolicLink(&Link, &Name)
                                         : STATUS_INSUFFICIENT_RESOURCES;
    if (!NT_SUCCESS(Status)) {
        if (Extension->WorkItem != NULL)
            IoFreeWorkItem(Extension->WorkItem);
        IoDeleteDevice(DeviceObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = MailboxCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = MailboxCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = MailboxCleanup;
    DriverObject->MajorFunction[IRP_MJ_READ] = MailboxRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = MailboxWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MailboxControl;
    DriverObject->DriverUnload = MailboxUnload;
    DeviceObject->Flags |= DO_BUFFERED_IO;
    KdPrint(("mailbox: %u letters, key %wZ\n", Extension->Depth, RegistryPath));
    return STATUS_SUCCESS;
}
