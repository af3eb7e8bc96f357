/* What goes on in the background, and waiting for it. */
#include "tests/expect.h"

#include <wdm.h>

#include "expool/settle.h"

static KDPC dpc;
static KTIMER timer;
static WORK_QUEUE_ITEM item;
static KEVENT go;
static atomic_uint runs;

static VOID run_dpc(PKDPC self, PVOID context, PVOID one, PVOID other)
{
    (void)self, (void)context, (void)one, (void)other;
    atomic_fetch_add(&runs, 1);
}

static VOID run_item(PVOID context)
{
    (void)context;
    KeInsertQueueDpc(&dpc, NULL, NULL); /* work makes more work */
    atomic_fetch_add(&runs, 1);
}

static VOID wait_and_run(PVOID context)
{
    KeWaitForSingleObject(context, Executive, KernelMode, FALSE, NULL);
    atomic_fetch_add(&runs, 1);
}

static struct expool_background background(void)
{
    struct expool_background now;
    expool_background_get(&now);
    return now;
}

static void set_timer(void)
{
    LARGE_INTEGER due = {.QuadPart = -600000000LL}; /* a minute */
    KeInitializeTimer(&timer);
    KeSetTimerEx(&timer, due, 60000, &dpc);
}

static void prepare(void)
{
    KeInitializeDpc(&dpc, run_dpc, NULL);
    atomic_store(&runs, 0);
}

TEST(a_work_item_and_the_dpc_it_queues_have_run_when_all_is_settled)
{
    prepare();
    ExInitializeWorkItem(&item, run_item, NULL);
    for (unsigned i = 1; i <= 100; i++) {
        ExQueueWorkItem(&item, DelayedWorkQueue);
        ck_assert(expool_settle(5000));
        ck_assert_uint_eq(atomic_load(&runs), 2 * i);
    }
}

TEST(a_timer_that_is_not_due_is_not_waited_for_and_expires_when_asked)
{
    prepare();
    set_timer();
    ck_assert(expool_settle(5000));
    ck_assert_uint_eq(atomic_load(&runs), 0);
    ck_assert_uint_eq(background().timers, 1);
    ck_assert_uint_eq(expool_timers_expire(), 1);
    ck_assert(expool_settle(5000));
    ck_assert_uint_eq(atomic_load(&runs), 1);
    ck_assert_uint_eq(background().timers, 1); /* it is periodic */
    KeCancelTimer(&timer);
    ck_assert_uint_eq(expool_timers_expire(), 0);
}

TEST(a_thread_that_waits_is_at_rest_and_counted)
{
    HANDLE thread;
    prepare();
    KeInitializeEvent(&go, NotificationEvent, FALSE);
    struct expool_background before = background();
    ck_assert_int_eq(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, wait_and_run, &go), 0);
    ck_assert_uint_eq(background().handles, before.handles + 1);
    ZwClose(thread);
    ck_assert(expool_settle(5000));
    ck_assert_uint_eq(background().threads, before.threads + 1);
    KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    for (unsigned i = 0; i < 5000 && background().threads > before.threads; i++)
        expool_settle(1);
    ck_assert_uint_eq(background().threads, before.threads);
    ck_assert_uint_eq(atomic_load(&runs), 1);
}

TEST(what_is_dropped_does_not_run)
{
    prepare();
    set_timer();
    ck_assert_uint_eq(expool_background_drop(), 1);
    ck_assert_uint_eq(expool_timers_expire(), 0);
    ck_assert(expool_settle(5000));
    ck_assert_uint_eq(atomic_load(&runs), 0);
}

TEST(a_link_is_a_name_more)
{
    UNICODE_STRING link;
    UNICODE_STRING target;
    unsigned before = background().names;
    RtlInitUnicodeString(&link, u"\\DosDevices\\Settle");
    RtlInitUnicodeString(&target, u"\\Device\\Settle");
    ck_assert_int_eq(IoCreateSymbolicLink(&link, &target), 0);
    ck_assert_uint_eq(background().names, before + 1);
    ck_assert_int_eq(IoDeleteSymbolicLink(&link), 0);
    ck_assert_uint_eq(background().names, before);
}

TESTS_MAIN("settle")
