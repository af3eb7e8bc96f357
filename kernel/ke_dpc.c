/* ke_dpc.c - deferred procedure calls: a queue, and a thread that works it off. */
#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/irql.h"

#include "kernel/active.h"
#include "kernel/dispatcher.h"
#include "kernel/misuse.h"
#include "kernel/service.h"
#include "kernel/thread.h"
#include "kernel/timer_queue.h"
#include "pool/kind.h"
#include "pool/process.h"
#include "pool/touch.h"
#include "pool/util.h"

enum { TYPE_DPC = 19, TYPE_THREADED_DPC = 24, CURRENT_SHIFT = 16, LEVEL_SHIFT = 8 };

static bool run_one_locked(void);
static uint64_t due_locked(void);

static struct service service = {
    .name = "expool dpc",
    .step_locked = run_one_locked,
    .due_locked = due_locked,
    .threads_most = 1,
};

static struct {
    SINGLE_LIST_ENTRY first;
    SINGLE_LIST_ENTRY *last; /* NULL: empty */
} queue;

static uint64_t due_locked(void)
{
    return queue.last != NULL ? 0 : WAIT_FOREVER;
}

static void push_front(PKDPC dpc)
{
    dpc->DpcListEntry.Next = queue.first.Next;
    queue.first.Next = &dpc->DpcListEntry;
    if (queue.last == NULL)
        queue.last = &dpc->DpcListEntry;
}

static void push_back(PKDPC dpc)
{
    dpc->DpcListEntry.Next = NULL;
    if (queue.last != NULL)
        queue.last->Next = &dpc->DpcListEntry;
    else
        queue.first.Next = &dpc->DpcListEntry;
    queue.last = &dpc->DpcListEntry;
}

static void take_out(SINGLE_LIST_ENTRY *before, PKDPC dpc)
{
    before->Next = dpc->DpcListEntry.Next;
    if (queue.last == &dpc->DpcListEntry)
        queue.last = before == &queue.first ? NULL : before;
    dpc->DpcData = NULL;
    active_end();
}

unsigned dpc_count_locked(void)
{
    unsigned count = 0;
    for (SINGLE_LIST_ENTRY *entry = queue.first.Next; entry != NULL; entry = entry->Next)
        count++;
    return count;
}

bool dpc_remove_locked(PKDPC dpc)
{
    if (dpc->DpcData == NULL)
        return false;
    SINGLE_LIST_ENTRY *before = &queue.first;
    while (before->Next != &dpc->DpcListEntry)
        before = before->Next;
    take_out(before, dpc);
    return true;
}

void *dpc_take_within(uintptr_t start, uintptr_t end)
{
    PKDPC found = NULL;
    lock_take(&dispatcher_lock);
    for (SINGLE_LIST_ENTRY *entry = queue.first.Next; entry != NULL && found == NULL;
         entry = entry->Next)
        if ((uintptr_t)entry >= start && (uintptr_t)entry < end)
            found = CONTAINING_RECORD(entry, KDPC, DpcListEntry);
    if (found != NULL)
        dpc_remove_locked(found);
    lock_drop(&dispatcher_lock);
    return found;
}

void *dpc_take_calling(uintptr_t start, uintptr_t end)
{
    PKDPC found = NULL;
    lock_take(&dispatcher_lock);
    for (SINGLE_LIST_ENTRY *entry = queue.first.Next; entry != NULL && found == NULL;
         entry = entry->Next) {
        PKDPC dpc = CONTAINING_RECORD(entry, KDPC, DpcListEntry);
        uintptr_t routine = (uintptr_t)dpc->DeferredRoutine;
        if (routine >= start && routine < end)
            found = dpc;
    }
    if (found != NULL)
        dpc_remove_locked(found);
    lock_drop(&dispatcher_lock);
    return found == NULL ? NULL : (void *)(uintptr_t)found->DeferredRoutine;
}

bool dpc_insert_locked(PKDPC dpc, PVOID argument1, PVOID argument2)
{
    if (dpc->DpcData != NULL)
        return false;
    dpc->DpcData = &queue;
    active_begin();
    dpc->SystemArgument1 = argument1;
    dpc->SystemArgument2 = argument2;
    if (dpc->Importance == HighImportance)
        push_front(dpc);
    else
        push_back(dpc);
    service_kick_locked(&service);
    return true;
}

/* Told of the routine, not of the DPC, which may be gone. */
static void judge_return(PKDEFERRED_ROUTINE routine, KIRQL level)
{
    struct thread *self = thread_current();
    struct misuse misuse = {.object = (const void *)(uintptr_t)routine,
                            .pc = (uintptr_t)routine + 1};
    if (irql_current != level) {
        misuse.kind = VIOLATION_DPC_IRQL;
        misuse.expected = (uint64_t)irql_current << CURRENT_SHIFT | (uint64_t)level << LEVEL_SHIFT;
        misuse_raise(&misuse);
    }
    if (thread_apc_disables(self) != 0) {
        misuse.kind = VIOLATION_DPC_REGION;
        misuse.expected = 0;
        misuse.found = thread_apc_disables(self);
        misuse_raise(&misuse);
        self->critical_depth = 0;
        self->guarded_depth = 0;
    }
}

/* The routine may free its own DPC: nothing of it is used once it has been called. */
static void run(PKDPC dpc)
{
    KDPC copy = *dpc;
    KIRQL level = copy.Type == TYPE_THREADED_DPC ? PASSIVE_LEVEL : DISPATCH_LEVEL;
    lock_drop(&dispatcher_lock);
    KfRaiseIrql(level);
    process_is_in_dpc = level == DISPATCH_LEVEL;
    copy.DeferredRoutine(dpc, copy.DeferredContext, copy.SystemArgument1, copy.SystemArgument2);
    process_is_in_dpc = false;
    judge_return(copy.DeferredRoutine, level);
    KeLowerIrql(PASSIVE_LEVEL);
    lock_take(&dispatcher_lock);
}

static bool run_one_locked(void)
{
    if (queue.last == NULL)
        return false;
    PKDPC dpc = CONTAINING_RECORD(queue.first.Next, KDPC, DpcListEntry);
    take_out(&queue.first, dpc);
    run(dpc);
    return true;
}

static void initialize(PKDPC dpc, UCHAR type, PKDEFERRED_ROUTINE routine, PVOID context)
{
    TOUCHES(dpc);
    *dpc = (KDPC){.DeferredRoutine = routine, .DeferredContext = context};
    dpc->Type = type;
    dpc->Importance = MediumImportance;
}

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    initialize(Dpc, TYPE_DPC, DeferredRoutine, DeferredContext);
}

VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    initialize(Dpc, TYPE_THREADED_DPC, DeferredRoutine, DeferredContext);
}

static UCHAR touch(const KDPC *dpc)
{
    TOUCHES(dpc);
    return *(const volatile UCHAR *)&dpc->Type;
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    if (UNLIKELY(touch(Dpc) != TYPE_DPC && touch(Dpc) != TYPE_THREADED_DPC)) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Dpc);
        return FALSE;
    }
    ULONG processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    if (UNLIKELY(Dpc->Number >= processors))
        MISUSE_WITH(VIOLATION_DPC_PROCESSOR, Dpc, .expected = Dpc->Number, .found = processors);
    lock_take(&dispatcher_lock);
    bool is_new = dpc_insert_locked(Dpc, SystemArgument1, SystemArgument2);
    lock_drop(&dispatcher_lock);
    return is_new;
}

BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
    (void)touch(Dpc);
    lock_take(&dispatcher_lock);
    bool was_queued = dpc_remove_locked(Dpc);
    lock_drop(&dispatcher_lock);
    return was_queued;
}

VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
    Dpc->Importance = (UCHAR)Importance;
}

VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
    Dpc->Number = (USHORT)Number;
}

NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcNumber->Reserved != 0 ||
        ProcNumber->Number >= KeQueryActiveProcessorCountEx(ProcNumber->Group))
        return STATUS_INVALID_PARAMETER;
    Dpc->Number = (USHORT)(ProcNumber->Group * MAXIMUM_PROC_PER_GROUP + ProcNumber->Number);
    return STATUS_SUCCESS;
}

static VOID say_done(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    KeSetEvent(context, IO_NO_INCREMENT, FALSE);
}

/* A DPC of our own behind all others: when it has run, they have. */
VOID KeFlushQueuedDpcs(VOID)
{
    KEVENT done;
    KDPC marker;
    MISUSE_ABOVE(PASSIVE_LEVEL);
    if (irql_current >= DISPATCH_LEVEL)
        return; /* where it cannot wait */
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    KeInitializeThreadedDpc(&marker, say_done, &done);
    KeInsertQueueDpc(&marker, NULL, NULL);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
}
