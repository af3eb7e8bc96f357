/* pnp_request.c - requests of the plug-and-play manager to a device's stack: now, or from a worker
 * thread when a driver says that something has changed. */
#include "kernel/io_device.h"
#include "kernel/plug_play.h"

#include "expool/io.h"
#include "expool/io_work_item.h"
#include "expool/pool.h"

NTSTATUS plug_play_ask(PDEVICE_OBJECT pdo, UCHAR minor, DEVICE_RELATION_TYPE type,
                       ULONG_PTR *information)
{
    KEVENT event;
    IO_STATUS_BLOCK result = {.Status = STATUS_NOT_SUPPORTED};
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(pdo);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, NULL, 0, NULL, &event, &result);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (irp != NULL) {
        PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
        location->MinorFunction = minor;
        location->Parameters.QueryDeviceRelations.Type = type;
        irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        status = IoCallDriver(top, irp);
        if (status == STATUS_PENDING) {
            KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
            status = result.Status;
        }
    }
    ObDereferenceObject(top);
    if (information != NULL)
        *information = NT_SUCCESS(status) ? result.Information : 0;
    return status;
}

struct change {
    PIO_WORKITEM item;
    UCHAR minor;
    DEVICE_RELATION_TYPE type;
};

enum { TAG_CHANGE = 'CpnP' };

static void let_go(PDEVICE_RELATIONS relations)
{
    for (ULONG i = 0; relations != NULL && i < relations->Count; i++)
        ObDereferenceObject(relations->Objects[i]);
    if (relations != NULL)
        ExFreePool(relations);
}

static VOID ask_again(PDEVICE_OBJECT device, PVOID context)
{
    struct change change = *(struct change *)context;
    ULONG_PTR information;
    ExFreePoolWithTag(context, TAG_CHANGE);
    plug_play_ask(device, change.minor, change.type, &information);
    if (change.minor == IRP_MN_QUERY_DEVICE_RELATIONS)
        let_go((PDEVICE_RELATIONS)information);
    IoFreeWorkItem(change.item);
}

/* Without memory nobody asks, as after any change that is not reported. */
static void has_changed(PDEVICE_OBJECT pdo, UCHAR minor, DEVICE_RELATION_TYPE type)
{
    struct change *change = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(*change), TAG_CHANGE);
    PIO_WORKITEM item = change != NULL ? IoAllocateWorkItem(pdo) : NULL;
    if (item != NULL) {
        *change = (struct change){item, minor, type};
        IoQueueWorkItem(item, ask_again, DelayedWorkQueue, change);
    } else if (change != NULL) {
        ExFreePoolWithTag(change, TAG_CHANGE);
    }
}

VOID IoInvalidateDeviceRelations(PDEVICE_OBJECT DeviceObject, DEVICE_RELATION_TYPE Type)
{
    has_changed(DeviceObject, IRP_MN_QUERY_DEVICE_RELATIONS, Type);
}

VOID IoInvalidateDeviceState(PDEVICE_OBJECT PhysicalDeviceObject)
{
    has_changed(PhysicalDeviceObject, IRP_MN_QUERY_PNP_DEVICE_STATE, BusRelations);
}
