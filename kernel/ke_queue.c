/* ke_queue.c - queues that are waited for. Each entry signals once: who has waited finds one. */
#include "expool/queue.h"

#include "expool/event.h"
#include "kernel/dispatcher.h"
#include "kernel/misuse.h"
#include "pool/ddi.h"

VOID KeInitializeQueue(PRKQUEUE Queue, ULONG Count)
{
    waitable_start(&Queue->Header, WAITABLE_QUEUE, sizeof *Queue);
    Queue->Header.SignalState = 0;
    InitializeListHead(&Queue->EntryListHead);
    InitializeListHead(&Queue->ThreadListHead);
    Queue->CurrentCount = 0;
    Queue->MaximumCount = Count;
}

static LONG insert(PRKQUEUE queue, PLIST_ENTRY entry, bool is_first)
{
    if (!waitable_is_started(queue)) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, queue);
        return 0;
    }
    lock_take(&dispatcher_lock);
    LONG before = queue->Header.SignalState;
    InsertHeadList(is_first ? &queue->EntryListHead : queue->EntryListHead.Blink, entry);
    queue->Header.SignalState = before + 1;
    waitable_signalled_locked(&queue->Header);
    lock_drop(&dispatcher_lock);
    return before;
}

LONG KeInsertQueue(PRKQUEUE Queue, PLIST_ENTRY Entry)
{
    DDI_LEVEL(KeInsertQueue);
    return insert(Queue, Entry, false);
}

LONG KeInsertHeadQueue(PRKQUEUE Queue, PLIST_ENTRY Entry)
{
    DDI_LEVEL(KeInsertHeadQueue);
    return insert(Queue, Entry, true);
}

PLIST_ENTRY KeRemoveQueue(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode, PLARGE_INTEGER Timeout)
{
    NTSTATUS status = KeWaitForSingleObject(Queue, WrQueue, WaitMode, FALSE, Timeout);
    if (status != STATUS_SUCCESS)
        return (PLIST_ENTRY)(ULONG_PTR)(ULONG)status;
    lock_take(&dispatcher_lock);
    PLIST_ENTRY entry = RemoveHeadList(&Queue->EntryListHead);
    lock_drop(&dispatcher_lock);
    return entry;
}

LONG KeReadStateQueue(PRKQUEUE Queue)
{
    DDI_LEVEL(KeReadStateQueue);
    return waitable_state(&Queue->Header);
}

PLIST_ENTRY KeRundownQueue(PRKQUEUE Queue)
{
    PLIST_ENTRY first = NULL;
    lock_take(&dispatcher_lock);
    if (!IsListEmpty(&Queue->EntryListHead)) {
        first = Queue->EntryListHead.Flink;
        RemoveEntryList(&Queue->EntryListHead);
        InitializeListHead(&Queue->EntryListHead);
    }
    Queue->Header.SignalState = 0;
    lock_drop(&dispatcher_lock);
    return first;
}
