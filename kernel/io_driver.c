/* io_driver.c - driver objects and what a driver hangs on its own. */
#include "kernel/driver_name.h"
#include "kernel/io_device.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/io.h"
#include "expool/pool.h"
#include "pool/ddi.h"
#include "pool/util.h"

#include <stdlib.h>

enum { TAG_CLIENT = 'vrDI' };

static void driver_destroy(void *body)
{
    PDRIVER_OBJECT driver = body;
    struct driver_inner *inner = driver_inner(driver);
    while (inner->clients != NULL) {
        struct driver_client *client = inner->clients;
        inner->clients = client->next;
        ExFreePoolWithTag(client, TAG_CLIENT);
    }
    while (inner->reinitializations != NULL) {
        struct driver_reinitialization *first = inner->reinitializations;
        inner->reinitializations = first->next;
        free(first);
    }
    free(driver->DriverName.Buffer);
    free(inner->extension.ServiceKeyName.Buffer);
}

const struct object_type object_type_driver = {
    .name = "Driver", .tag = 'virD', .destroy = driver_destroy};

static NTSTATUS refuse(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    irp->IoStatus.Information = 0;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

PDRIVER_OBJECT driver_create(const char *name)
{
    PDRIVER_OBJECT driver =
        object_create(&object_type_driver, sizeof(DRIVER_OBJECT) + sizeof(struct driver_inner));
    if (driver == NULL)
        return NULL;
    driver->Type = IO_TYPE_DRIVER;
    driver->Size = sizeof(DRIVER_OBJECT);
    driver->Flags = DRVO_LEGACY_DRIVER;
    driver->DriverExtension = (PDRIVER_EXTENSION)(driver + 1);
    driver->DriverExtension->DriverObject = driver;
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = refuse;
    struct wide_name own = {0};
    struct wide_name service = {0};
    bool has_names = wide_name_make(&own, "\\Driver\\", name) && wide_name_make(&service, "", name);
    driver->DriverName = own.text;
    driver->DriverExtension->ServiceKeyName = service.text;
    if (has_names)
        return driver;
    object_release(driver);
    return NULL;
}

bool driver_has_files(PDRIVER_OBJECT driver)
{
    bool has_files = false;
    lock_take(&device_lock);
    for (PDEVICE_OBJECT at = driver->DeviceObject; at != NULL; at = at->NextDevice)
        has_files = has_files || __atomic_load_n(&at->ReferenceCount, __ATOMIC_RELAXED) > 0;
    lock_drop(&device_lock);
    return has_files;
}

NTSTATUS IoAllocateDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                         PVOID ClientIdentificationAddress,
                                         ULONG DriverObjectExtensionSize,
                                         PVOID *DriverObjectExtension)
{
    *DriverObjectExtension = NULL;
    if (IoGetDriverObjectExtension(DriverObject, ClientIdentificationAddress) != NULL)
        return STATUS_OBJECT_NAME_COLLISION;
    struct driver_client *client = ExAllocatePool2(
        POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*client) + DriverObjectExtensionSize), TAG_CLIENT);
    if (client == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    client->id = ClientIdentificationAddress;
    lock_take(&device_lock);
    client->next = driver_inner(DriverObject)->clients;
    driver_inner(DriverObject)->clients = client;
    lock_drop(&device_lock);
    *DriverObjectExtension = client->memory;
    return STATUS_SUCCESS;
}

PVOID IoGetDriverObjectExtension(PDRIVER_OBJECT DriverObject, PVOID ClientIdentificationAddress)
{
    void *found = NULL;
    lock_take(&device_lock);
    struct driver_client *at = driver_inner(DriverObject)->clients;
    for (; at != NULL && found == NULL; at = at->next)
        if (at->id == ClientIdentificationAddress)
            found = at->memory;
    lock_drop(&device_lock);
    return found;
}

VOID IoRegisterDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                      PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                      PVOID Context)
{
    DDI_LEVEL(IoRegisterDriverReinitialization);
    struct driver_reinitialization *entry = calloc(1, sizeof(*entry));
    if (entry == NULL)
        return; /* as Windows: nobody is told */
    entry->routine = DriverReinitializationRoutine;
    entry->context = Context;
    struct driver_reinitialization **last = &driver_inner(DriverObject)->reinitializations;
    while (*last != NULL)
        last = &(*last)->next;
    *last = entry;
    DriverObject->Flags |= DRVO_REINIT_REGISTERED;
}
