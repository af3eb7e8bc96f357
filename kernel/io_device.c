/* io_device.c - devices: made, named, deleted. */
#include "kernel/io_device.h"
#include "kernel/object.h"

#include "expool/io.h"
#include "expool/pool.h"
#include "pool/util.h"

enum {
    TAG_VPB = ' bpV',
    SECTOR_BYTES = 512,
    CD_SECTOR_BYTES = 2048,
};

struct lock device_lock = LOCK_INITIALIZER;

static void device_destroy(void *body)
{
    PDEVICE_OBJECT device = body;
    if (device->Vpb != NULL)
        ExFreePoolWithTag(device->Vpb, TAG_VPB);
    object_release(device->DriverObject);
}

const struct object_type object_type_device = {
    .name = "Device", .tag = 'iveD', .destroy = device_destroy};

static USHORT sector_bytes(DEVICE_TYPE type)
{
    switch (type) {
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_VIRTUAL_DISK:
    case FILE_DEVICE_MASS_STORAGE: return SECTOR_BYTES;
    case FILE_DEVICE_CD_ROM: return CD_SECTOR_BYTES;
    default: return 0;
    }
}

static bool has_volume(DEVICE_TYPE type)
{
    return type == FILE_DEVICE_DISK || type == FILE_DEVICE_VIRTUAL_DISK ||
           type == FILE_DEVICE_CD_ROM || type == FILE_DEVICE_TAPE;
}

static bool give_vpb(PDEVICE_OBJECT device)
{
    if (!has_volume(device->DeviceType))
        return true;
    device->Vpb = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(VPB), TAG_VPB);
    if (device->Vpb == NULL)
        return false;
    device->Vpb->Type = IO_TYPE_VPB;
    device->Vpb->Size = sizeof(VPB);
    device->Vpb->RealDevice = device;
    return true;
}

/* Everything but the name and the driver's list. */
static PDEVICE_OBJECT make(PDRIVER_OBJECT driver, ULONG extension_bytes, DEVICE_TYPE type)
{
    size_t inner_bytes = round_up(sizeof(struct device_inner), MEMORY_ALLOCATION_ALIGNMENT);
    size_t fixed = sizeof(DEVICE_OBJECT) + inner_bytes;
    PDEVICE_OBJECT device = object_create(&object_type_device, fixed + extension_bytes);
    if (device == NULL)
        return NULL;
    device->Type = IO_TYPE_DEVICE;
    device->Size = (USHORT)(sizeof(DEVICE_OBJECT) + extension_bytes);
    device->DriverObject = driver;
    device->DeviceType = type;
    device->StackSize = 1;
    device->SectorSize = sector_bytes(type);
    device->Flags = DO_DEVICE_INITIALIZING;
    device->DeviceObjectExtension = (PDEVOBJ_EXTENSION)(device + 1);
    device->DeviceObjectExtension->Type = 13;
    device->DeviceObjectExtension->DeviceObject = device;
    if (extension_bytes != 0)
        device->DeviceExtension = (PUCHAR)device + fixed;
    KeInitializeDeviceQueue(&device->DeviceQueue);
    KeInitializeEvent(&device->DeviceLock, SynchronizationEvent, TRUE);
    object_reference(driver);
    if (give_vpb(device))
        return device;
    object_release(device);
    return NULL;
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                        PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                        ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                        PDEVICE_OBJECT *DeviceObject)
{
    *DeviceObject = NULL;
    PDEVICE_OBJECT device = make(DriverObject, DeviceExtensionSize, DeviceType);
    if (device == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    device->Characteristics = DeviceCharacteristics;
    device->Flags |= Exclusive ? DO_EXCLUSIVE : 0;
    if (DeviceName != NULL) {
        NTSTATUS status = object_give_name(device, DeviceName);
        if (!NT_SUCCESS(status)) {
            object_release(device);
            return status;
        }
        device->Flags |= DO_DEVICE_HAS_NAME;
    }
    lock_take(&device_lock);
    device->NextDevice = DriverObject->DeviceObject;
    DriverObject->DeviceObject = device;
    lock_drop(&device_lock);
    *DeviceObject = device;
    return STATUS_SUCCESS;
}

NTSTATUS IoCreateDeviceSecure(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                              PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                              ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                              PCUNICODE_STRING DefaultSDDLString, const GUID *DeviceClassGuid,
                              PDEVICE_OBJECT *DeviceObject)
{
    (void)DefaultSDDLString;
    (void)DeviceClassGuid;
    return IoCreateDevice(DriverObject, DeviceExtensionSize, DeviceName, DeviceType,
                          DeviceCharacteristics, Exclusive, DeviceObject);
}

static void unlink_locked(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT *link = &device->DriverObject->DeviceObject;
    while (*link != NULL && *link != device)
        link = &(*link)->NextDevice;
    if (*link == device)
        *link = device->NextDevice;
    device->NextDevice = NULL;
}

VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject)
{
    lock_take(&device_lock);
    unlink_locked(DeviceObject);
    device_inner(DeviceObject)->is_deleted = true;
    lock_drop(&device_lock);
    object_forget_name(DeviceObject);
    object_release(DeviceObject);
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName)
{
    return object_link(SymbolicLinkName, DeviceName);
}

NTSTATUS IoCreateUnprotectedSymbolicLink(PUNICODE_STRING SymbolicLinkName,
                                         PUNICODE_STRING DeviceName)
{
    return object_link(SymbolicLinkName, DeviceName);
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING SymbolicLinkName)
{
    return object_unlink(SymbolicLinkName);
}

static struct list shutdown_devices = {&shutdown_devices, &shutdown_devices};

NTSTATUS IoRegisterShutdownNotification(PDEVICE_OBJECT DeviceObject)
{
    struct list *entry = &device_inner(DeviceObject)->shutdown;
    lock_take(&device_lock);
    bool is_new = entry->next == NULL;
    if (is_new)
        list_push(&shutdown_devices, entry); /* the last one registered is told first */
    lock_drop(&device_lock);
    if (is_new)
        object_reference(DeviceObject);
    DeviceObject->Flags |= DO_SHUTDOWN_REGISTERED;
    return STATUS_SUCCESS;
}

VOID IoUnregisterShutdownNotification(PDEVICE_OBJECT DeviceObject)
{
    struct list *entry = &device_inner(DeviceObject)->shutdown;
    lock_take(&device_lock);
    bool was_there = entry->next != NULL;
    if (was_there) {
        list_remove(entry);
        *entry = (struct list){NULL, NULL};
    }
    lock_drop(&device_lock);
    DeviceObject->Flags &= ~(ULONG)DO_SHUTDOWN_REGISTERED;
    if (was_there)
        object_release(DeviceObject);
}

unsigned device_collect_shutdown(PDEVICE_OBJECT *devices, unsigned capacity)
{
    unsigned count = 0;
    lock_take(&device_lock);
    struct list *at = shutdown_devices.next;
    for (; at != &shutdown_devices && count < capacity; at = at->next) {
        struct device_inner *inner = LIST_OWNER(at, struct device_inner, shutdown);
        devices[count] = inner->extension.DeviceObject;
        object_reference(devices[count++]);
    }
    lock_drop(&device_lock);
    return count;
}
