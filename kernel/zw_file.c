/* zw_file.c - files by handle: requests to the device they lie on, waited for. */
#include "expool/zw_file.h"

#include "expool/named_event.h"
#include "kernel/io_device.h"
#include "kernel/io_request.h"
#include "kernel/object.h"
#include "kernel/previous_mode.h"
#include "kernel/thread.h"
#include "kernel/zw_level.h"

#include <string.h>

NTSTATUS ZwCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                      PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                      ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength)
{
    ZW_LEVEL(ZwCreateFile);
    (void)AllocationSize;
    (void)EaBuffer;
    (void)EaLength;
    PFILE_OBJECT file;
    const struct file_request request = {.name = ObjectAttributes->ObjectName,
                                         .access = DesiredAccess,
                                         .share = ShareAccess,
                                         .options = CreateDisposition << 24 | CreateOptions,
                                         .attributes = FileAttributes,
                                         .mode = KernelMode};
    IoStatusBlock->Information = 0;
    NTSTATUS status = ObjectAttributes->RootDirectory != NULL
                          ? STATUS_NOT_SUPPORTED
                          : file_open(&request, &file, &IoStatusBlock->Information);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        status = STATUS_OBJECT_PATH_NOT_FOUND; /* no such device */
    IoStatusBlock->Status = status;
    if (!NT_SUCCESS(status))
        return status;
    *FileHandle = handle_open(file, DesiredAccess, ObjectAttributes->Attributes);
    if (*FileHandle == NULL) {
        file_cleanup(file);
        status = STATUS_INSUFFICIENT_RESOURCES;
    }
    object_release(file);
    return status;
}

NTSTATUS ZwOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                    POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                    ULONG ShareAccess, ULONG OpenOptions)
{
    ZW_LEVEL(ZwOpenFile);
    return ZwCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, NULL, 0,
                        ShareAccess, FILE_OPEN, OpenOptions, NULL, 0);
}

/* One request under way. */
struct sending {
    PFILE_OBJECT file;
    PDEVICE_OBJECT top;
    PIRP irp;
    IO_STATUS_BLOCK status;
    KEVENT done;
};

/* NULL in irp: no memory, and everything is given back. */
static NTSTATUS sending_start(struct sending *sending, HANDLE handle, UCHAR major)
{
    PVOID file;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &file, NULL);
    if (!NT_SUCCESS(status))
        return status;
    *sending = (struct sending){.file = file};
    sending->top = IoGetAttachedDeviceReference(sending->file->DeviceObject);
    sending->irp = IoAllocateIrp(sending->top->StackSize, FALSE);
    if (sending->irp == NULL) {
        object_release(sending->top);
        object_release(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeEvent(&sending->done, NotificationEvent, FALSE);
    sending->irp->UserEvent = &sending->done;
    sending->irp->UserIosb = &sending->status;
    sending->irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    sending->irp->Tail.Overlay.OriginalFileObject = sending->file;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(sending->irp);
    next->MajorFunction = major;
    next->FileObject = sending->file;
    return STATUS_SUCCESS;
}

static NTSTATUS sending_finish(struct sending *sending, bool has_buffer, PIO_STATUS_BLOCK block,
                               HANDLE event)
{
    if (has_buffer) {
        IofCallDriver(sending->top, sending->irp);
        KeWaitForSingleObject(&sending->done, Executive, KernelMode, FALSE, NULL);
    } else {
        request_discard(sending->irp);
        sending->status.Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    *block = sending->status;
    object_release(sending->top);
    object_release(sending->file);
    if (event != NULL)
        ZwSetEvent(event, NULL);
    return block->Status;
}

struct transfer {
    UCHAR major;
    PVOID buffer;
    ULONG length;
    const LARGE_INTEGER *offset;
    const ULONG *key;
};

static NTSTATUS transfer(HANDLE handle, HANDLE event, const struct transfer *transfer,
                         PIO_STATUS_BLOCK block)
{
    struct sending sending;
    NTSTATUS status = sending_start(&sending, handle, transfer->major);
    if (!NT_SUCCESS(status))
        return status;
    PFILE_OBJECT file = sending.file;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(sending.irp);
    next->Parameters.Read.Length = transfer->length;
    next->Parameters.Read.Key = transfer->key != NULL ? *transfer->key : 0;
    next->Parameters.Read.ByteOffset =
        transfer->offset != NULL ? *transfer->offset : file->CurrentByteOffset;
    LONGLONG start = next->Parameters.Read.ByteOffset.QuadPart;
    bool is_read = transfer->major == IRP_MJ_READ;
    bool has_buffer = request_give_buffer(sending.irp, request_buffer_of(sending.top),
                                          transfer->buffer, transfer->length, is_read);
    object_reference(file);
    status = sending_finish(&sending, has_buffer, block, event);
    if (NT_SUCCESS(status) && (file->Flags & FO_SYNCHRONOUS_IO) != 0)
        file->CurrentByteOffset.QuadPart = start + (LONGLONG)block->Information;
    object_release(file);
    return status;
}

NTSTATUS ZwReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                    PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                    PLARGE_INTEGER ByteOffset, PULONG Key)
{
    ZW_LEVEL(ZwReadFile);
    (void)ApcContext;
    if (ApcRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    return transfer(FileHandle, Event,
                    &(struct transfer){IRP_MJ_READ, Buffer, Length, ByteOffset, Key},
                    IoStatusBlock);
}

NTSTATUS ZwWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                     PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                     PLARGE_INTEGER ByteOffset, PULONG Key)
{
    ZW_LEVEL(ZwWriteFile);
    (void)ApcContext;
    if (ApcRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    return transfer(FileHandle, Event,
                    &(struct transfer){IRP_MJ_WRITE, Buffer, Length, ByteOffset, Key},
                    IoStatusBlock);
}

NTSTATUS ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                               PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                               ULONG IoControlCode, PVOID InputBuffer, ULONG InputBufferLength,
                               PVOID OutputBuffer, ULONG OutputBufferLength)
{
    ZW_LEVEL(ZwDeviceIoControlFile);
    (void)ApcContext;
    struct sending sending;
    if (ApcRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    NTSTATUS status = sending_start(&sending, FileHandle, IRP_MJ_DEVICE_CONTROL);
    if (!NT_SUCCESS(status))
        return status;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(sending.irp);
    next->Parameters.DeviceIoControl.IoControlCode = IoControlCode;
    next->Parameters.DeviceIoControl.InputBufferLength = InputBufferLength;
    next->Parameters.DeviceIoControl.OutputBufferLength = OutputBufferLength;
    const struct ioctl_buffers buffers = {IoControlCode, InputBuffer, InputBufferLength,
                                          OutputBuffer, OutputBufferLength};
    bool has_buffers = request_give_ioctl(sending.irp, &buffers);
    return sending_finish(&sending, has_buffers, IoStatusBlock, Event);
}

static NTSTATUS position(HANDLE handle, PIO_STATUS_BLOCK block, FILE_POSITION_INFORMATION *at,
                         bool is_set)
{
    PVOID body;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &body, NULL);
    if (!NT_SUCCESS(status))
        return status;
    PFILE_OBJECT file = body;
    if (is_set)
        file->CurrentByteOffset = at->CurrentByteOffset;
    else
        at->CurrentByteOffset = file->CurrentByteOffset;
    object_release(body);
    block->Information = is_set ? 0 : sizeof(*at);
    return block->Status = STATUS_SUCCESS;
}

/* A query or a setting, by a system buffer as always. */
static NTSTATUS information(HANDLE handle, PIO_STATUS_BLOCK block, const struct transfer *transfer,
                            FILE_INFORMATION_CLASS class)
{
    struct sending sending;
    bool is_query = transfer->major == IRP_MJ_QUERY_INFORMATION;
    if (class == FilePositionInformation && transfer->length >= sizeof(FILE_POSITION_INFORMATION))
        return position(handle, block, transfer->buffer, !is_query);
    if (class == FilePositionInformation)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = sending_start(&sending, handle, transfer->major);
    if (!NT_SUCCESS(status))
        return status;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(sending.irp);
    next->Parameters.QueryFile.Length = transfer->length;
    next->Parameters.QueryFile.FileInformationClass = class;
    bool has_buffer = request_give_buffer(sending.irp, BUFFER_SYSTEM, transfer->buffer,
                                          transfer->length, is_query);
    return sending_finish(&sending, has_buffer, block, NULL);
}

NTSTATUS ZwQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                PVOID FileInformation, ULONG Length,
                                FILE_INFORMATION_CLASS FileInformationClass)
{
    ZW_LEVEL(ZwQueryInformationFile);
    return information(
        FileHandle, IoStatusBlock,
        &(struct transfer){IRP_MJ_QUERY_INFORMATION, FileInformation, Length, NULL, NULL},
        FileInformationClass);
}

NTSTATUS ZwSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                              PVOID FileInformation, ULONG Length,
                              FILE_INFORMATION_CLASS FileInformationClass)
{
    ZW_LEVEL(ZwSetInformationFile);
    return information(
        FileHandle, IoStatusBlock,
        &(struct transfer){IRP_MJ_SET_INFORMATION, FileInformation, Length, NULL, NULL},
        FileInformationClass);
}
