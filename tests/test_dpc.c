#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/irql.h"

#include <sys/wait.h>

enum { DPCS = 8 };

static KDPC dpcs[DPCS];
static KEVENT gate;
static KEVENT entered;
static unsigned order[DPCS * 4];
static unsigned runs;

static VOID note(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc;
    order[runs++] = (unsigned)(uintptr_t)context;
    if (KeGetCurrentIrql() != DISPATCH_LEVEL || argument1 != &runs || argument2 != context)
        runs += 100;
}

/* Holds up the queue until the gate opens. */
static VOID block(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    KeSetEvent(&entered, IO_NO_INCREMENT, FALSE);
    while (KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, &zero) != STATUS_SUCCESS)
        pause_ms(1);
}

static void block_queue(PKDPC dpc)
{
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeEvent(&entered, NotificationEvent, FALSE);
    KeInitializeDpc(dpc, block, NULL);
    KeInsertQueueDpc(dpc, NULL, NULL);
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
}

static BOOLEAN queue_note(unsigned number)
{
    return KeInsertQueueDpc(&dpcs[number], &runs, (PVOID)(uintptr_t)number);
}

static void prepare(void)
{
    for (unsigned i = 1; i < DPCS; i++)
        KeInitializeDpc(&dpcs[i], note, (PVOID)(uintptr_t)i);
}

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(KDPC), 0x40);
    EXPECT_EQUAL(offsetof(KDPC, DeferredRoutine), 0x18);
    EXPECT_EQUAL(offsetof(KDPC, DpcData), 0x38);
}

TEST(a_dpc_runs_at_dispatch_with_its_arguments)
{
    prepare();
    EXPECT(queue_note(1));
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(runs, 1);
    EXPECT_EQUAL(order[0], 1);
}

TEST(they_run_in_order_and_the_important_first)
{
    prepare();
    block_queue(&dpcs[0]);
    KeSetImportanceDpc(&dpcs[3], HighImportance);
    EXPECT(queue_note(1));
    EXPECT(queue_note(2));
    EXPECT(queue_note(3));
    EXPECT(!queue_note(2)); /* queued already */
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(runs, 3);
    EXPECT_EQUAL(order[0], 3);
    EXPECT_EQUAL(order[1], 1);
    EXPECT_EQUAL(order[2], 2);
}

TEST(a_removed_one_does_not_run)
{
    prepare();
    block_queue(&dpcs[0]);
    queue_note(1);
    queue_note(2);
    queue_note(3);
    EXPECT(KeRemoveQueueDpc(&dpcs[3]));
    EXPECT(KeRemoveQueueDpc(&dpcs[1]));
    EXPECT(!KeRemoveQueueDpc(&dpcs[1]));
    EXPECT(queue_note(4));
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(runs, 2);
    EXPECT_EQUAL(order[0], 2);
    EXPECT_EQUAL(order[1], 4);
}

static VOID again(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)argument1, (void)argument2;
    if (++runs < 10)
        KeInsertQueueDpc(dpc, NULL, NULL);
    else
        KeSetEvent(context, IO_NO_INCREMENT, FALSE);
}

TEST(a_routine_may_queue_its_dpc_again)
{
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeDpc(&dpcs[0], again, &gate);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    EXPECT_EQUAL(runs, 10);
}

static VOID note_level(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    *(KIRQL *)context = KeGetCurrentIrql();
}

TEST(a_threaded_one_runs_at_passive)
{
    KIRQL level = HIGH_LEVEL;
    KeInitializeThreadedDpc(&dpcs[0], note_level, &level);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(level, PASSIVE_LEVEL);
}

TEST(it_may_be_queued_at_any_level)
{
    KIRQL old;
    prepare();
    KeRaiseIrql(HIGH_LEVEL, &old);
    EXPECT(queue_note(1));
    KeLowerIrql(old);
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(runs, 1);
}

TEST(a_target_must_be_a_processor)
{
    PROCESSOR_NUMBER number = {0, 0, 0};
    prepare();
    EXPECT_EQUAL(KeSetTargetProcessorDpcEx(&dpcs[1], &number), STATUS_SUCCESS);
    number.Group = 77;
    EXPECT_EQUAL(KeSetTargetProcessorDpcEx(&dpcs[1], &number), STATUS_INVALID_PARAMETER);
    KeSetTargetProcessorDpc(&dpcs[1], 0);
    EXPECT(queue_note(1));
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(runs, 1);
}

TEST(one_nobody_initialised_is_a_stop)
{
    static KDPC never;
    EXPECT_BUGCHECK(0x0A, 0)
    {
        KeInsertQueueDpc(&never, NULL, NULL);
    }
}

TEST(a_child_has_a_queue_of_its_own)
{
    if (!CHILD_MAY_START_THREADS)
        return;
    prepare();
    queue_note(1);
    KeFlushQueuedDpcs(); /* our thread runs */
    pid_t child = fork();
    if (child == 0) {
        queue_note(2);
        KeFlushQueuedDpcs();
        _exit(runs == 2 && order[1] == 2 ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
}

TESTS_MAIN("dpc")
