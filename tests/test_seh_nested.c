#include "tests/child.h"

#include "expool/pool.h"
#include "expool/seh.h"

/* What happened, in order. */
static char happened[64];

static void note(char letter)
{
    size_t length = strlen(happened);
    if (length + 1 < sizeof happened)
        happened[length] = letter;
}

static int filter(char letter, int answer)
{
    note(letter);
    return answer;
}

static void __attribute__((noinline)) raise_it(NTSTATUS status)
{
    note('r');
    ExRaiseStatus(status);
}

#define EXPECT_HAPPENED(letters) ck_assert_str_eq(happened, (letters))

TEST(a_raise_in_a_handler_goes_to_the_frame_outside)
{
    NTSTATUS outer = 0;
    __try {
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            note('1');
            raise_it(STATUS_QUOTA_EXCEEDED);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        outer = GetExceptionCode();
    }
    EXPECT_HAPPENED("r1r");
    EXPECT_EQUAL((ULONG)outer, (ULONG)STATUS_QUOTA_EXCEEDED);
}

static int raise_in_filter(void)
{
    note('f');
    ExRaiseStatus(STATUS_ACCESS_DENIED);
}

TEST(a_raise_in_a_filter_takes_the_place_of_the_first)
{
    NTSTATUS status = 0;
    __try {
        __try {
            __try {
                raise_it(STATUS_NO_MEMORY);
            } __finally {
                note('F');
            }
        } __except (raise_in_filter()) {
            note('x');
        }
    } __except (filter('g', EXCEPTION_EXECUTE_HANDLER)) {
        status = GetExceptionCode();
    }
    EXPECT_HAPPENED("rfgF");
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_ACCESS_DENIED);
}

static int filter_with_a_try_of_its_own(void)
{
    NTSTATUS status = 0;
    __try {
        ExRaiseStatus(STATUS_ACCESS_DENIED);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status == STATUS_ACCESS_DENIED;
}

TEST(a_filter_may_catch_for_itself)
{
    NTSTATUS status = 0;
    __try {
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __finally {
            note('F');
        }
    } __except (filter_with_a_try_of_its_own()) {
        status = GetExceptionCode();
    }
    EXPECT_HAPPENED("rF");
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_NO_MEMORY);
}

TEST(a_raise_in_a_finally_takes_the_place_of_the_first)
{
    NTSTATUS status = 0;
    __try {
        __try {
            __try {
                raise_it(STATUS_NO_MEMORY);
            } __finally {
                note('1');
                raise_it(STATUS_ACCESS_DENIED);
            }
        } __finally {
            note('2');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_HAPPENED("r1r2");
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_ACCESS_DENIED);
}

TEST(a_finally_may_catch_for_itself)
{
    NTSTATUS status = 0;
    __try {
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __finally {
            __try {
                raise_it(STATUS_ACCESS_DENIED);
            } __except (EXCEPTION_EXECUTE_HANDLER) {
                note('c');
            }
            note('F');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_HAPPENED("rrcF");
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_NO_MEMORY);
}

static void __attribute__((noinline)) handle_something_else(void)
{
    __try {
        ExRaiseStatus(STATUS_DELETE_PENDING);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        EXPECT_EQUAL((ULONG)GetExceptionCode(), (ULONG)STATUS_DELETE_PENDING);
    }
}

TEST(the_code_in_a_handler_is_its_own_after_others_were_handled_in_it)
{
    __try {
        ExRaiseStatus(STATUS_NO_MEMORY);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        handle_something_else();
        __try {
            ExRaiseStatus(STATUS_ACCESS_DENIED);
        } __except (GetExceptionCode() == STATUS_ACCESS_DENIED) {
            EXPECT_EQUAL((ULONG)GetExceptionCode(), (ULONG)STATUS_ACCESS_DENIED);
        }
        EXPECT_EQUAL((ULONG)GetExceptionCode(), (ULONG)STATUS_NO_MEMORY);
    }
}

#if defined(                                                                                       \
    __clang__) /* gcc's block is a function of its own: a value to return does not compile */
static int __attribute__((noinline)) dismiss(void)
{
    __try {
        raise_it(STATUS_NO_MEMORY);
    } __finally {
        return 5; /* drops the exception, as on Windows */
    }
    return 6;
}

TEST(a_return_in_a_finally_drops_the_exception)
{
    __try {
        EXPECT_EQUAL(dismiss(), 5);
        note('a');
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('x');
    }
    EXPECT_HAPPENED("ra");
}
#endif

/* The host leaves a bug check in a body by a jump: the frame stays open behind it. */
TEST(bodies_left_by_jumps_in_turn_are_entered_again)
{
    volatile unsigned taken = 0;
    for (volatile unsigned round = 0; round < 4; round++) {
        EXPECT_BUGCHECK_CODE(0xC2)
        {
            __try {
                ExFreePool(NULL);
            } __except (EXCEPTION_CONTINUE_SEARCH) {
            }
        }
        EXPECT_BUGCHECK_CODE(0xC2)
        {
            __try {
                ExFreePool(NULL);
            } __except (EXCEPTION_CONTINUE_SEARCH) {
            }
        }
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            taken++;
        }
    }
    EXPECT_EQUAL(taken, 4);
}

static void raise_without_memory(void)
{
    const struct rlimit none = {0, 0};
    volatile unsigned taken = 0;
    if (setrlimit(RLIMIT_AS, &none) != 0)
        exit(1);
    for (volatile unsigned i = 0; i < 1000; i++)
        __try {
            __try {
                raise_it(STATUS_NO_MEMORY);
            } __except (EXCEPTION_EXECUTE_HANDLER) {
                raise_it(STATUS_INSUFFICIENT_RESOURCES);
            }
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            taken++;
        }
    exit(taken == 1000 ? 0 : 2);
}

TEST(a_raise_needs_no_memory_of_the_systems)
{
    if (CHILD_MAY_LACK_MEMORY)
        EXPECT_EQUAL(child_run(raise_without_memory).exit_code, 0);
}

TESTS_MAIN("seh_nested")
