/* io_device_stack.c - devices that lie on each other. */
#include "kernel/io_device.h"
#include "kernel/object.h"

#include "expool/io.h"
#include "pool/ddi.h"

static PDEVICE_OBJECT top_locked(PDEVICE_OBJECT device)
{
    while (device->AttachedDevice != NULL)
        device = device->AttachedDevice;
    return device;
}

static PDEVICE_OBJECT bottom_locked(PDEVICE_OBJECT device)
{
    while (device_inner(device)->attached_to != NULL)
        device = device_inner(device)->attached_to;
    return device;
}

PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice)
{
    lock_take(&device_lock);
    PDEVICE_OBJECT below = top_locked(TargetDevice);
    if (device_inner(below)->is_deleted || (below->Flags & DO_DEVICE_INITIALIZING) != 0) {
        lock_drop(&device_lock);
        return NULL;
    }
    below->AttachedDevice = SourceDevice;
    device_inner(SourceDevice)->attached_to = below;
    SourceDevice->StackSize = (CCHAR)(below->StackSize + 1);
    SourceDevice->AlignmentRequirement = below->AlignmentRequirement;
    SourceDevice->SectorSize = below->SectorSize;
    lock_drop(&device_lock);
    return below;
}

NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice,
                                         PDEVICE_OBJECT *AttachedToDeviceObject)
{
    *AttachedToDeviceObject = IoAttachDeviceToDeviceStack(SourceDevice, TargetDevice);
    return *AttachedToDeviceObject != NULL ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

NTSTATUS IoAttachDevice(PDEVICE_OBJECT SourceDevice, PUNICODE_STRING TargetDevice,
                        PDEVICE_OBJECT *AttachedDevice)
{
    DDI_LEVEL(IoAttachDevice);
    PFILE_OBJECT file;
    PDEVICE_OBJECT target;
    NTSTATUS status = IoGetDeviceObjectPointer(TargetDevice, FILE_READ_ATTRIBUTES, &file, &target);
    if (!NT_SUCCESS(status))
        return status;
    status = IoAttachDeviceToDeviceStackSafe(SourceDevice, target, AttachedDevice);
    object_release(file);
    return status;
}

VOID IoDetachDevice(PDEVICE_OBJECT TargetDevice)
{
    DDI_LEVEL(IoDetachDevice);
    lock_take(&device_lock);
    PDEVICE_OBJECT above = TargetDevice->AttachedDevice;
    if (above != NULL)
        device_inner(above)->attached_to = NULL;
    TargetDevice->AttachedDevice = NULL;
    lock_drop(&device_lock);
}

PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject)
{
    lock_take(&device_lock);
    PDEVICE_OBJECT top = top_locked(DeviceObject);
    lock_drop(&device_lock);
    return top;
}

PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject)
{
    lock_take(&device_lock);
    PDEVICE_OBJECT top = top_locked(DeviceObject);
    object_reference(top);
    lock_drop(&device_lock);
    return top;
}

PDEVICE_OBJECT IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject)
{
    lock_take(&device_lock);
    PDEVICE_OBJECT below = device_inner(DeviceObject)->attached_to;
    if (below != NULL)
        object_reference(below);
    lock_drop(&device_lock);
    return below;
}

PDEVICE_OBJECT IoGetDeviceAttachmentBaseRef(PDEVICE_OBJECT DeviceObject)
{
    lock_take(&device_lock);
    PDEVICE_OBJECT bottom = bottom_locked(DeviceObject);
    object_reference(bottom);
    lock_drop(&device_lock);
    return bottom;
}

PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT FileObject)
{
    return IoGetAttachedDevice(FileObject->DeviceObject);
}
