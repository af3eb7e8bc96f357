/* driver.c - a table of named objects behind an I/O control interface: entries from a lookaside
 * list, names in paged pool, a fast mutex over the names, a spin lock over the list and the counts.
 *
 * PLANTED_BUG=1 .. 6 puts one mistake in, each of another kind; without it the driver is sound as
 * far as its author knows. */
#include <wdm.h>

#include "object_table.h"

#ifndef PLANTED_BUG
#define PLANTED_BUG 0
#endif

#define ENTRY_TAG 'tnEO'
#define NAME_TAG  'maNO'

typedef struct _ENTRY {
    LIST_ENTRY Link;
    struct _ENTRY *Parent; /* counted in its References */
    ULONG Id;
    LONG References;
    ULONG NameLength;
    PUCHAR Name; /* paged, ends with 0 */
} ENTRY, *PENTRY;

typedef struct _TABLE {
    LIST_ENTRY Entries;
    KSPIN_LOCK Lock;      /* Entries, Count, References */
    FAST_MUTEX NamesLock; /* names, and who may change entries */
    LOOKASIDE_LIST_EX Cache;
    ULONG Count;
    ULONG NextId;
} TABLE, *PTABLE;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD TableUnload;
DRIVER_DISPATCH TableCreateClose;
DRIVER_DISPATCH TableControl;

/* With the spin lock held. */
static PENTRY FindLocked(PTABLE Table, ULONG Id)
{
    PLIST_ENTRY at;
    for (at = Table->Entries.Flink; at != &Table->Entries; at = at->Flink) {
        PENTRY entry = CONTAINING_RECORD(at, ENTRY, Link);
        if (entry->Id == Id)
            return entry;
    }
    return NULL;
}

static PENTRY Find(PTABLE Table, ULONG Id)
{
    KIRQL irql;
    PENTRY entry;
    KeAcquireSpinLock(&Table->Lock, &irql);
    entry = FindLocked(Table, Id);
    KeReleaseSpinLock(&Table->Lock, irql);
    return entry;
}

static PUCHAR CopyName(const UCHAR *Name, ULONG Length)
{
#if PLANTED_BUG == 1 /* no room for the 0 at the end */
    PUCHAR copy = ExAllocatePool2(POOL_FLAG_PAGED, Length, NAME_TAG);
#else
    PUCHAR copy = ExAllocatePool2(POOL_FLAG_PAGED, Length + 1, NAME_TAG);
#endif
    if (copy == NULL)
        return NULL;
    RtlCopyMemory(copy, Name, Length);
    copy[Length] = 0;
    return copy;
}

static VOID FreeEntry(PTABLE Table, PENTRY Entry)
{
    ExFreePoolWithTag(Entry->Name, NAME_TAG);
    ExFreeToLookasideListEx(&Table->Cache, Entry);
}

/* The last reference takes the entry along, and then the parent's may be the last. */
static VOID Release(PTABLE Table, PENTRY Entry)
{
    while (Entry != NULL) {
        KIRQL irql;
        LONG left;
        PENTRY parent = Entry->Parent;
        KeAcquireSpinLock(&Table->Lock, &irql);
        left = --Entry->References;
        KeReleaseSpinLock(&Table->Lock, irql);
        if (left > 0)
            return;
        FreeEntry(Table, Entry);
        Entry = parent;
    }
}

static NTSTATUS Create(PTABLE Table, POBJECT_REQUEST Request, PULONG Id)
{
    KIRQL irql;
    PENTRY entry;
    if (Request->NameLength == 0 || Request->NameLength > OBJECT_NAME_MAX)
        return STATUS_INVALID_PARAMETER;
    entry = ExAllocateFromLookasideListEx(&Table->Cache);
    if (entry == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(entry, sizeof(*entry));
    entry->Name = CopyName((const UCHAR *)(Request + 1), Request->NameLength);
    if (entry->Name == NULL) {
#if PLANTED_BUG != 3 /* the entry is forgotten */
        ExFreeToLookasideListEx(&Table->Cache, entry);
#endif
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    entry->NameLength = Request->NameLength;
    entry->References = 1;
    KeAcquireSpinLock(&Table->Lock, &irql);
    if (Table->Count == OBJECTS_MAX) {
        KeReleaseSpinLock(&Table->Lock, irql);
        FreeEntry(Table, entry);
        return STATUS_QUOTA_EXCEEDED;
    }
    entry->Id = ++Table->NextId;
    *Id = entry->Id;
    InsertTailList(&Table->Entries, &entry->Link);
    Table->Count++;
    KeReleaseSpinLock(&Table->Lock, irql);
    return STATUS_SUCCESS;
}

static NTSTATUS Delete(PTABLE Table, ULONG Id)
{
    KIRQL irql;
    PENTRY entry;
    KeAcquireSpinLock(&Table->Lock, &irql);
    entry = FindLocked(Table, Id);
    if (entry == NULL) {
#if PLANTED_BUG != 6 /* the lock stays taken, the IRQL raised */
        KeReleaseSpinLock(&Table->Lock, irql);
#endif
        return STATUS_NOT_FOUND;
    }
    RemoveEntryList(&entry->Link);
    Table->Count--;
    KeReleaseSpinLock(&Table->Lock, irql);
    Release(Table, entry);
    return STATUS_SUCCESS;
}

static NTSTATUS Rename(PTABLE Table, POBJECT_REQUEST Request)
{
    PENTRY entry = Find(Table, Request->Id);
    PUCHAR name;
    if (entry == NULL)
        return STATUS_NOT_FOUND;
    if (Request->NameLength == 0 || Request->NameLength > OBJECT_NAME_MAX)
        return STATUS_INVALID_PARAMETER;
#if PLANTED_BUG == 5 /* and when there is no memory for the new one, the entry has a freed name */
    ExFreePoolWithTag(entry->Name, NAME_TAG);
#endif
    name = CopyName((const UCHAR *)(Request + 1), Request->NameLength);
    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
#if PLANTED_BUG != 5
    ExFreePoolWithTag(entry->Name, NAME_TAG);
#endif
    entry->Name = name;
    entry->NameLength = Request->NameLength;
    return STATUS_SUCCESS;
}

static NTSTATUS Query(PTABLE Table, ULONG Id, PUCHAR Output, ULONG Room, PULONG_PTR Bytes)
{
    KIRQL irql;
    NTSTATUS status = STATUS_SUCCESS;
    PENTRY entry = Find(Table, Id);
    if (entry == NULL)
        return STATUS_NOT_FOUND;
    if (Room < entry->NameLength)
        return STATUS_BUFFER_TOO_SMALL;
#if PLANTED_BUG == 4 /* names are paged */
    KeAcquireSpinLock(&Table->Lock, &irql);
    RtlCopyMemory(Output, entry->Name, entry->NameLength);
    KeReleaseSpinLock(&Table->Lock, irql);
#else
    UNREFERENCED_PARAMETER(irql);
    RtlCopyMemory(Output, entry->Name, entry->NameLength);
#endif
    *Bytes = entry->NameLength;
    return status;
}

/* No entry may come to be above itself. */
static BOOLEAN IsAbove(PENTRY Candidate, PENTRY Entry)
{
    for (; Entry != NULL; Entry = Entry->Parent)
        if (Entry == Candidate)
            return TRUE;
    return FALSE;
}

static NTSTATUS LinkTo(PTABLE Table, ULONG Id, ULONG ParentId)
{
    KIRQL irql;
    PENTRY entry = Find(Table, Id);
    PENTRY parent = ParentId != 0 ? Find(Table, ParentId) : NULL;
    PENTRY before;
    if (entry == NULL || (ParentId != 0 && parent == NULL))
        return STATUS_NOT_FOUND;
    if (IsAbove(entry, parent))
        return STATUS_INVALID_PARAMETER;
#if PLANTED_BUG != 2 /* the parent is not counted: deleted, it is still used */
    if (parent != NULL) {
        KeAcquireSpinLock(&Table->Lock, &irql);
        parent->References++;
        KeReleaseSpinLock(&Table->Lock, irql);
    }
    before = entry->Parent;
    entry->Parent = parent;
    Release(Table, before);
#else
    UNREFERENCED_PARAMETER(irql);
    UNREFERENCED_PARAMETER(before);
    entry->Parent = parent;
#endif
    return STATUS_SUCCESS;
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS TableCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Dispatch(PTABLE Table, PIRP Irp, PULONG_PTR Bytes)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    ULONG input = location->Parameters.DeviceIoControl.InputBufferLength;
    ULONG output = location->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID buffer = Irp->AssociatedIrp.SystemBuffer;
    POBJECT_REQUEST request = buffer;
    ULONG code = location->Parameters.DeviceIoControl.IoControlCode;
    NTSTATUS status;
    BOOLEAN has_name = code == IOCTL_OBJECT_CREATE || code == IOCTL_OBJECT_RENAME;
    if (code == IOCTL_OBJECT_COUNT) {
        if (output < sizeof(ULONG))
            return STATUS_BUFFER_TOO_SMALL;
        *(PULONG)buffer = Table->Count;
        *Bytes = sizeof(ULONG);
        return STATUS_SUCCESS;
    }
    if (input < ((has_name || code == IOCTL_OBJECT_LINK) ? sizeof(*request) : sizeof(ULONG)))
        return STATUS_BUFFER_TOO_SMALL;
    if (has_name && request->NameLength > input - sizeof(*request))
        return STATUS_INVALID_PARAMETER;
    switch (code) {
    case IOCTL_OBJECT_CREATE:
        if (output < sizeof(ULONG))
            return STATUS_BUFFER_TOO_SMALL;
        status = Create(Table, request, (PULONG)buffer);
        *Bytes = NT_SUCCESS(status) ? sizeof(ULONG) : 0;
        return status;
    case IOCTL_OBJECT_DELETE: return Delete(Table, *(PULONG)buffer);
    case IOCTL_OBJECT_RENAME: return Rename(Table, request);
    case IOCTL_OBJECT_QUERY: return Query(Table, *(PULONG)buffer, buffer, output, Bytes);
    case IOCTL_OBJECT_LINK: return LinkTo(Table, request->Id, request->Other);
    default: return STATUS_INVALID_DEVICE_REQUEST;
    }
}

NTSTATUS TableControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTABLE table = DeviceObject->DeviceExtension;
    ULONG_PTR bytes = 0;
    NTSTATUS status;
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&table->NamesLock);
    status = Dispatch(table, Irp, &bytes);
    ExReleaseFastMutexUnsafe(&table->NamesLock);
    KeLeaveCriticalRegion();
    return Complete(Irp, status, bytes);
}

VOID TableUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT device = DriverObject->DeviceObject;
    PTABLE table = device->DeviceExtension;
    UNICODE_STRING link;
    while (!IsListEmpty(&table->Entries)) {
        PENTRY entry = CONTAINING_RECORD(RemoveHeadList(&table->Entries), ENTRY, Link);
        Release(table, entry);
    }
    ExDeleteLookasideListEx(&table->Cache);
    RtlInitUnicodeString(&link, L"\\DosDevices\\ObjectTable");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(device);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    PTABLE table;
    UNICODE_STRING name;
    UNICODE_STRING link;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&name, L"\\Device\\ObjectTable");
    RtlInitUnicodeString(&link, L"\\DosDevices\\ObjectTable");
    status =
        IoCreateDevice(DriverObject, sizeof(TABLE), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    table = device->DeviceExtension;
    InitializeListHead(&table->Entries);
    KeInitializeSpinLock(&table->Lock);
    ExInitializeFastMutex(&table->NamesLock);
    status = ExInitializeLookasideListEx(&table->Cache, NULL, NULL, NonPagedPoolNx, 0,
                                         sizeof(ENTRY), ENTRY_TAG, 0);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        ExDeleteLookasideListEx(&table->Cache);
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = TableCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = TableCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = TableCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = TableControl;
    DriverObject->DriverUnload = TableUnload;
    return STATUS_SUCCESS;
}
