/* po_request.c - power requests. */
#include "expool/power.h"

#include "expool/pool.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

enum { TAG_POWER = 'rwoP' };

NTSTATUS PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return IofCallDriver(DeviceObject, Irp);
}

VOID PoStartNextPowerIrp(PIRP Irp)
{
    (void)Irp;
}

POWER_STATE PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State)
{
    (void)DeviceObject;
    (void)State;
    POWER_STATE before = {.DeviceState = PowerDeviceD0};
    if (Type == SystemPowerState)
        before.SystemState = PowerSystemWorking;
    return before;
}

struct asked {
    PDEVICE_OBJECT device;
    PDEVICE_OBJECT top;
    PREQUEST_POWER_COMPLETE complete;
    PVOID context;
    POWER_STATE state;
    UCHAR minor;
};

static NTSTATUS completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    struct asked asked = *(struct asked *)context;
    (void)device;
    ExFreePoolWithTag(context, TAG_POWER);
    if (asked.complete != NULL)
        asked.complete(asked.device, asked.minor, asked.state, asked.context, &irp->IoStatus);
    object_release(asked.top);
    return STATUS_CONTINUE_COMPLETION; /* the request is freed behind it */
}

NTSTATUS PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                           PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP *Irp)
{
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(DeviceObject);
    struct asked *asked =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*asked)), TAG_POWER);
    PIRP irp = asked != NULL ? IoAllocateIrp((CCHAR)(top->StackSize + 1), FALSE) : NULL;
    if (irp == NULL) {
        if (asked != NULL)
            ExFreePoolWithTag(asked, TAG_POWER);
        object_release(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *asked =
        (struct asked){DeviceObject, top, CompletionFunction, Context, PowerState, MinorFunction};
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoSetNextIrpStackLocation(irp); /* one of our own, for the device to be told */
    IoGetCurrentIrpStackLocation(irp)->DeviceObject = DeviceObject;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_POWER;
    next->MinorFunction = MinorFunction;
    next->Parameters.Power.Type = DevicePowerState;
    next->Parameters.Power.State = PowerState;
    IoSetCompletionRoutine(irp, completed, asked, TRUE, TRUE, TRUE);
    if (Irp != NULL)
        *Irp = irp;
    IofCallDriver(top, irp);
    return STATUS_PENDING;
}
