/* memory_fs.h - a file system of a page, for tests of filters: eight files in memory on the device
 * \Device\MemoryVolume. Include once. */
#ifndef TESTS_MEMORY_FS_H
#define TESTS_MEMORY_FS_H

#include "expool/driver.h"

#include <ntifs.h>

#include <string.h>

enum { MEMORY_FILES = 8, MEMORY_NAME_BYTES = 64, MEMORY_FILE_BYTES = 512 };

struct memory_file {
    UNICODE_STRING name;
    unsigned char letters[MEMORY_NAME_BYTES];
    unsigned char data[MEMORY_FILE_BYTES];
    ULONG bytes;
};

static struct {
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT device;
    struct memory_file files[MEMORY_FILES];
    ULONG device_flags; /* DO_BUFFERED_IO, DO_DIRECT_IO or none: before the driver is loaded */
    BOOLEAN is_late;    /* reads are completed by a thread of their own, at DISPATCH_LEVEL */
    unsigned count[IRP_MJ_MAXIMUM_FUNCTION + 1];
} memory_fs;

static inline NTSTATUS memory_fs_finish(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static inline struct memory_file *memory_fs_find(PCUNICODE_STRING name)
{
    for (unsigned i = 0; i < MEMORY_FILES; i++)
        if (memory_fs.files[i].name.Buffer != NULL &&
            RtlEqualUnicodeString(&memory_fs.files[i].name, name, TRUE))
            return &memory_fs.files[i];
    return NULL;
}

static inline NTSTATUS memory_fs_create(PIRP irp, PIO_STACK_LOCATION location)
{
    PCUNICODE_STRING name = &location->FileObject->FileName;
    struct memory_file *file = memory_fs_find(name);
    for (unsigned i = 0; i < MEMORY_FILES && file == NULL; i++)
        if (memory_fs.files[i].name.Buffer == NULL && name->Length <= MEMORY_NAME_BYTES)
            file = &memory_fs.files[i];
    if (file == NULL)
        return memory_fs_finish(irp, STATUS_DISK_FULL, 0);
    memcpy(file->letters, name->Buffer, name->Length);
    file->name = (UNICODE_STRING){name->Length, MEMORY_NAME_BYTES, (PWCH)(void *)file->letters};
    location->FileObject->FsContext = file;
    return memory_fs_finish(irp, STATUS_SUCCESS, FILE_OPENED);
}

/* Where the bytes of a transfer are. */
static inline unsigned char *memory_fs_buffer(PIRP irp)
{
    if (irp->MdlAddress != NULL)
        return MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
    return irp->AssociatedIrp.SystemBuffer != NULL ? irp->AssociatedIrp.SystemBuffer
                                                   : irp->UserBuffer;
}

static inline NTSTATUS memory_fs_transfer(PIRP irp, PIO_STACK_LOCATION location)
{
    struct memory_file *file = location->FileObject->FsContext;
    ULONG offset = location->Parameters.Read.ByteOffset.LowPart;
    ULONG length = location->Parameters.Read.Length;
    if (location->MajorFunction == IRP_MJ_WRITE) {
        if (offset > MEMORY_FILE_BYTES || length > MEMORY_FILE_BYTES - offset)
            return memory_fs_finish(irp, STATUS_DISK_FULL, 0);
        memcpy(file->data + offset, memory_fs_buffer(irp), length);
        file->bytes = max(file->bytes, offset + length);
        return memory_fs_finish(irp, STATUS_SUCCESS, length);
    }
    if (offset >= file->bytes)
        return memory_fs_finish(irp, STATUS_END_OF_FILE, 0);
    length = min(length, file->bytes - offset);
    memcpy(memory_fs_buffer(irp), file->data + offset, length);
    return memory_fs_finish(irp, STATUS_SUCCESS, length);
}

static inline VOID memory_fs_later(PVOID context)
{
    PIRP irp = context;
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    memory_fs_transfer(irp, IoGetCurrentIrpStackLocation(irp));
    KeLowerIrql(irql);
}

static inline NTSTATUS memory_fs_query(PIRP irp, PIO_STACK_LOCATION location)
{
    const struct memory_file *file = location->FileObject->FsContext;
    FILE_STANDARD_INFORMATION *standard = irp->AssociatedIrp.SystemBuffer;
    if (location->Parameters.QueryFile.FileInformationClass != FileStandardInformation)
        return memory_fs_finish(irp, STATUS_INVALID_PARAMETER, 0);
    if (location->Parameters.QueryFile.Length < sizeof(*standard))
        return memory_fs_finish(irp, STATUS_INFO_LENGTH_MISMATCH, 0);
    memset(standard, 0, sizeof(*standard));
    standard->EndOfFile.QuadPart = file->bytes;
    standard->NumberOfLinks = 1;
    return memory_fs_finish(irp, STATUS_SUCCESS, sizeof(*standard));
}

static inline NTSTATUS memory_fs_rename(PIRP irp, PIO_STACK_LOCATION location)
{
    struct memory_file *file = location->FileObject->FsContext;
    const FILE_RENAME_INFORMATION *rename = irp->AssociatedIrp.SystemBuffer;
    if (location->Parameters.SetFile.FileInformationClass != FileRenameInformation)
        return memory_fs_finish(irp, STATUS_INVALID_PARAMETER, 0);
    if (rename->FileNameLength > MEMORY_NAME_BYTES)
        return memory_fs_finish(irp, STATUS_NAME_TOO_LONG, 0);
    memcpy(file->letters, rename->FileName, rename->FileNameLength);
    file->name.Length = (USHORT)rename->FileNameLength;
    return memory_fs_finish(irp, STATUS_SUCCESS, 0);
}

static inline NTSTATUS memory_fs_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    PWORK_QUEUE_ITEM work;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    memory_fs.count[location->MajorFunction]++;
    switch (location->MajorFunction) {
    case IRP_MJ_CREATE: return memory_fs_create(irp, location);
    case IRP_MJ_READ:
        if (!memory_fs.is_late)
            return memory_fs_transfer(irp, location);
        IoMarkIrpPending(irp);
        work = (PWORK_QUEUE_ITEM)(void *)irp->Tail.Overlay.DriverContext; /* it has just the size */
        ExInitializeWorkItem(work, memory_fs_later, irp);
        ExQueueWorkItem(work, DelayedWorkQueue);
        return STATUS_PENDING;
    case IRP_MJ_WRITE: return memory_fs_transfer(irp, location);
    case IRP_MJ_QUERY_INFORMATION: return memory_fs_query(irp, location);
    case IRP_MJ_SET_INFORMATION: return memory_fs_rename(irp, location);
    case IRP_MJ_FLUSH_BUFFERS:
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_CLEANUP:
    case IRP_MJ_CLOSE: return memory_fs_finish(irp, STATUS_SUCCESS, 0);
    default: return memory_fs_finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static inline VOID memory_fs_unload(PDRIVER_OBJECT driver)
{
    IoDeleteDevice(driver->DeviceObject);
}

static inline NTSTATUS memory_fs_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    UNICODE_STRING name;
    static const unsigned short letters[] = {'\\', 'D', 'e', 'v', 'i', 'c', 'e',
                                             '\\', 'M', 'e', 'm', 'o', 'r', 'y',
                                             'V',  'o', 'l', 'u', 'm', 'e', 0};
    WCHAR copy[sizeof(letters) / sizeof(WCHAR)];
    memcpy(copy, letters, sizeof(copy));
    RtlInitUnicodeString(&name, copy);
    NTSTATUS status =
        IoCreateDevice(driver, 0, &name, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &memory_fs.device);
    if (!NT_SUCCESS(status))
        return status;
    memory_fs.device->Flags |= memory_fs.device_flags;
    memory_fs.device->SectorSize = MEMORY_FILE_BYTES;
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = memory_fs_dispatch;
    driver->DriverUnload = memory_fs_unload;
    return STATUS_SUCCESS;
}

#endif
