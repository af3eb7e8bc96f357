/* io_start_packet.c - StartIo: one request of a device at a time, the others in its queue. */
#include "expool/io.h"
#include "expool/irql.h"
#include "pool/ddi.h"

VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key, PDRIVER_CANCEL CancelFunction)
{
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    KIRQL cancel_irql = irql;
    if (CancelFunction != NULL) {
        IoAcquireCancelSpinLock(&cancel_irql);
        IoSetCancelRoutine(Irp, CancelFunction);
    }
    PKDEVICE_QUEUE_ENTRY entry = &Irp->Tail.Overlay.DeviceQueueEntry;
    BOOLEAN is_queued = Key != NULL
                            ? KeInsertByKeyDeviceQueue(&DeviceObject->DeviceQueue, entry, *Key)
                            : KeInsertDeviceQueue(&DeviceObject->DeviceQueue, entry);
    if (is_queued && CancelFunction != NULL && Irp->Cancel) {
        /* Cancelled before it had a routine: call it now, as IoCancelIrp would have. */
        Irp->CancelIrql = cancel_irql;
        IoSetCancelRoutine(Irp, NULL);
        CancelFunction(DeviceObject, Irp); /* releases the lock */
        KeLowerIrql(irql);
        return;
    }
    if (!is_queued)
        DeviceObject->CurrentIrp = Irp;
    if (CancelFunction != NULL)
        IoReleaseCancelSpinLock(cancel_irql);
    if (!is_queued)
        DeviceObject->DriverObject->DriverStartIo(DeviceObject, Irp);
    KeLowerIrql(irql);
}

static VOID start_next(PDEVICE_OBJECT device, BOOLEAN cancelable, const ULONG *key)
{
    KIRQL irql = DISPATCH_LEVEL;
    if (cancelable)
        IoAcquireCancelSpinLock(&irql);
    device->CurrentIrp = NULL;
    PKDEVICE_QUEUE_ENTRY entry = key != NULL ? KeRemoveByKeyDeviceQueue(&device->DeviceQueue, *key)
                                             : KeRemoveDeviceQueue(&device->DeviceQueue);
    PIRP irp = entry != NULL ? CONTAINING_RECORD(entry, IRP, Tail.Overlay.DeviceQueueEntry) : NULL;
    device->CurrentIrp = irp;
    if (cancelable)
        IoReleaseCancelSpinLock(irql);
    if (irp != NULL)
        device->DriverObject->DriverStartIo(device, irp);
}

VOID IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable)
{
    DDI_LEVEL(IoStartNextPacket);
    start_next(DeviceObject, Cancelable, NULL);
}

VOID IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key)
{
    start_next(DeviceObject, Cancelable, &Key);
}
