/* matrix_kernel.h - rows: what lies in pool and is in use, IRQL, locks, drivers. */
#include "tests/matrix.h"

struct holder {
    ULONG number;
    KTIMER timer;
    KDPC dpc;
    ERESOURCE resource;
    KSPIN_LOCK lock;
    DECLSPEC_ALIGN(16) NPAGED_LOOKASIDE_LIST list;
};

static struct holder *make_holder(void)
{
    struct holder *holder = (void *)make_nonpaged(sizeof *holder);
    memset(holder, 0, sizeof *holder);
    return holder;
}

static void free_active_lookaside(void)
{
    struct holder *holder = make_holder();
    FACT("object", &holder->list);
    ExInitializeNPagedLookasideList(&holder->list, NULL, NULL, 0, 64, TAG, 0);
    if (is_near_miss)
        ExDeleteNPagedLookasideList(&holder->list);
    ExFreePool(holder);
}

static void free_set_timer(void)
{
    struct holder *holder = make_holder();
    LARGE_INTEGER due = {.QuadPart = -10000000LL * 3600};
    FACT("object", &holder->timer);
    KeInitializeTimer(&holder->timer);
    KeSetTimer(&holder->timer, due, NULL);
    if (is_near_miss)
        KeCancelTimer(&holder->timer);
    ExFreePool(holder);
}

static KEVENT gate;

static VOID wait_at_gate(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    while (KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, &zero) == STATUS_TIMEOUT)
        KeStallExecutionProcessor(50);
}

static void free_queued_dpc(void)
{
    static KDPC first;
    struct holder *holder = make_holder();
    FACT("object", &holder->dpc);
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeDpc(&first, wait_at_gate, NULL);
    KeInitializeDpc(&holder->dpc, wait_at_gate, NULL);
    KeInsertQueueDpc(&first, NULL, NULL); /* holds up the queue */
    KeInsertQueueDpc(&holder->dpc, NULL, NULL);
    if (is_near_miss) {
        KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
        KeFlushQueuedDpcs();
    }
    ExFreePool(holder);
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
}

static void free_active_resource(void)
{
    struct holder *holder = make_holder();
    FACT("object", &holder->resource);
    ExInitializeResourceLite(&holder->resource);
    if (is_near_miss)
        ExDeleteResourceLite(&holder->resource);
    ExFreePool(holder);
}

static KSEMAPHORE done;

static VOID wait_for_gate(PVOID parameter)
{
    (void)parameter;
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    KeReleaseSemaphore(&done, 0, 1, FALSE);
}

static void free_queued_work_item(void)
{
    enum { WORKERS = 64 };
    static WORK_QUEUE_ITEM blockers[WORKERS];
    WORK_QUEUE_ITEM *item = (void *)make_nonpaged(sizeof *item);
    FACT("object", item);
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeSemaphore(&done, 0, 2 * WORKERS);
    for (unsigned i = 0; i < WORKERS; i++) { /* no worker is left */
        ExInitializeWorkItem(&blockers[i], wait_for_gate, NULL);
        ExQueueWorkItem(&blockers[i], DelayedWorkQueue);
    }
    ExInitializeWorkItem(item, wait_for_gate, NULL);
    ExQueueWorkItem(item, DelayedWorkQueue);
    if (is_near_miss) {
        KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
        for (unsigned i = 0; i <= WORKERS; i++)
            KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    }
    ExFreePool(item);
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
}

static void remove_entry_twice(void)
{
    LIST_ENTRY head;
    LIST_ENTRY entries[2];
    FACT("object", &entries[0]);
    InitializeListHead(&head);
    InsertTailList(&head, &entries[0]);
    InsertTailList(&head, &entries[1]);
    RemoveEntryList(&entries[0]);
    RemoveEntryList(&entries[is_near_miss]);
}

static void free_held_lock(void)
{
    KIRQL old;
    struct holder *holder = make_holder();
    FACT("object", &holder->lock);
    KeInitializeSpinLock(&holder->lock);
    KeAcquireSpinLock(&holder->lock, &old);
    if (is_near_miss)
        KeReleaseSpinLock(&holder->lock, old);
    ExFreePool(holder);
    KeLowerIrql(old);
}

static void free_irp(void)
{
    PIRP irp = IoAllocateIrp(2, FALSE);
    FACT("object", irp);
    if (is_near_miss)
        IoFreeIrp(irp);
    else
        ExFreePool(irp);
}

static void event_in_paged_pool(void)
{
    PKEVENT event = (void *)make(is_near_miss ? NonPagedPoolNx : PagedPool, sizeof *event);
    KeInitializeEvent(event, NotificationEvent, FALSE);
    ExFreePool(event);
}

static void raise_to_lower(void)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)KfRaiseIrql(is_near_miss ? DISPATCH_LEVEL : APC_LEVEL);
    KeLowerIrql(old);
}

static void lower_to_higher(void)
{
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    KeLowerIrql(is_near_miss ? APC_LEVEL : DISPATCH_LEVEL);
    KeLowerIrql(old);
}

static void raise_above_high(void)
{
    KIRQL old;
    KeRaiseIrql(HIGH_LEVEL, &old);
    (void)KfRaiseIrql(is_near_miss ? HIGH_LEVEL : HIGH_LEVEL + 1);
    KeLowerIrql(old);
}

static void release_lock_at_passive(void)
{
    static KSPIN_LOCK lock;
    KIRQL old;
    FACT("object", &lock);
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    if (!is_near_miss)
        KeLowerIrql(old);
    KeReleaseSpinLock(&lock, old);
}

static void acquire_at_dpc_level_at_passive(void)
{
    static KSPIN_LOCK lock;
    KIRQL old = PASSIVE_LEVEL;
    FACT("object", &lock);
    KeInitializeSpinLock(&lock);
    if (is_near_miss)
        KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
}

static void release_from_dpc_level_at_passive(void)
{
    static KSPIN_LOCK lock;
    KIRQL old;
    FACT("object", &lock);
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    if (!is_near_miss)
        KeLowerIrql(old);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
}

static void acquire_above_dispatch(void)
{
    static KSPIN_LOCK lock;
    KIRQL old;
    KIRQL first;
    FACT("object", &lock);
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(is_near_miss ? DISPATCH_LEVEL : CLOCK_LEVEL, &first);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    KeLowerIrql(first);
}

static void fast_mutex_at_dispatch(void)
{
    static FAST_MUTEX mutex;
    KIRQL old;
    FACT("object", &mutex);
    ExInitializeFastMutex(&mutex);
    KeRaiseIrql(is_near_miss ? APC_LEVEL : DISPATCH_LEVEL, &old);
    ExAcquireFastMutex(&mutex);
    ExReleaseFastMutex(&mutex);
    KeLowerIrql(old);
}

static void release_fast_mutex_at_passive(void)
{
    static FAST_MUTEX mutex;
    FACT("object", &mutex);
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    if (!is_near_miss)
        KeLowerIrql(PASSIVE_LEVEL);
    ExReleaseFastMutex(&mutex);
}

static PVOID driver_block;
static enum { UNLOAD_TIDY, UNLOAD_LEAKS, UNLOAD_ALLOCATES } unload_form;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    if (unload_form == UNLOAD_ALLOCATES && !is_near_miss)
        (void)ExAllocatePoolWithTag(PagedPool, 50, TAG);
    if (unload_form != UNLOAD_LEAKS || is_near_miss)
        ExFreePool(driver_block);
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    driver_block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    return STATUS_SUCCESS;
}

static void load_and_unload(void)
{
    PDRIVER_OBJECT driver;
    (void)ExAllocatePoolWithTag(PagedPool, 30, TAG); /* the host's own: not the driver's to free */
    (void)expool_driver_load(driver_entry, "matrix", &driver);
    (void)expool_driver_unload(driver);
}

static void leak_at_unload(void)
{
    unload_form = UNLOAD_LEAKS;
    load_and_unload();
}

static void allocate_during_unload(void)
{
    unload_form = UNLOAD_ALLOCATES;
    load_and_unload();
}
