/* io_file.c - file objects: opened on a device, cleaned up with the last handle, closed with the
 * last reference. */
#include "kernel/io_device.h"
#include "kernel/io_request.h"
#include "kernel/object.h"
#include "kernel/thread.h"

#include "pool/ddi.h"
#include "pool/util.h"

#include <stdlib.h>
#include <string.h>

static void file_destroy(void *body);

const struct object_type object_type_file = {
    .name = "File", .tag = 'eliF', .destroy = file_destroy, .close = file_cleanup};

/* Sends `irp` to the top of the device's stack and waits; status is where it will be written. */
static NTSTATUS send_and_wait(PDEVICE_OBJECT top, PIRP irp, IO_STATUS_BLOCK *status)
{
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    /* cppcheck-suppress autoVariables; the request is over when this routine is */
    irp->UserEvent = &done;
    irp->UserIosb = status;
    IofCallDriver(top, irp);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return status->Status;
}

static PIRP make_request(PDEVICE_OBJECT top, const struct simple_request *simple)
{
    PIRP irp = IoAllocateIrp(top->StackSize, FALSE);
    if (irp == NULL)
        return NULL;
    irp->RequestorMode = simple->mode;
    irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    irp->Tail.Overlay.OriginalFileObject = simple->file;
    irp->IoStatus.Status = simple->major == IRP_MJ_PNP ? STATUS_NOT_SUPPORTED : 0;
    irp->Flags |= IRP_SYNCHRONOUS_API;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = simple->major;
    next->MinorFunction = simple->minor;
    next->FileObject = simple->file;
    return irp;
}

NTSTATUS request_send_simple(const struct simple_request *simple)
{
    IO_STATUS_BLOCK status = {0};
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(simple->device);
    PIRP irp = make_request(top, simple);
    NTSTATUS result =
        irp != NULL ? send_and_wait(top, irp, &status) : STATUS_INSUFFICIENT_RESOURCES;
    object_release(top);
    return result;
}

void file_cleanup(void *body)
{
    PFILE_OBJECT file = body;
    request_send_simple(&(struct simple_request){
        .device = file->DeviceObject, .file = file, .major = IRP_MJ_CLEANUP, .mode = KernelMode});
    file->Flags |= FO_CLEANUP_COMPLETE;
}

static void file_destroy(void *body)
{
    PFILE_OBJECT file = body;
    PDEVICE_OBJECT device = file->DeviceObject;
    /* A filter that takes an open back leaves the close to us. */
    if ((file->Flags & (FO_FILE_OPEN | FO_FILE_OPEN_CANCELLED)) != 0) {
        /* The request may take a reference on the file for a while, and give it back. */
        struct object_header *header = (struct object_header *)body - 1;
        header->references = 1;
        request_send_simple(&(struct simple_request){
            .device = device, .file = file, .major = IRP_MJ_CLOSE, .mode = KernelMode});
    }
    if ((file->Flags & FO_FILE_OPEN) != 0)
        __atomic_sub_fetch(&device->ReferenceCount, 1, __ATOMIC_ACQ_REL);
    free(file->FileName.Buffer);
    object_release(device);
}

static NTSTATUS take_device(PDEVICE_OBJECT device)
{
    if (device_inner(device)->is_deleted || (device->Flags & DO_DEVICE_INITIALIZING) != 0)
        return STATUS_NO_SUCH_DEVICE;
    LONG before = __atomic_fetch_add(&device->ReferenceCount, 1, __ATOMIC_ACQ_REL);
    if (before == 0 || (device->Flags & DO_EXCLUSIVE) == 0)
        return STATUS_SUCCESS;
    __atomic_sub_fetch(&device->ReferenceCount, 1, __ATOMIC_ACQ_REL);
    return STATUS_ACCESS_DENIED;
}

/* Takes over the caller's reference on the device; NULL: no memory, and it is given back. */
static PFILE_OBJECT file_make(PDEVICE_OBJECT device, const UNICODE_STRING *rest,
                              const struct file_request *request)
{
    PFILE_OBJECT file = object_create(&object_type_file, sizeof(FILE_OBJECT));
    if (file == NULL) {
        object_release(device);
        return NULL;
    }
    file->Type = IO_TYPE_FILE;
    file->Size = sizeof(FILE_OBJECT);
    file->DeviceObject = device;
    file->Vpb = device->Vpb;
    file->ReadAccess = (request->access & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL)) != 0;
    file->WriteAccess = (request->access & (FILE_WRITE_DATA | GENERIC_WRITE | GENERIC_ALL)) != 0;
    file->SharedRead = (request->share & FILE_SHARE_READ) != 0;
    file->SharedWrite = (request->share & FILE_SHARE_WRITE) != 0;
    if ((request->options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) != 0)
        file->Flags |= FO_SYNCHRONOUS_IO;
    KeInitializeEvent(&file->Lock, SynchronizationEvent, FALSE);
    KeInitializeEvent(&file->Event, NotificationEvent, FALSE);
    file->IrpList.Flink = file->IrpList.Blink = &file->IrpList;
    file->FileName.Buffer = calloc(1, rest->Length + sizeof(WCHAR));
    if (file->FileName.Buffer == NULL) {
        object_release(file);
        return NULL;
    }
    memcpy(file->FileName.Buffer, rest->Buffer, rest->Length);
    file->FileName.Length = rest->Length;
    file->FileName.MaximumLength = (USHORT)(rest->Length + sizeof(WCHAR));
    return file;
}

/* IRP_MJ_CREATE. */
static NTSTATUS ask_driver(PFILE_OBJECT file, const struct file_request *request,
                           ULONG_PTR *information)
{
    IO_STATUS_BLOCK status = {0};
    IO_SECURITY_CONTEXT security = {.DesiredAccess = request->access,
                                    .FullCreateOptions = request->options};
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(file->DeviceObject);
    PIRP irp = make_request(
        top, &(struct simple_request){.file = file, .major = IRP_MJ_CREATE, .mode = request->mode});
    if (irp == NULL) {
        object_release(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->Flags |= IRP_CREATE_OPERATION;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.Create.SecurityContext = &security;
    next->Parameters.Create.Options = request->options;
    next->Parameters.Create.FileAttributes = (USHORT)request->attributes;
    next->Parameters.Create.ShareAccess = (USHORT)request->share;
    NTSTATUS result = send_and_wait(top, irp, &status);
    object_release(top);
    if (information != NULL)
        *information = status.Information;
    return result;
}

NTSTATUS file_open(const struct file_request *request, PFILE_OBJECT *file, ULONG_PTR *information)
{
    UNICODE_STRING rest = {0};
    PDEVICE_OBJECT device = object_find(request->name, &rest);
    if (device == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (object_type_of(device) != &object_type_device) {
        object_release(device);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    NTSTATUS status = take_device(device);
    if (!NT_SUCCESS(status)) {
        object_release(device);
        return status;
    }
    object_reference(device);
    *file = file_make(device, &rest, request);
    status =
        *file != NULL ? ask_driver(*file, request, information) : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(status)) {
        (*file)->Flags |= FO_FILE_OPEN | FO_HANDLE_CREATED;
        object_release(device);
        return status;
    }
    __atomic_sub_fetch(&device->ReferenceCount, 1, __ATOMIC_ACQ_REL);
    if (*file != NULL)
        object_release(*file);
    object_release(device);
    *file = NULL;
    return status;
}

NTSTATUS IoGetDeviceObjectPointer(PUNICODE_STRING ObjectName, ACCESS_MASK DesiredAccess,
                                  PFILE_OBJECT *FileObject, PDEVICE_OBJECT *DeviceObject)
{
    DDI_LEVEL(IoGetDeviceObjectPointer);
    const struct file_request request = {.name = ObjectName,
                                         .access = DesiredAccess,
                                         .options = (ULONG)FILE_OPEN << 24,
                                         .mode = KernelMode};
    NTSTATUS status = file_open(&request, FileObject, NULL);
    if (!NT_SUCCESS(status))
        return status;
    file_cleanup(*FileObject); /* the handle that Windows opened is closed again */
    *DeviceObject = IoGetRelatedDeviceObject(*FileObject);
    return STATUS_SUCCESS;
}
