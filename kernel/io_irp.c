/* io_irp.c - requests: made, reused, freed, sent. */
#include "expool/io.h"
#include "expool/pool.h"

#include "kernel/active.h"
#include "kernel/callback_watch.h"
#include "kernel/io_device.h"
#include "kernel/io_request.h"
#include "kernel/misuse.h"
#include "kernel/pool_size.h"
#include "pool/drivers.h"
#include "pool/touch.h"

#include <string.h>

enum { TAG_IRP = ' prI' };

VOID IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize)
{
    memset(Irp, 0, PacketSize);
    Irp->Type = IO_TYPE_IRP;
    Irp->Size = PacketSize;
    Irp->StackCount = StackSize;
    Irp->CurrentLocation = (CHAR)(StackSize + 1);
    Irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(void *)(Irp + 1) + StackSize;
    Irp->ThreadListEntry.Flink = Irp->ThreadListEntry.Blink = &Irp->ThreadListEntry;
}

PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)ChargeQuota;
    if ((signed char)StackSize < 0) /* a char has no sign everywhere */
        return NULL;
    USHORT bytes = IoSizeOfIrp(StackSize);
    PIRP irp = ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(bytes), TAG_IRP);
    if (irp == NULL)
        return NULL;
    IoInitializeIrp(irp, bytes, StackSize);
    irp_enter(irp);
    return irp;
}

PIRP IoAllocateIrpEx(PDEVICE_OBJECT DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)DeviceObject;
    return IoAllocateIrp(StackSize, ChargeQuota);
}

PIRP IoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize)
{
    PIRP associated = IoAllocateIrp(StackSize, FALSE);
    if (associated == NULL)
        return NULL;
    associated->Flags |= IRP_ASSOCIATED_IRP;
    associated->AssociatedIrp.MasterIrp = Irp;
    associated->Tail.Overlay.Thread = Irp->Tail.Overlay.Thread;
    return associated;
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus)
{
    TOUCHES(Irp);
    UCHAR allocation = Irp->AllocationFlags;
    IoInitializeIrp(Irp, Irp->Size, Irp->StackCount);
    Irp->AllocationFlags = allocation;
    Irp->IoStatus.Status = Iostatus;
}

VOID IoFreeIrp(PIRP Irp)
{
    irp_forget(Irp);
    ExFreePoolWithTag(Irp, TAG_IRP);
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    TOUCHES(Irp);
    if (Irp->CurrentLocation <= 1) {
        MISUSE(VIOLATION_IRP_NO_LOCATION, Irp);
        return STATUS_INVALID_PARAMETER;
    }
    IoSetNextIrpStackLocation(Irp);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    location->DeviceObject = DeviceObject;
    PDRIVER_OBJECT driver = DeviceObject->DriverObject;
    uint16_t before = driver_enter(driver_number(driver));
    PDRIVER_DISPATCH routine = driver->MajorFunction[location->MajorFunction];
    const struct callback_watch watch = callback_begin();
    NTSTATUS status = routine(DeviceObject, Irp);
    callback_judge_dispatch(&watch, (const void *)(uintptr_t)routine);
    driver_current = before;
    return status;
}

static NTSTATUS signal_and_keep(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    (void)device;
    (void)irp;
    KeSetEvent(context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KEVENT done;
    if (Irp->CurrentLocation <= 1)
        return FALSE;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, signal_and_keep, &done, TRUE, TRUE, TRUE);
    if (IofCallDriver(DeviceObject, Irp) == STATUS_PENDING)
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return TRUE;
}

static _Thread_local PIRP top_level;

PIRP IoGetTopLevelIrp(VOID)
{
    return top_level;
}

VOID IoSetTopLevelIrp(PIRP Irp)
{
    top_level = Irp;
}

BOOLEAN IoIsOperationSynchronous(PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    ULONG flags = Irp->Flags;
    return (BOOLEAN)((file != NULL && (file->Flags & FO_SYNCHRONOUS_IO) != 0) ||
                     (flags & IRP_SYNCHRONOUS_API) != 0);
}
