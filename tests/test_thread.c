#include "tests/child.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/fast_mutex.h"
#include "expool/irql.h"
#include "expool/object.h"
#include "expool/region.h"
#include "expool/thread.h"
#include "expool/time.h"

static KEVENT gate;
static PETHREAD seen;
static HANDLE seen_id;
static bool went_on;

static VOID look_around(PVOID context)
{
    seen = PsGetCurrentThread();
    seen_id = PsGetCurrentThreadId();
    *(KIRQL *)context = KeGetCurrentIrql();
}

/* The object of a new thread, referenced; its handle is closed. */
static PETHREAD started(PKSTART_ROUTINE routine, PVOID context)
{
    HANDLE handle = NULL;
    PVOID thread = NULL;
    EXPECT_EQUAL(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context),
        STATUS_SUCCESS);
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                           &thread, NULL),
                 STATUS_SUCCESS);
    EXPECT_EQUAL(ZwClose(handle), STATUS_SUCCESS);
    return thread;
}

static NTSTATUS wait_ms(PVOID object, LONGLONG ms)
{
    LARGE_INTEGER timeout = in_ms(ms);
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

TEST(a_thread_runs_at_passive_and_is_signalled_when_it_has_ended)
{
    KIRQL level = HIGH_LEVEL;
    PETHREAD thread = started(look_around, &level);
    EXPECT_EQUAL(wait_ms(thread, 20000), STATUS_SUCCESS);
    EXPECT(seen == thread);
    EXPECT_EQUAL(seen_id, PsGetThreadId(thread));
    EXPECT_EQUAL(level, PASSIVE_LEVEL);
    EXPECT(PsIsSystemThread(thread));
    EXPECT(PsIsThreadTerminating(thread));
    ObDereferenceObject(thread);
}

static VOID wait_for_gate(PVOID context)
{
    (void)context;
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    PsTerminateSystemThread(STATUS_CANCELLED);
    went_on = true;
}

TEST(a_thread_may_end_itself)
{
    CLIENT_ID ids = {NULL, NULL};
    HANDLE handle;
    PVOID thread;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    EXPECT_EQUAL(PsCreateSystemThread(&handle, 0, NULL, NULL, &ids, wait_for_gate, NULL), 0);
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL), 0);
    EXPECT_EQUAL(ids.UniqueThread, PsGetThreadId(thread));
    EXPECT_EQUAL(ids.UniqueProcess, getpid());
    EXPECT_EQUAL(wait_ms(thread, 20), STATUS_TIMEOUT);
    EXPECT(!PsIsThreadTerminating(thread));
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    EXPECT_EQUAL(wait_ms(thread, 20000), STATUS_SUCCESS);
    EXPECT(!went_on);
    ObDereferenceObject(thread);
    EXPECT_EQUAL(ZwClose(handle), STATUS_SUCCESS);
}

TEST(a_thread_of_linux_has_an_object_too)
{
    PETHREAD self = PsGetCurrentThread();
    EXPECT((PVOID)self == (PVOID)KeGetCurrentThread());
    EXPECT(!PsIsSystemThread(self));
    EXPECT_EQUAL(PsGetThreadId(self), PsGetCurrentThreadId());
    EXPECT_EQUAL(PsTerminateSystemThread(STATUS_SUCCESS), STATUS_INVALID_PARAMETER);
    ObReferenceObject(self);
    ObDereferenceObject(self);
}

TEST(priorities_are_kept)
{
    PKTHREAD self = KeGetCurrentThread();
    KPRIORITY before = KeSetPriorityThread(self, LOW_REALTIME_PRIORITY);
    EXPECT_EQUAL(KeQueryPriorityThread(self), LOW_REALTIME_PRIORITY);
    EXPECT_EQUAL(KeSetPriorityThread(self, before), LOW_REALTIME_PRIORITY);
    EXPECT_EQUAL(KeSetBasePriorityThread(self, 2), 0);
    EXPECT_EQUAL(KeSetBasePriorityThread(self, 0), 2);
}

TEST(many_threads_come_and_go)
{
    for (unsigned i = 0; i < 200; i++) {
        KIRQL level = HIGH_LEVEL;
        PETHREAD thread = started(look_around, &level);
        EXPECT_EQUAL(wait_ms(thread, 20000), STATUS_SUCCESS);
        ObDereferenceObject(thread);
    }
}

static VOID stay_in_region(PVOID context)
{
    (void)context;
    KeEnterCriticalRegion();
}

static VOID stay_raised(PVOID context)
{
    KIRQL old;
    (void)context;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
}

static void end_in_region(void)
{
    wait_ms(started(stay_in_region, NULL), 5000);
}

static void end_raised(void)
{
    wait_ms(started(stay_raised, NULL), 5000);
}

TEST(a_thread_that_ends_in_a_region_or_raised_is_a_stop)
{
    EXPECT_TEXT(child_run(end_in_region).text, "STOP: 0x00000020 (0, 1, 0, 0)");
    EXPECT_TEXT(child_run(end_raised).text, "STOP: 0x00000020 (0, 0, 2, 0)");
}

static void leave_a_thread_waiting(void)
{
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    started(wait_for_gate, NULL);
}

TEST(a_program_with_a_thread_waiting_ends_as_usual)
{
    struct child child = child_run(leave_a_thread_waiting);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT(child.text[0] == 0);
}

TESTS_MAIN("thread")
