#include "tests/child.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/irql.h"
#include "expool/pool.h"
#include "expool/region.h"
#include "expool/work_item.h"

enum { ITEMS = 40 };

static WORK_QUEUE_ITEM items[ITEMS];
static KEVENT events[ITEMS];
static KEVENT done;
static LONG count;

static NTSTATUS wait_for(PKEVENT event)
{
    LARGE_INTEGER timeout = in_ms(20000);
    return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &timeout);
}

static VOID count_down(PVOID parameter)
{
    if (KeGetCurrentIrql() == PASSIVE_LEVEL && parameter == &count &&
        __atomic_sub_fetch(&count, 1, __ATOMIC_SEQ_CST) == 0)
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

TEST(items_run_at_passive_with_their_parameter)
{
    EXPECT_EQUAL(sizeof(WORK_QUEUE_ITEM), 0x20);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    count = ITEMS;
    for (unsigned i = 0; i < ITEMS; i++) {
        ExInitializeWorkItem(&items[i], count_down, &count);
        ExQueueWorkItem(&items[i], i % 2 == 0 ? DelayedWorkQueue : CriticalWorkQueue);
    }
    EXPECT_EQUAL(wait_for(&done), STATUS_SUCCESS);
}

/* Each waits for the next one: all must run at once. */
static VOID wait_for_next(PVOID parameter)
{
    unsigned number = (unsigned)(uintptr_t)parameter;
    if (number + 1 < ITEMS)
        wait_for(&events[number + 1]);
    KeSetEvent(&events[number], IO_NO_INCREMENT, FALSE);
}

TEST(items_may_wait_for_each_other)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        KeInitializeEvent(&events[i], NotificationEvent, FALSE);
        ExInitializeWorkItem(&items[i], wait_for_next, (PVOID)(uintptr_t)i);
    }
    for (unsigned i = 0; i < ITEMS; i++)
        ExQueueWorkItem(&items[i], DelayedWorkQueue);
    EXPECT_EQUAL(wait_for(&events[0]), STATUS_SUCCESS);
}

static VOID free_itself(PVOID parameter)
{
    ExFreePoolWithTag(parameter, 'krow');
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

TEST(a_routine_may_free_its_item)
{
    PWORK_QUEUE_ITEM item = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *item, 'krow');
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ExInitializeWorkItem(item, free_itself, item);
    ExQueueWorkItem(item, DelayedWorkQueue);
    EXPECT_EQUAL(wait_for(&done), STATUS_SUCCESS);
}

static VOID again(PVOID parameter)
{
    if (--count > 0)
        ExQueueWorkItem(parameter, DelayedWorkQueue);
    else
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

TEST(a_routine_may_queue_its_item_again)
{
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    count = 5;
    ExInitializeWorkItem(&items[0], again, &items[0]);
    ExQueueWorkItem(&items[0], NormalWorkQueue);
    EXPECT_EQUAL(wait_for(&done), STATUS_SUCCESS);
    EXPECT_EQUAL(count, 0);
}

static VOID nothing(PVOID parameter)
{
    (void)parameter;
}

static VOID stay_raised(PVOID parameter)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)parameter;
}

static VOID stay_in_region(PVOID parameter)
{
    KeEnterCriticalRegion();
    (void)parameter;
}

static void queue_and_wait(PWORKER_THREAD_ROUTINE routine)
{
    ExInitializeWorkItem(&items[0], routine, NULL);
    ExQueueWorkItem(&items[0], DelayedWorkQueue);
    pause_ms(5000);
}

static void return_raised(void)
{
    queue_and_wait(stay_raised);
}

static void return_in_region(void)
{
    queue_and_wait(stay_in_region);
}

TEST(a_routine_that_returns_raised_or_in_a_region_is_a_stop)
{
    EXPECT_TEXT(child_run(return_raised).text, "STOP: 0x000000E1");
    EXPECT_TEXT(child_run(return_in_region).text, "STOP: 0x00000001");
}

static void leave_a_worker(void)
{
    ExInitializeWorkItem(&items[0], nothing, NULL);
    ExQueueWorkItem(&items[0], DelayedWorkQueue);
}

TEST(a_program_with_workers_ends_as_usual)
{
    struct child child = child_run(leave_a_worker);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT(child.text[0] == 0);
}

TESTS_MAIN("work_item")
