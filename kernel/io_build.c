/* io_build.c - requests with their buffers: system buffer, descriptor or the caller's own. */
#include "kernel/io_request.h"
#include "kernel/thread.h"

#include "expool/pool.h"
#include "expool/seh.h"
#include "pool/ddi.h"

#include <string.h>

enum { TAG_BUFFER = 'fuBI' };

enum request_buffer request_buffer_of(const DEVICE_OBJECT *device)
{
    if ((device->Flags & DO_BUFFERED_IO) != 0)
        return BUFFER_SYSTEM;
    return (device->Flags & DO_DIRECT_IO) != 0 ? BUFFER_DIRECT : BUFFER_NEITHER;
}

static bool give_system_buffer(PIRP irp, ULONG bytes)
{
    if (bytes == 0)
        return true;
    irp->AssociatedIrp.SystemBuffer =
        ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, bytes, TAG_BUFFER);
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    return irp->AssociatedIrp.SystemBuffer != NULL;
}

static bool give_mdl(PIRP irp, void *buffer, ULONG bytes, LOCK_OPERATION operation)
{
    if (bytes == 0)
        return true;
    PMDL mdl = IoAllocateMdl(buffer, bytes, FALSE, FALSE, irp);
    if (mdl == NULL)
        return false;
    MmProbeAndLockPages(mdl, irp->RequestorMode, operation);
    return true;
}

bool request_give_buffer(PIRP irp, enum request_buffer kind, void *buffer, ULONG bytes,
                         bool is_input)
{
    switch (kind) {
    case BUFFER_SYSTEM:
        if (!give_system_buffer(irp, bytes))
            return false;
        if (is_input) {
            irp->UserBuffer = buffer;
            irp->Flags |= IRP_INPUT_OPERATION;
        } else if (bytes != 0) {
            memcpy(irp->AssociatedIrp.SystemBuffer, buffer, bytes);
        }
        return true;
    case BUFFER_DIRECT:
        return give_mdl(irp, buffer, bytes, is_input ? IoWriteAccess : IoReadAccess);
    case BUFFER_NEITHER: break;
    }
    irp->UserBuffer = buffer;
    return true;
}

static bool give_ioctl_system(PIRP irp, const struct ioctl_buffers *ioctl, ULONG bytes)
{
    if (!give_system_buffer(irp, bytes))
        return false;
    if (ioctl->input_bytes != 0)
        memcpy(irp->AssociatedIrp.SystemBuffer, ioctl->input, ioctl->input_bytes);
    return true;
}

bool request_give_ioctl(PIRP irp, const struct ioctl_buffers *ioctl)
{
    ULONG larger = max(ioctl->input_bytes, ioctl->output_bytes);
    ULONG method = METHOD_FROM_CTL_CODE(ioctl->code);
    if (method == METHOD_NEITHER) {
        irp->UserBuffer = ioctl->output;
        IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.Type3InputBuffer =
            (PVOID)(ULONG_PTR)ioctl->input;
        return true;
    }
    if (method == METHOD_BUFFERED) {
        irp->UserBuffer = ioctl->output;
        if (ioctl->output_bytes != 0)
            irp->Flags |= IRP_INPUT_OPERATION;
        return give_ioctl_system(irp, ioctl, larger);
    }
    return give_ioctl_system(irp, ioctl, ioctl->input_bytes) &&
           give_mdl(irp, ioctl->output, ioctl->output_bytes,
                    method == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
}

void request_discard(PIRP irp)
{
    mdl_free_chain(irp->MdlAddress);
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePoolWithTag(irp->AssociatedIrp.SystemBuffer, TAG_BUFFER);
    IoFreeIrp(irp);
}

static PIRP discarded(PIRP irp)
{
    request_discard(irp);
    return NULL;
}

PIRP IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                   PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                                   ULONG OutputBufferLength, BOOLEAN InternalDeviceIoControl,
                                   PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock)
{
    DDI_LEVEL(IoBuildDeviceIoControlRequest);
    PIRP irp = IoAllocateIrp(DeviceObject->StackSize, FALSE);
    if (irp == NULL)
        return NULL;
    const struct ioctl_buffers ioctl = {IoControlCode, InputBuffer, InputBufferLength, OutputBuffer,
                                        OutputBufferLength};
    irp->UserEvent = Event;
    irp->UserIosb = IoStatusBlock;
    irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction =
        InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL;
    next->Parameters.DeviceIoControl.IoControlCode = IoControlCode;
    next->Parameters.DeviceIoControl.InputBufferLength = InputBufferLength;
    next->Parameters.DeviceIoControl.OutputBufferLength = OutputBufferLength;
    volatile bool is_given = false;
    __try {
        is_given = request_give_ioctl(irp, &ioctl);
    } __except (EXCEPTION_EXECUTE_HANDLER) { /* a bad buffer */
    }
    return is_given ? irp : discarded(irp);
}

PIRP IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                   ULONG Length, PLARGE_INTEGER StartingOffset,
                                   PIO_STATUS_BLOCK IoStatusBlock)
{
    PIRP irp = IoAllocateIrp(DeviceObject->StackSize, FALSE);
    if (irp == NULL)
        return NULL;
    irp->UserIosb = IoStatusBlock;
    irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = (UCHAR)MajorFunction;
    if (MajorFunction != IRP_MJ_READ && MajorFunction != IRP_MJ_WRITE)
        return irp; /* flush, shutdown, PnP: no buffer */
    bool is_read = MajorFunction == IRP_MJ_READ;
    irp->Flags |= is_read ? IRP_READ_OPERATION : IRP_WRITE_OPERATION;
    next->Parameters.Read.Length = Length;
    if (StartingOffset != NULL)
        next->Parameters.Read.ByteOffset = *StartingOffset;
    volatile bool is_given = false;
    __try {
        is_given =
            request_give_buffer(irp, request_buffer_of(DeviceObject), Buffer, Length, is_read);
    } __except (EXCEPTION_EXECUTE_HANDLER) { /* a bad buffer */
    }
    return is_given ? irp : discarded(irp);
}

PIRP IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                  ULONG Length, PLARGE_INTEGER StartingOffset, PKEVENT Event,
                                  PIO_STATUS_BLOCK IoStatusBlock)
{
    PIRP irp = IoBuildAsynchronousFsdRequest(MajorFunction, DeviceObject, Buffer, Length,
                                             StartingOffset, IoStatusBlock);
    if (irp != NULL)
        irp->UserEvent = Event;
    return irp;
}
