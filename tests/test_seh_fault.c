#include "tests/verified.h"

#include "expool/rtl.h"
#include "expool/seh.h"

#include <pthread.h>

/* Far from everything, page aligned: what a bad pointer of a caller's looks like. */
static volatile int *const nowhere = (volatile int *)0x1230000;

static int is_violation_at(PEXCEPTION_POINTERS pointers, ULONG_PTR access, const volatile void *at)
{
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;
    return record->ExceptionCode == STATUS_ACCESS_VIOLATION && record->NumberParameters == 2 &&
           record->ExceptionInformation[0] == access &&
           record->ExceptionInformation[1] == (ULONG_PTR)at;
}

TEST(a_read_of_nowhere_is_an_access_violation)
{
    volatile int handled = 0;
    __try {
        handled = *nowhere;
    } __except (is_violation_at(GetExceptionInformation(), 0, nowhere)) {
        EXPECT_EQUAL((ULONG)GetExceptionCode(), 0xC0000005);
        handled = 1;
    }
    EXPECT_EQUAL(handled, 1);
}

static __attribute__((no_sanitize("undefined"))) void write_seven(volatile int *at)
{
    *at = 7;
}

TEST(a_write_to_null_is_an_access_violation_and_finally_runs)
{
    volatile int *volatile null = NULL;
    volatile int steps = 0;
    __try {
        __try {
            write_seven(null);
        } __finally {
            steps = AbnormalTermination() ? 10 : 20;
        }
    } __except (is_violation_at(GetExceptionInformation(), 1, NULL)) {
        steps = steps + 1;
    }
    EXPECT_EQUAL(steps, 11);
}

static char copied[64];

TEST(a_copy_from_a_bad_pointer_is_caught_a_thousand_times)
{
    volatile unsigned caught = 0;
    for (volatile unsigned i = 0; i < 1000; i = i + 1) {
        __try {
            RtlCopyMemory(copied, (const void *)(ULONG_PTR)nowhere, sizeof copied);
            __asm__ volatile("" : : "r"(copied) : "memory"); /* somebody wants the bytes */
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            caught = caught + 1;
        }
    }
    EXPECT_EQUAL(caught, 1000);
}

TEST(a_filter_may_fault_itself)
{
    volatile int handled = 0;
    __try {
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (*nowhere) {
            handled = 100;
        }
    } __except (is_violation_at(GetExceptionInformation(), 0, nowhere)) {
        handled = 1;
    }
    EXPECT_EQUAL(handled, 1);
}

TEST(a_fault_no_filter_takes_is_stop_1e_with_the_address)
{
    __try {
        EXPECT_BUGCHECK(0x1E, 0)
        {
            *nowhere = 1;
        }
    } __except (EXCEPTION_CONTINUE_SEARCH) {
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC0000005);
    EXPECT_EQUAL(last_bugcheck()->parameter[2], 1);
    EXPECT_EQUAL(last_bugcheck()->parameter[3], (ULONG_PTR)nowhere);
}

TEST(under_the_verifier_a_bad_pointer_is_caught_and_a_guard_is_a_stop)
{
    verified("tier=mprotect");
    unsigned char *block = nonpaged(96);
    volatile int handled = 0;
    __try {
        handled = *nowhere;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handled = 1;
    }
    EXPECT_EQUAL(handled, 1);
    __try {
        EXPECT_EQUAL(touch(block + 96, true), 0xD6);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handled = 100;
    }
    EXPECT_EQUAL(handled, 1);
    ExFreePoolWithTag(block, TAG);
}

TEST(the_verifier_may_start_after_the_first_try)
{
    volatile int handled = 0;
    __try {
        handled = *nowhere;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handled = 1;
    }
    verified("tier=mprotect");
    unsigned char *block = nonpaged(96);
    EXPECT_EQUAL(touch(block + 96, false), 0xD6);
    __try {
        handled = *nowhere;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handled = 2;
    }
    EXPECT_EQUAL(handled, 2);
    ExFreePoolWithTag(block, TAG);
}

TEST(pool_routines_raise_to_the_innermost_frame)
{
    NTSTATUS status[2] = {0, 0};
    __try {
        ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, (SIZE_T)1 << 62, TAG);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status[0] = GetExceptionCode();
    }
    __try {
        ExAllocatePool2(POOL_FLAG_RAISE_ON_FAILURE, 10, TAG);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status[1] = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status[0], (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQUAL((ULONG)status[1], (ULONG)STATUS_INVALID_PARAMETER);
}

TEST(misalignment_and_access_violation_are_raised_by_name)
{
    NTSTATUS status[2] = {0, 0};
    __try {
        ExRaiseDatatypeMisalignment();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status[0] = GetExceptionCode();
    }
    __try {
        ExRaiseAccessViolation();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status[1] = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status[0], 0x80000002);
    EXPECT_EQUAL((ULONG)status[1], 0xC0000005);
}

/* Each thread faults at a place of its own: a race would be ours, not the pool's. */
static void *fault_often(void *caught)
{
    volatile unsigned *place = (volatile unsigned *)nowhere + (uintptr_t)caught % PAGE_SIZE / 4;
    for (unsigned i = 0; i < 200; i++) {
        __try {
            *place = 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            ++*(volatile unsigned *)caught;
        }
    }
    return NULL;
}

TEST(every_thread_has_its_own_frames)
{
    pthread_t threads[4];
    unsigned caught[4] = {0};
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQUAL(pthread_create(&threads[i], NULL, fault_often, &caught[i]), 0);
    for (unsigned i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQUAL(caught[i], 200);
}

TESTS_MAIN("seh_fault")
