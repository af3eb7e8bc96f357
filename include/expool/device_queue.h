/* expool/device_queue.h - the queue of requests that wait for a device. Layouts as on x64. [H] */
#ifndef EXPOOL_DEVICE_QUEUE_H
#define EXPOOL_DEVICE_QUEUE_H

#include "expool/list.h"
#include "expool/types.h"

typedef struct _KDEVICE_QUEUE {
    CSHORT Type;
    CSHORT Size;
    LIST_ENTRY DeviceListHead;
    KSPIN_LOCK Lock;
    BOOLEAN Busy;
} KDEVICE_QUEUE, *PKDEVICE_QUEUE, *PRKDEVICE_QUEUE;

typedef struct _KDEVICE_QUEUE_ENTRY {
    LIST_ENTRY DeviceListEntry;
    ULONG SortKey;
    BOOLEAN Inserted;
} KDEVICE_QUEUE_ENTRY, *PKDEVICE_QUEUE_ENTRY, *PRKDEVICE_QUEUE_ENTRY;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Empty and not busy. Any IRQL. [D] */
VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue);

/* FALSE: the queue was not busy; it is now, and the entry was not queued: the caller starts it.
 * ByKey: before the first entry of a larger key. DISPATCH_LEVEL. [D] */
BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);
BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry,
                                 ULONG SortKey);

/* NULL: nothing waited, and the queue is no longer busy. ByKey: the first of at least SortKey, else
 * the first. DISPATCH_LEVEL. [D] */
PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue);
PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey);

/* FALSE: the entry was not queued. At most DISPATCH_LEVEL. [D] */
BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
