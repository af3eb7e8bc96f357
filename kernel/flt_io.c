/* flt_io.c - requests that filters send, to what lies below them. */
#include "expool/flt_io.h"

#include "kernel/flt.h"
#include "kernel/io_device.h"
#include "kernel/io_request.h"
#include "kernel/object.h"
#include "kernel/thread.h"

#include "expool/zw_file.h"

#include <string.h>

/* A request in the making: it stands at our own stack location. */
static PIRP make(PFLT_INSTANCE instance, PFILE_OBJECT file, UCHAR major)
{
    PDEVICE_OBJECT device = instance->volume->device;
    PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
    if (irp == NULL)
        return NULL;
    irp->RequestorMode = KernelMode;
    irp->Flags |= IRP_SYNCHRONOUS_API;
    irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    irp->Tail.Overlay.OriginalFileObject = file;
    IoSetNextIrpStackLocation(irp);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    location->MajorFunction = major;
    location->FileObject = file;
    location->DeviceObject = device;
    return irp;
}

static NTSTATUS send(PFLT_INSTANCE instance, PIRP irp, ULONG *bytes)
{
    IO_STATUS_BLOCK status = {0};
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    /* cppcheck-suppress autoVariables; the request is over when this routine is */
    irp->UserEvent = &done;
    /* cppcheck-suppress autoVariables */
    irp->UserIosb = &status;
    flt_dispatch_below(instance->volume, irp, instance);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    if (bytes != NULL)
        *bytes = (ULONG)status.Information;
    return status.Status;
}

struct transfer {
    UCHAR major;
    LARGE_INTEGER *offset;
    ULONG length;
    void *buffer;
    ULONG flags;
};

static NTSTATUS transfer(PFLT_INSTANCE instance, PFILE_OBJECT file, const struct transfer *wanted,
                         ULONG *bytes)
{
    ULONG moved = 0;
    PIRP irp = make(instance, file, wanted->major);
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    LARGE_INTEGER offset = wanted->offset != NULL ? *wanted->offset : file->CurrentByteOffset;
    location->Parameters.Read.Length = wanted->length;
    location->Parameters.Read.ByteOffset = offset;
    if ((wanted->flags & FLTFL_IO_OPERATION_NON_CACHED) != 0)
        irp->Flags |= IRP_NOCACHE;
    if ((wanted->flags & FLTFL_IO_OPERATION_PAGING) != 0)
        irp->Flags |= IRP_PAGING_IO;
    if (!request_give_buffer(irp, request_buffer_of(instance->volume->device), wanted->buffer,
                             wanted->length, wanted->major == IRP_MJ_READ)) {
        request_discard(irp);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = send(instance, irp, &moved);
    bool moves = (wanted->flags & FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET) == 0 &&
                 (file->Flags & FO_SYNCHRONOUS_IO) != 0;
    if (NT_SUCCESS(status) && moves)
        file->CurrentByteOffset.QuadPart = offset.QuadPart + moved;
    if (bytes != NULL)
        *bytes = moved;
    return status;
}

NTSTATUS FltReadFile(PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject,
                     PLARGE_INTEGER ByteOffset, ULONG Length, PVOID Buffer,
                     FLT_IO_OPERATION_FLAGS Flags, PULONG BytesRead,
                     PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext)
{
    (void)CallbackContext;
    if (CallbackRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    const struct transfer wanted = {IRP_MJ_READ, ByteOffset, Length, Buffer, Flags};
    return transfer(InitiatingInstance, FileObject, &wanted, BytesRead);
}

NTSTATUS FltWriteFile(PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject,
                      PLARGE_INTEGER ByteOffset, ULONG Length, PVOID Buffer,
                      FLT_IO_OPERATION_FLAGS Flags, PULONG BytesWritten,
                      PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext)
{
    (void)CallbackContext;
    if (CallbackRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    const struct transfer wanted = {IRP_MJ_WRITE, ByteOffset, Length, Buffer, Flags};
    return transfer(InitiatingInstance, FileObject, &wanted, BytesWritten);
}

/* A class and a system buffer: the query and set requests of files and volumes lie alike. */
struct information {
    UCHAR major;
    ULONG information_class;
    void *buffer;
    ULONG length;
};

static NTSTATUS inform(PFLT_INSTANCE instance, PFILE_OBJECT file, const struct information *wanted,
                       ULONG *bytes)
{
    PIRP irp = make(instance, file, wanted->major);
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    location->Parameters.QueryFile.Length = wanted->length;
    memcpy(&location->Parameters.QueryFile.FileInformationClass, &wanted->information_class,
           sizeof(wanted->information_class));
    bool is_query = wanted->major == IRP_MJ_QUERY_INFORMATION ||
                    wanted->major == IRP_MJ_QUERY_VOLUME_INFORMATION;
    if (!request_give_buffer(irp, BUFFER_SYSTEM, wanted->buffer, wanted->length, is_query)) {
        request_discard(irp);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return send(instance, irp, bytes);
}

NTSTATUS FltQueryInformationFile(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                 PVOID FileInformation, ULONG Length,
                                 FILE_INFORMATION_CLASS FileInformationClass, PULONG LengthReturned)
{
    const struct information wanted = {IRP_MJ_QUERY_INFORMATION, (ULONG)FileInformationClass,
                                       FileInformation, Length};
    return inform(Instance, FileObject, &wanted, LengthReturned);
}

NTSTATUS FltSetInformationFile(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                               PVOID FileInformation, ULONG Length,
                               FILE_INFORMATION_CLASS FileInformationClass)
{
    const struct information wanted = {IRP_MJ_SET_INFORMATION, (ULONG)FileInformationClass,
                                       FileInformation, Length};
    return inform(Instance, FileObject, &wanted, NULL);
}

NTSTATUS FltQueryVolumeInformationFile(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                       PVOID FsInformation, ULONG Length,
                                       FS_INFORMATION_CLASS FsInformationClass,
                                       PULONG LengthReturned)
{
    const struct information wanted = {IRP_MJ_QUERY_VOLUME_INFORMATION, (ULONG)FsInformationClass,
                                       FsInformation, Length};
    return inform(Instance, FileObject, &wanted, LengthReturned);
}

NTSTATUS FltFlushBuffers(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject)
{
    PIRP irp = make(Instance, FileObject, IRP_MJ_FLUSH_BUFFERS);
    return irp != NULL ? send(Instance, irp, NULL) : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS control(PFLT_INSTANCE instance, PFILE_OBJECT file, UCHAR major,
                        const struct ioctl_buffers *buffers, ULONG *bytes)
{
    PIRP irp = make(instance, file, major);
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    location->Parameters.DeviceIoControl.IoControlCode = buffers->code;
    location->Parameters.DeviceIoControl.InputBufferLength = buffers->input_bytes;
    location->Parameters.DeviceIoControl.OutputBufferLength = buffers->output_bytes;
    /* The buffers' routine writes into the next location, as for a request not yet sent. */
    IoSkipCurrentIrpStackLocation(irp);
    bool has_buffers = request_give_ioctl(irp, buffers);
    IoSetNextIrpStackLocation(irp);
    if (!has_buffers) {
        request_discard(irp);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return send(instance, irp, bytes);
}

NTSTATUS FltFsControlFile(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, ULONG FsControlCode,
                          PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                          ULONG OutputBufferLength, PULONG LengthReturned)
{
    const struct ioctl_buffers buffers = {FsControlCode, InputBuffer, InputBufferLength,
                                          OutputBuffer, OutputBufferLength};
    return control(Instance, FileObject, IRP_MJ_FILE_SYSTEM_CONTROL, &buffers, LengthReturned);
}

NTSTATUS FltDeviceIoControlFile(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                ULONG IoControlCode, PVOID InputBuffer, ULONG InputBufferLength,
                                PVOID OutputBuffer, ULONG OutputBufferLength, PULONG LengthReturned)
{
    const struct ioctl_buffers buffers = {IoControlCode, InputBuffer, InputBufferLength,
                                          OutputBuffer, OutputBufferLength};
    return control(Instance, FileObject, IRP_MJ_DEVICE_CONTROL, &buffers, LengthReturned);
}

NTSTATUS FltIsDirectory(PFILE_OBJECT FileObject, PFLT_INSTANCE Instance, PBOOLEAN IsDirectory)
{
    FILE_STANDARD_INFORMATION standard = {0};
    NTSTATUS status = FltQueryInformationFile(Instance, FileObject, &standard, sizeof(standard),
                                              FileStandardInformation, NULL);
    *IsDirectory = standard.Directory;
    return status;
}

VOID FltCancelFileOpen(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject)
{
    FileObject->Flags |= FO_FILE_OPEN_CANCELLED;
    PIRP irp = make(Instance, FileObject, IRP_MJ_CLEANUP);
    if (irp != NULL)
        send(Instance, irp, NULL);
}

NTSTATUS FltClose(HANDLE FileHandle)
{
    return ZwClose(FileHandle);
}
