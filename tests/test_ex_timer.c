#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/ex_timer.h"
#include "expool/irql.h"

static KEVENT done;
static KEVENT gone;
static LONG calls;
static LONG deletions;

static NTSTATUS wait_ms(PVOID object, LONGLONG ms)
{
    LARGE_INTEGER timeout = in_ms(ms);
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

static LONG read_long(const LONG *number)
{
    return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

static VOID called(PEX_TIMER timer, PVOID context)
{
    bool is_right = context == &calls && timer != NULL && KeGetCurrentIrql() == DISPATCH_LEVEL;
    if (is_right && __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == 3)
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

static VOID deleted(PVOID context)
{
    __atomic_add_fetch(&deletions, 1, __ATOMIC_SEQ_CST);
    KeSetEvent(context, IO_NO_INCREMENT, FALSE);
}

static EXT_DELETE_PARAMETERS farewell(void)
{
    EXT_DELETE_PARAMETERS parameters;
    ExInitializeDeleteTimerParameters(&parameters);
    KeInitializeEvent(&gone, NotificationEvent, FALSE);
    parameters.DeleteCallback = deleted;
    parameters.DeleteContext = &gone;
    return parameters;
}

TEST(a_periodic_timer_calls_back_until_it_is_deleted)
{
    EXT_DELETE_PARAMETERS parameters = farewell();
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    PEX_TIMER timer = ExAllocateTimer(called, &calls, EX_TIMER_HIGH_RESOLUTION);
    EXPECT(!ExSetTimer(timer, -10000, 10000, NULL));
    EXPECT_EQUAL(wait_ms(&done, 20000), STATUS_SUCCESS);
    EXPECT(ExDeleteTimer(timer, TRUE, TRUE, &parameters));
    EXPECT_EQUAL(deletions, 1);
    LONG after = read_long(&calls);
    pause_ms(20);
    EXPECT_EQUAL(read_long(&calls), after);
}

TEST(setting_and_cancelling_tell_whether_it_was_set)
{
    EXT_SET_PARAMETERS parameters;
    ExInitializeSetTimerParameters(&parameters);
    PEX_TIMER timer = ExAllocateTimer(called, &calls, 0);
    EXPECT(!ExCancelTimer(timer, NULL));
    EXPECT(!ExSetTimer(timer, -100000000, 0, &parameters));
    EXPECT(ExSetTimer(timer, -100000000, 0, &parameters));
    EXPECT(ExCancelTimer(timer, NULL));
    EXPECT(!ExCancelTimer(timer, NULL));
    EXPECT(!ExDeleteTimer(timer, TRUE, TRUE, NULL));
    EXPECT_EQUAL(calls, 0);
}

TEST(it_can_be_waited_for_without_a_callback)
{
    PEX_TIMER timer = ExAllocateTimer(NULL, NULL, EX_TIMER_NOTIFICATION);
    ExSetTimer(timer, -10000, 0, NULL);
    EXPECT_EQUAL(wait_ms(timer, 20000), STATUS_SUCCESS);
    EXPECT_EQUAL(wait_ms(timer, 0), STATUS_SUCCESS);
    ExDeleteTimer(timer, FALSE, FALSE, NULL);
    timer = ExAllocateTimer(NULL, NULL, 0);
    ExSetTimer(timer, -10000, 0, NULL);
    EXPECT_EQUAL(wait_ms(timer, 20000), STATUS_SUCCESS);
    EXPECT_EQUAL(wait_ms(timer, 0), STATUS_TIMEOUT);
    ExSetTimer(timer, -100000000, 10000, NULL);
    ExDeleteTimer(timer, TRUE, TRUE, NULL);
}

TEST(deleted_without_a_cancel_it_expires_once_more)
{
    EXT_DELETE_PARAMETERS parameters = farewell();
    PEX_TIMER timer = ExAllocateTimer(called, &calls, 0);
    ExSetTimer(timer, -3000000, 10000, NULL);
    EXPECT(!ExDeleteTimer(timer, FALSE, FALSE, &parameters));
    EXPECT_EQUAL(wait_ms(&gone, 20000), STATUS_SUCCESS);
    KeFlushQueuedDpcs();
    EXPECT_EQUAL(read_long(&calls), 1);
    EXPECT_EQUAL(read_long(&deletions), 1);
}

static VOID deletes_itself(PEX_TIMER timer, PVOID context)
{
    ExDeleteTimer(timer, TRUE, FALSE, context);
}

TEST(a_callback_may_delete_its_timer)
{
    EXT_DELETE_PARAMETERS parameters = farewell();
    PEX_TIMER timer = ExAllocateTimer(deletes_itself, &parameters, 0);
    ExSetTimer(timer, -10000, 10000, NULL);
    EXPECT_EQUAL(wait_ms(&gone, 20000), STATUS_SUCCESS);
    pause_ms(10);
    EXPECT_EQUAL(read_long(&deletions), 1);
}

TEST(unknown_attributes_are_refused)
{
    EXPECT(ExAllocateTimer(called, NULL, 0x100) == NULL);
}

TESTS_MAIN("ex_timer")
