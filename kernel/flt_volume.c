/* flt_volume.c - devices that the host calls volumes, with the filter manager on top. */
#include "expool/flt_volume.h"

#include "kernel/driver_name.h"
#include "kernel/flt.h"
#include "kernel/io_device.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/filter.h"
#include "expool/unicode_string.h"

#include <string.h>

static struct list volumes = {&volumes, &volumes};

static NTSTATUS put_on_top(PFLT_VOLUME volume)
{
    DEVICE_TYPE type = volume->base->DeviceType;
    NTSTATUS status = IoCreateDevice(volume->driver, sizeof(PFLT_VOLUME), NULL, type,
                                     volume->base->Characteristics, FALSE, &volume->device);
    if (!NT_SUCCESS(status))
        return status;
    memcpy(volume->device->DeviceExtension, &volume, sizeof(PFLT_VOLUME)); // NOLINT
    volume->device->Flags |= volume->base->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO);
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        volume->driver->MajorFunction[i] = flt_dispatch;
    status = IoAttachDeviceToDeviceStackSafe(volume->device, volume->base, &volume->below);
    if (NT_SUCCESS(status))
        volume->device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    else
        IoDeleteDevice(volume->device);
    return status;
}

static NTSTATUS mount(PDEVICE_OBJECT base, FLT_FILESYSTEM_TYPE type, PFLT_VOLUME *result)
{
    PFLT_VOLUME volume =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*volume)), TAG_FLT_VOLUME);
    PDRIVER_OBJECT driver = volume != NULL ? driver_create("FltMgr") : NULL;
    if (driver == NULL) {
        if (volume != NULL)
            ExFreePoolWithTag(volume, TAG_FLT_VOLUME);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ExInitializeRundownProtection(&volume->object.users);
    list_start(&volume->instances);
    list_start(&volume->streams);
    volume->driver = driver;
    volume->base = base;
    volume->type = type;
    object_name_of(base, &volume->name);
    NTSTATUS status = put_on_top(volume);
    if (!NT_SUCCESS(status)) {
        object_release(driver);
        ExFreePoolWithTag(volume, TAG_FLT_VOLUME);
        return status;
    }
    lock_take(&flt_lock);
    list_push(&volumes, &volume->link);
    lock_drop(&flt_lock);
    flt_filters_attach(volume, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT |
                                   FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME);
    *result = volume;
    return STATUS_SUCCESS;
}

NTSTATUS expool_volume_mount(const char *device, FLT_FILESYSTEM_TYPE type, PFLT_VOLUME *volume)
{
    struct wide_name name;
    *volume = NULL;
    if (!wide_name_make(&name, "", device))
        return STATUS_INSUFFICIENT_RESOURCES;
    PDEVICE_OBJECT base = object_find(&name.text, NULL);
    wide_name_free(&name);
    if (base == NULL || object_type_of(base) != &object_type_device) {
        if (base != NULL)
            object_release(base);
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    NTSTATUS status = mount(base, type, volume);
    if (!NT_SUCCESS(status))
        object_release(base);
    return status;
}

static PFLT_INSTANCE first_instance(PFLT_VOLUME volume)
{
    PFLT_INSTANCE instance = NULL;
    lock_take(&flt_lock);
    if (!list_is_empty(&volume->instances))
        instance = FLT_INSTANCE_OF_VOLUME(volume->instances.next);
    lock_drop(&flt_lock);
    return instance;
}

NTSTATUS expool_volume_dismount(PFLT_VOLUME volume)
{
    enum { LOOK_AGAIN_100NS = 1000 };
    if (__atomic_load_n(&volume->base->ReferenceCount, __ATOMIC_ACQUIRE) != 0)
        return STATUS_DEVICE_BUSY;
    lock_take(&flt_lock);
    list_remove(&volume->link);
    lock_drop(&flt_lock);
    for (PFLT_INSTANCE at = first_instance(volume); at != NULL; at = first_instance(volume)) {
        LARGE_INTEGER pause = {.QuadPart = -LOOK_AGAIN_100NS};
        if (!flt_instance_end(at, FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT))
            KeDelayExecutionThread(KernelMode, FALSE, &pause);
    }
    flt_contexts_drop(NULL, volume);
    ExWaitForRundownProtectionRelease(&volume->object.users);
    IoDetachDevice(volume->below);
    IoDeleteDevice(volume->device);
    object_release(volume->base);
    object_release(volume->driver);
    ExFreePoolWithTag(volume, TAG_FLT_VOLUME);
    return STATUS_SUCCESS;
}

void flt_volumes_attach(PFLT_FILTER filter)
{
    lock_take(&flt_lock);
    struct list *at = volumes.next;
    while (at != &volumes) {
        PFLT_VOLUME volume = LIST_OWNER(at, struct _FLT_VOLUME, link);
        if (!ExAcquireRundownProtection(&volume->object.users)) {
            at = at->next;
            continue;
        }
        lock_drop(&flt_lock);
        PFLT_INSTANCE instance;
        const struct flt_attach attach = {
            .filter = filter, .volume = volume, .flags = FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT};
        flt_instance_make(&attach, &instance); /* a filter may refuse: that is its answer */
        lock_take(&flt_lock);
        at = at->next;
        ExReleaseRundownProtection(&volume->object.users);
    }
    lock_drop(&flt_lock);
}

/* The first that is of this name, or on this device; NULL and NULL: any. Held. */
static PFLT_VOLUME find(PCUNICODE_STRING name, const DEVICE_OBJECT *device)
{
    PFLT_VOLUME found = NULL;
    lock_take(&flt_lock);
    for (struct list *at = volumes.next; at != &volumes && found == NULL; at = at->next) {
        PFLT_VOLUME volume = LIST_OWNER(at, struct _FLT_VOLUME, link);
        bool fits = name != NULL ? RtlEqualUnicodeString(&volume->name, name, TRUE) != FALSE
                                 : volume->base == device || volume->device == device;
        if (fits && ExAcquireRundownProtection(&volume->object.users))
            found = volume;
    }
    lock_drop(&flt_lock);
    return found;
}

static NTSTATUS answer(PFLT_VOLUME found, PFLT_VOLUME *result)
{
    *result = found;
    return found != NULL ? STATUS_SUCCESS : STATUS_FLT_VOLUME_NOT_FOUND;
}

NTSTATUS FltGetVolumeFromName(PFLT_FILTER Filter, PCUNICODE_STRING VolumeName,
                              PFLT_VOLUME *RetVolume)
{
    (void)Filter;
    return answer(find(VolumeName, NULL), RetVolume);
}

NTSTATUS FltGetVolumeFromFileObject(PFLT_FILTER Filter, PFILE_OBJECT FileObject,
                                    PFLT_VOLUME *RetVolume)
{
    (void)Filter;
    return answer(find(NULL, FileObject->DeviceObject), RetVolume);
}

NTSTATUS FltGetVolumeFromDeviceObject(PFLT_FILTER Filter, PDEVICE_OBJECT DeviceObject,
                                      PFLT_VOLUME *RetVolume)
{
    (void)Filter;
    return answer(find(NULL, DeviceObject), RetVolume);
}

NTSTATUS FltEnumerateVolumes(PFLT_FILTER Filter, PFLT_VOLUME *VolumeList, ULONG VolumeListSize,
                             PULONG NumberVolumesReturned)
{
    (void)Filter;
    ULONG count = 0;
    lock_take(&flt_lock);
    for (struct list *at = volumes.next; at != &volumes; at = at->next, count++)
        if (count < VolumeListSize) {
            VolumeList[count] = LIST_OWNER(at, struct _FLT_VOLUME, link);
            ExAcquireRundownProtection(&VolumeList[count]->object.users);
        }
    lock_drop(&flt_lock);
    *NumberVolumesReturned = count;
    if (count <= VolumeListSize)
        return STATUS_SUCCESS;
    for (ULONG i = 0; i < VolumeListSize; i++)
        FltObjectDereference(VolumeList[i]);
    return STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS FltGetVolumeName(PFLT_VOLUME Volume, PUNICODE_STRING VolumeName, PULONG BufferSizeNeeded)
{
    if (BufferSizeNeeded != NULL)
        *BufferSizeNeeded = Volume->name.Length;
    if (VolumeName == NULL || VolumeName->MaximumLength < Volume->name.Length)
        return STATUS_BUFFER_TOO_SMALL;
    RtlCopyUnicodeString(VolumeName, &Volume->name);
    return STATUS_SUCCESS;
}

/* Puts a name behind what is there; false: it does not fit, and its string is empty. */
static bool add_name(UNICODE_STRING *to, PCUNICODE_STRING name, unsigned char **at,
                     const unsigned char *end)
{
    *to = (UNICODE_STRING){0};
    if ((size_t)(end - *at) < name->Length)
        return false;
    memcpy(*at, name->Buffer, name->Length);
    *to = (UNICODE_STRING){name->Length, name->Length, (PWCH)(void *)*at};
    *at += name->Length;
    return true;
}

NTSTATUS FltGetVolumeProperties(PFLT_VOLUME Volume, PFLT_VOLUME_PROPERTIES VolumeProperties,
                                ULONG VolumePropertiesLength, PULONG LengthReturned)
{
    const DEVICE_OBJECT *base = Volume->base;
    PCUNICODE_STRING driver = &base->DriverObject->DriverName;
    *LengthReturned = (ULONG)(sizeof(*VolumeProperties) + driver->Length + Volume->name.Length);
    if (VolumeProperties == NULL || VolumePropertiesLength < sizeof(*VolumeProperties))
        return STATUS_BUFFER_TOO_SMALL;
    *VolumeProperties = (FLT_VOLUME_PROPERTIES){.DeviceType = base->DeviceType,
                                                .DeviceCharacteristics = base->Characteristics,
                                                .DeviceObjectFlags = base->Flags,
                                                .AlignmentRequirement = base->AlignmentRequirement,
                                                .SectorSize = base->SectorSize};
    unsigned char *at = (unsigned char *)(VolumeProperties + 1);
    const unsigned char *end = (unsigned char *)VolumeProperties + VolumePropertiesLength;
    bool fits = add_name(&VolumeProperties->FileSystemDriverName, driver, &at, end);
    fits = add_name(&VolumeProperties->FileSystemDeviceName, &Volume->name, &at, end) && fits;
    *LengthReturned = (ULONG)(at - (unsigned char *)VolumeProperties);
    return fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

NTSTATUS FltGetDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DeviceObject)
{
    *DeviceObject = Volume->device;
    object_reference(Volume->device);
    return STATUS_SUCCESS;
}

NTSTATUS FltGetDiskDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DiskDeviceObject)
{
    *DiskDeviceObject = Volume->base;
    object_reference(Volume->base);
    return STATUS_SUCCESS;
}

/* A volume, or an instance's. */
static PFLT_VOLUME volume_of(PVOID object)
{
    bool is_volume = false;
    lock_take(&flt_lock);
    for (struct list *at = volumes.next; at != &volumes; at = at->next)
        is_volume = is_volume || LIST_OWNER(at, struct _FLT_VOLUME, link) == object;
    lock_drop(&flt_lock);
    return is_volume ? object : ((PFLT_INSTANCE)object)->volume;
}

NTSTATUS FltIsVolumeWritable(PVOID FltObject, PBOOLEAN IsWritable)
{
    *IsWritable = (volume_of(FltObject)->base->Characteristics & FILE_READ_ONLY_DEVICE) == 0;
    return STATUS_SUCCESS;
}

NTSTATUS FltGetFileSystemType(PVOID FltObject, PFLT_FILESYSTEM_TYPE FileSystemType)
{
    *FileSystemType = volume_of(FltObject)->type;
    return STATUS_SUCCESS;
}

PVOID FltAllocatePoolAlignedWithTag(PFLT_INSTANCE Instance, POOL_TYPE PoolType,
                                    SIZE_T NumberOfBytes, ULONG Tag)
{
    (void)Instance;
    if (NumberOfBytes == 0)
        return NULL;
    return ExAllocatePoolUninitialized(PoolType, NumberOfBytes, Tag);
}

VOID FltFreePoolAlignedWithTag(PFLT_INSTANCE Instance, PVOID Buffer, ULONG Tag)
{
    (void)Instance;
    ExFreePoolWithTag(Buffer, Tag);
}
