/* ke_device_queue.c - device queues: a list, and whether the device has something to do. */
#include "expool/device_queue.h"
#include "expool/spin_lock.h"
#include "pool/ddi.h"

enum { TYPE_DEVICE_QUEUE = 20 };

VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
    DDI_LEVEL(KeInitializeDeviceQueue);
    DeviceQueue->Type = TYPE_DEVICE_QUEUE;
    DeviceQueue->Size = sizeof(*DeviceQueue);
    InitializeListHead(&DeviceQueue->DeviceListHead);
    KeInitializeSpinLock(&DeviceQueue->Lock);
    DeviceQueue->Busy = FALSE;
}

/* The first entry of a key above `key`, or the head. */
static PLIST_ENTRY place_of(PKDEVICE_QUEUE queue, ULONG key)
{
    PLIST_ENTRY at = queue->DeviceListHead.Flink;
    while (at != &queue->DeviceListHead &&
           CONTAINING_RECORD(at, KDEVICE_QUEUE_ENTRY, DeviceListEntry)->SortKey <= key)
        at = at->Flink;
    return at;
}

/* by_key: else at the end. */
static BOOLEAN insert(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry, const ULONG *key)
{
    KIRQL irql;
    KeAcquireSpinLock(&queue->Lock, &irql);
    entry->Inserted = queue->Busy;
    if (key != NULL)
        entry->SortKey = *key;
    if (queue->Busy)
        InsertTailList(key != NULL ? place_of(queue, *key) : &queue->DeviceListHead,
                       &entry->DeviceListEntry);
    queue->Busy = TRUE;
    BOOLEAN inserted = entry->Inserted;
    KeReleaseSpinLock(&queue->Lock, irql);
    return inserted;
}

BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
    DDI_LEVEL(KeInsertDeviceQueue);
    return insert(DeviceQueue, DeviceQueueEntry, NULL);
}

BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry,
                                 ULONG SortKey)
{
    DDI_LEVEL(KeInsertByKeyDeviceQueue);
    return insert(DeviceQueue, DeviceQueueEntry, &SortKey);
}

static PKDEVICE_QUEUE_ENTRY take(PKDEVICE_QUEUE queue, const ULONG *key)
{
    KIRQL irql;
    PKDEVICE_QUEUE_ENTRY entry = NULL;
    KeAcquireSpinLock(&queue->Lock, &irql);
    if (IsListEmpty(&queue->DeviceListHead)) {
        queue->Busy = FALSE;
    } else {
        PLIST_ENTRY at = queue->DeviceListHead.Flink;
        if (key != NULL && *key != 0)
            at = place_of(queue, *key - 1); /* the first of at least the key */
        if (at == &queue->DeviceListHead)
            at = at->Flink;
        RemoveEntryList(at);
        entry = CONTAINING_RECORD(at, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
        entry->Inserted = FALSE;
    }
    KeReleaseSpinLock(&queue->Lock, irql);
    return entry;
}

PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
    DDI_LEVEL(KeRemoveDeviceQueue);
    return take(DeviceQueue, NULL);
}

PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey)
{
    DDI_LEVEL(KeRemoveByKeyDeviceQueue);
    return take(DeviceQueue, &SortKey);
}

BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
    DDI_LEVEL(KeRemoveEntryDeviceQueue);
    KIRQL irql;
    KeAcquireSpinLock(&DeviceQueue->Lock, &irql);
    BOOLEAN was_queued = DeviceQueueEntry->Inserted;
    if (was_queued)
        RemoveEntryList(&DeviceQueueEntry->DeviceListEntry);
    DeviceQueueEntry->Inserted = FALSE;
    KeReleaseSpinLock(&DeviceQueue->Lock, irql);
    return was_queued;
}
