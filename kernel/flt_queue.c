/* flt_queue.c - operations that a filter holds: cancelled one by one, or in its queue. */
#include "kernel/flt_operation.h"

#include "pool/util.h"

enum { QUEUE_DISABLED = 1 };

static VOID cancel_one(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    struct flt_operation *operation = irp->Tail.Overlay.DriverContext[3];
    operation->canceled(&operation->data);
}

NTSTATUS FltSetCancelCompletion(PFLT_CALLBACK_DATA CallbackData,
                                PFLT_COMPLETE_CANCELED_CALLBACK CanceledCallback)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    operation->canceled = CanceledCallback;
    IoSetCancelRoutine(operation->irp, cancel_one);
    if (operation->irp->Cancel && IoSetCancelRoutine(operation->irp, NULL) != NULL)
        return STATUS_CANCELLED;
    return STATUS_SUCCESS;
}

NTSTATUS FltClearCancelCompletion(PFLT_CALLBACK_DATA CallbackData)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    return IoSetCancelRoutine(operation->irp, NULL) != NULL ? STATUS_SUCCESS : STATUS_CANCELLED;
}

BOOLEAN FltCancelIo(PFLT_CALLBACK_DATA CallbackData)
{
    return IoCancelIrp(flt_operation_of(CallbackData)->irp);
}

BOOLEAN FltIsIoCanceled(PFLT_CALLBACK_DATA CallbackData)
{
    return flt_operation_of(CallbackData)->irp->Cancel;
}

NTSTATUS FltCbdqInitialize(PFLT_INSTANCE Instance, PFLT_CALLBACK_DATA_QUEUE Cbdq,
                           PFLT_CALLBACK_DATA_QUEUE_INSERT_IO CbdqInsertIo,
                           PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO CbdqRemoveIo,
                           PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO CbdqPeekNextIo,
                           PFLT_CALLBACK_DATA_QUEUE_ACQUIRE CbdqAcquire,
                           PFLT_CALLBACK_DATA_QUEUE_RELEASE CbdqRelease,
                           PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO CbdqCompleteCanceledIo)
{
    *Cbdq = (FLT_CALLBACK_DATA_QUEUE){.Instance = Instance,
                                      .InsertIo = CbdqInsertIo,
                                      .RemoveIo = CbdqRemoveIo,
                                      .PeekNextIo = CbdqPeekNextIo,
                                      .Acquire = CbdqAcquire,
                                      .Release = CbdqRelease,
                                      .CompleteCanceledIo = CbdqCompleteCanceledIo};
    return STATUS_SUCCESS;
}

static void set_flag(PFLT_CALLBACK_DATA_QUEUE queue, bool is_disabled)
{
    KIRQL irql;
    queue->Acquire(queue, &irql);
    queue->Flags = is_disabled ? QUEUE_DISABLED : 0;
    queue->Release(queue, irql);
}

VOID FltCbdqDisable(PFLT_CALLBACK_DATA_QUEUE Cbdq)
{
    set_flag(Cbdq, true);
}

VOID FltCbdqEnable(PFLT_CALLBACK_DATA_QUEUE Cbdq)
{
    set_flag(Cbdq, false);
}

/* The filter's lock is held. */
static void take_out(PFLT_CALLBACK_DATA_QUEUE queue, struct flt_operation *operation)
{
    queue->RemoveIo(queue, &operation->data);
    operation->queued_as->Irp = NULL;
    operation->queue = NULL;
}

static VOID cancel_queued(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    KIRQL irql;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    struct flt_operation *operation = irp->Tail.Overlay.DriverContext[3];
    PFLT_CALLBACK_DATA_QUEUE queue = operation->queue;
    queue->Acquire(queue, &irql);
    take_out(queue, operation);
    queue->Release(queue, irql);
    queue->CompleteCanceledIo(queue, &operation->data);
}

NTSTATUS FltCbdqInsertIo(PFLT_CALLBACK_DATA_QUEUE Cbdq, PFLT_CALLBACK_DATA Cbd,
                         PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT Context, PVOID InsertContext)
{
    KIRQL irql;
    struct flt_operation *operation = flt_operation_of(Cbd);
    PIRP irp = operation->irp;
    Cbdq->Acquire(Cbdq, &irql);
    NTSTATUS status = STATUS_FLT_CBDQ_DISABLED;
    if ((Cbdq->Flags & QUEUE_DISABLED) == 0)
        status = Cbdq->InsertIo(Cbdq, Cbd, InsertContext);
    if (!NT_SUCCESS(status)) {
        Cbdq->Release(Cbdq, irql);
        return status;
    }
    operation->queue = Cbdq;
    operation->queued_as = Context != NULL ? Context : &operation->own_context;
    operation->queued_as->Type = IO_TYPE_CSQ_IRP_CONTEXT;
    operation->queued_as->Irp = irp;
    operation->queued_as->Csq = &Cbdq->Csq;
    IoSetCancelRoutine(irp, cancel_queued);
    bool is_canceled = irp->Cancel && IoSetCancelRoutine(irp, NULL) != NULL;
    if (is_canceled)
        take_out(Cbdq, operation);
    Cbdq->Release(Cbdq, irql);
    if (is_canceled)
        Cbdq->CompleteCanceledIo(Cbdq, Cbd);
    return status;
}

PFLT_CALLBACK_DATA FltCbdqRemoveIo(PFLT_CALLBACK_DATA_QUEUE Cbdq,
                                   PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT Context)
{
    KIRQL irql;
    struct flt_operation *operation = NULL;
    Cbdq->Acquire(Cbdq, &irql);
    PIRP irp = Context->Irp;
    if (irp != NULL && IoSetCancelRoutine(irp, NULL) != NULL) {
        operation = irp->Tail.Overlay.DriverContext[3];
        take_out(Cbdq, operation);
    }
    Cbdq->Release(Cbdq, irql);
    return operation != NULL ? &operation->data : NULL;
}

PFLT_CALLBACK_DATA FltCbdqRemoveNextIo(PFLT_CALLBACK_DATA_QUEUE Cbdq, PVOID PeekContext)
{
    KIRQL irql;
    Cbdq->Acquire(Cbdq, &irql);
    PFLT_CALLBACK_DATA data = Cbdq->PeekNextIo(Cbdq, NULL, PeekContext);
    while (data != NULL && IoSetCancelRoutine(flt_operation_of(data)->irp, NULL) == NULL)
        data = Cbdq->PeekNextIo(Cbdq, data, PeekContext); /* that one is being cancelled */
    if (data != NULL)
        take_out(Cbdq, flt_operation_of(data));
    Cbdq->Release(Cbdq, irql);
    return data;
}
