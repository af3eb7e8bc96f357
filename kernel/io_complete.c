/* io_complete.c - completion: up through the stack locations, then buffers, status and event, and
 * the request is freed. */
#include "kernel/io_request.h"
#include "kernel/misuse.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"
#include "pool/touch.h"

#include "expool/pool.h"
#include "pool/order.h"

#include <string.h>

enum { TAG_BUFFER = 'fuBI', TAG_CONTEXT = 'cCoI' };

static bool wants_call(const IO_STACK_LOCATION *location, const IRP *irp)
{
    if (location->CompletionRoutine == NULL)
        return false;
    if (irp->Cancel && (location->Control & SL_INVOKE_ON_CANCEL) != 0)
        return true;
    UCHAR flag = NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR;
    return (location->Control & flag) != 0;
}

/* The driver's own part of a location that has had its turn. */
static void location_clear(PIO_STACK_LOCATION location)
{
    location->MinorFunction = 0;
    location->Flags = 0;
    location->Control = 0;
    memset(&location->Parameters, 0, sizeof(location->Parameters));
    location->FileObject = NULL;
}

/* False: a completion routine keeps the request. */
static bool climb(PIRP irp)
{
    while (irp->CurrentLocation <= irp->StackCount) {
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        IO_STACK_LOCATION own = *location;
        irp->PendingReturned = (BOOLEAN)((own.Control & SL_PENDING_RETURNED) != 0);
        IoSkipCurrentIrpStackLocation(irp);
        bool is_top = irp->CurrentLocation > irp->StackCount;
        PDEVICE_OBJECT device = is_top ? NULL : IoGetCurrentIrpStackLocation(irp)->DeviceObject;
        location_clear(location);
        if (wants_call(&own, irp)) {
            if (own.CompletionRoutine(device, irp, own.Context) == STATUS_MORE_PROCESSING_REQUIRED)
                return false;
        } else if (irp->PendingReturned && !is_top) {
            IoMarkIrpPending(irp);
        }
    }
    return true;
}

static void copy_back(PIRP irp)
{
    bool wanted = (irp->Flags & IRP_INPUT_OPERATION) != 0 && irp->UserBuffer != NULL &&
                  irp->AssociatedIrp.SystemBuffer != NULL;
    /* As on Windows: warnings copy, errors do not. */
    if (wanted && !NT_ERROR(irp->IoStatus.Status))
        memcpy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, irp->IoStatus.Information);
}

static void finish_associated(PIRP irp)
{
    PIRP master = irp->AssociatedIrp.MasterIrp;
    mdl_free_chain(irp->MdlAddress);
    IoFreeIrp(irp);
    order_before(master);
    if (__atomic_sub_fetch(&master->AssociatedIrp.IrpCount, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    order_after(master);
    IofCompleteRequest(master, IO_NO_INCREMENT);
}

static void finish(PIRP irp)
{
    if ((irp->Flags & IRP_ASSOCIATED_IRP) != 0) {
        finish_associated(irp);
        return;
    }
    if ((irp->Flags & IRP_BUFFERED_IO) != 0)
        copy_back(irp);
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePoolWithTag(irp->AssociatedIrp.SystemBuffer, TAG_BUFFER);
    mdl_free_chain(irp->MdlAddress);
    IO_STATUS_BLOCK status = irp->IoStatus;
    PIO_STATUS_BLOCK block = irp->UserIosb;
    PKEVENT event = irp->UserEvent;
    irp->MdlAddress = NULL;
    if ((irp->AllocationFlags & REQUEST_OF_HOST) == 0 || request_let_go(irp))
        IoFreeIrp(irp);
    if (block != NULL)
        *block = status;
    if (event != NULL)
        KeSetEvent(event, IO_NO_INCREMENT, FALSE); /* last: its owner may be gone after it */
}

VOID IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
    (void)PriorityBoost;
    TOUCHES(Irp);
    if (Irp->Type != IO_TYPE_IRP || Irp->CurrentLocation > Irp->StackCount) {
        MISUSE(VIOLATION_IRP_COMPLETED_TWICE, Irp);
        return;
    }
    if (climb(Irp))
        finish(Irp);
}

struct kept_device {
    PDEVICE_OBJECT device;
    PIO_COMPLETION_ROUTINE routine;
    PVOID context;
    UCHAR control;
};

static NTSTATUS complete_and_release(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    struct kept_device kept = *(struct kept_device *)context;
    ExFreePoolWithTag(context, TAG_CONTEXT);
    const IO_STACK_LOCATION asked = {.CompletionRoutine = kept.routine, .Control = kept.control};
    NTSTATUS status = STATUS_CONTINUE_COMPLETION;
    if (wants_call(&asked, irp))
        status = kept.routine(device, irp, kept.context);
    else if (irp->PendingReturned && irp->CurrentLocation <= irp->StackCount)
        IoMarkIrpPending(irp);
    object_release(kept.device);
    return status;
}

NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                  PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                  BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                  BOOLEAN InvokeOnCancel)
{
    struct kept_device *kept =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*kept)), TAG_CONTEXT);
    if (kept == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IoSetCompletionRoutine(Irp, CompletionRoutine, Context, InvokeOnSuccess, InvokeOnError,
                           InvokeOnCancel);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    *kept = (struct kept_device){DeviceObject, CompletionRoutine, Context, next->Control};
    object_reference(DeviceObject);
    IoSetCompletionRoutine(Irp, complete_and_release, kept, TRUE, TRUE, TRUE);
    return STATUS_SUCCESS;
}
