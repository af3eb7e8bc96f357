#include "tests/expect.h"

#include "expool/pool.h"
#include "expool/seh.h"

enum { TAG = 'hesT', ROUNDS = 1000 };

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

TEST(a_body_without_an_exception_runs_no_handler)
{
    volatile int handled = 0;
    __try {
        note('b');
    } __except (filter('f', EXCEPTION_EXECUTE_HANDLER)) {
        handled = 1;
    }
    EXPECT_HAPPENED("b");
    EXPECT_EQUAL(handled, 0);
}

TEST(a_raise_runs_filter_and_handler_and_goes_on_behind)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        raise_it(STATUS_QUOTA_EXCEEDED);
        note('x');
    } __except (filter('f', GetExceptionCode() == STATUS_QUOTA_EXCEEDED)) {
        note('h');
        status = GetExceptionCode();
    }
    note('e');
    EXPECT_HAPPENED("rfhe");
    EXPECT_EQUAL((ULONG)status, 0xC0000044);
}

TEST(a_filter_that_says_no_passes_the_exception_on)
{
    __try {
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __except (filter('1', EXCEPTION_CONTINUE_SEARCH)) {
            note('x');
        }
        note('x');
    } __except (filter('2', EXCEPTION_EXECUTE_HANDLER)) {
        note('h');
    }
    EXPECT_HAPPENED("r12h");
}

TEST(filters_run_before_finally_blocks_and_those_before_the_handler)
{
    __try {
        __try {
            __try {
                raise_it(STATUS_NO_MEMORY);
            } __finally {
                note(AbnormalTermination() ? 'A' : 'n');
            }
        } __finally {
            note(AbnormalTermination() ? 'B' : 'n');
        }
    } __except (filter('f', EXCEPTION_EXECUTE_HANDLER)) {
        note('h');
    }
    EXPECT_HAPPENED("rfABh");
}

static void __attribute__((noinline)) inner_with_finally(int *steps)
{
    __try {
        raise_it(STATUS_NO_MEMORY);
    } __finally {
        *steps += 1;
        note('F');
    }
    note('x');
}

static void __attribute__((noinline)) middle_that_declines(int *steps)
{
    char room[3000];
    memset(room, 7, sizeof room);
    __try {
        inner_with_finally(steps);
    } __except (filter(room[2999] == 7 ? '1' : 'x', EXCEPTION_CONTINUE_SEARCH)) {
        note('x');
    }
    note('x');
}

/* Long enough to run over the frames that were left. */
static int __attribute__((noinline)) deep_filter(PEXCEPTION_POINTERS pointers)
{
    volatile char room[8000];
    for (unsigned i = 0; i < sizeof room; i++)
        room[i] = (char)0xAA;
    note('2');
    return pointers->ExceptionRecord->ExceptionCode == STATUS_NO_MEMORY && room[0] != 0
               ? EXCEPTION_EXECUTE_HANDLER
               : EXCEPTION_CONTINUE_SEARCH;
}

TEST(a_filter_runs_over_the_stack_and_the_finally_below_still_finds_its_own)
{
    int steps = 0;
    __try {
        middle_that_declines(&steps);
    } __except (deep_filter(GetExceptionInformation())) {
        note('h');
    }
    EXPECT_HAPPENED("r12Fh");
    EXPECT_EQUAL(steps, 1);
}

static int __attribute__((noinline)) return_out_of(int value)
{
    int result = value * 2;
    __try {
        if (value > 0)
            return result + 1;
        note('b');
    } __finally {
        note(AbnormalTermination() ? 'A' : 'n');
        result = 1000;
    }
    return result;
}

#if defined(__clang__)
TEST(a_return_out_of_a_body_with_a_finally_is_refused_by_name)
{
    EXPECT_BUGCHECK(0x1E, 0)
    {
        return_out_of(5);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC00000BB);
}
#else
TEST(a_return_out_of_a_body_runs_finally_and_keeps_its_value)
{
    EXPECT_EQUAL(return_out_of(5), 11);
    EXPECT_HAPPENED("A");
    EXPECT_EQUAL(return_out_of(0), 1000);
    EXPECT_HAPPENED("Abn");
}

TEST(break_continue_and_goto_out_of_a_body_run_finally)
{
    int rounds = 0;
    for (int i = 0; i < 10; i++) {
        __try {
            rounds += 1;
            if (i == 1)
                continue;
            if (i == 3)
                break;
            if (i == 2)
                goto out_of_it;
        } __finally {
            note((char)('0' + i));
            rounds += 10;
        }
        note('.');
        continue;
    out_of_it:
        note('g');
    }
    EXPECT_HAPPENED("0.12g3");
    EXPECT_EQUAL(rounds, 44);
}

static int __attribute__((noinline)) return_out_of_three(void)
{
    __try {
        __try {
            __try {
                return 7;
            } __finally {
                note('1');
            }
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            note('x');
        }
    } __finally {
        note('2');
    }
    return 8;
}

TEST(a_return_runs_every_finally_on_its_way)
{
    EXPECT_EQUAL(return_out_of_three(), 7);
    EXPECT_HAPPENED("12");
}
#endif

static int __attribute__((noinline)) return_out_of_except(int value)
{
    for (int i = 0; i < 3; i++) {
        __try {
            if (i == value)
                return 10 + i;
            if (i == 1)
                break;
            continue;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            note('x');
        }
    }
    return -1;
}

TEST(a_body_with_a_handler_is_left_by_return_break_and_continue)
{
    EXPECT_EQUAL(return_out_of_except(0), 10);
    EXPECT_EQUAL(return_out_of_except(1), 11);
    EXPECT_EQUAL((ULONG)return_out_of_except(5), (ULONG)-1);
    __try {
        raise_it(STATUS_NO_MEMORY); /* no frame of those is left over */
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        note('h');
    }
    EXPECT_HAPPENED("rh");
}

TEST(leave_ends_a_body_normally)
{
    __try {
        __try {
            note('1');
            __leave;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            note('x');
        }
        note('2');
        if (happened[0] == '1')
            __leave;
        note('x');
    } __finally {
        note(AbnormalTermination() ? 'A' : 'n');
    }
    EXPECT_HAPPENED("12n");
}

TEST(a_raise_nobody_takes_is_stop_1e_and_no_finally_has_run)
{
    __try {
        __try {
            __try {
                EXPECT_BUGCHECK(0x1E, 0)
                {
                    ExRaiseStatus(STATUS_NO_MEMORY);
                }
            } __finally {
                note('F');
            }
        } __except (filter('f', EXCEPTION_CONTINUE_SEARCH)) {
            note('x');
        }
    } __finally {
        note('G');
    }
    EXPECT_HAPPENED("fFG");
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC0000017);
}

TEST(a_continuable_raise_returns_when_a_filter_says_so)
{
    EXCEPTION_RECORD record = {.ExceptionCode = STATUS_NO_MEMORY, .NumberParameters = 1};
    record.ExceptionInformation[0] = 77;
    __try {
        __try {
            RtlRaiseException(&record);
            note('b');
        } __finally {
            note('F');
        }
    } __except (filter(
        (char)('a' + (GetExceptionInformation()->ExceptionRecord->ExceptionInformation[0] == 77)),
        EXCEPTION_CONTINUE_EXECUTION)) {
        note('x');
    }
    EXPECT_HAPPENED("bbF");
}

TEST(going_on_after_a_status_is_an_exception_of_its_own)
{
    NTSTATUS status = 0;
    __try {
        __try {
            raise_it(STATUS_NO_MEMORY);
        } __except (GetExceptionCode() == STATUS_NO_MEMORY ? EXCEPTION_CONTINUE_EXECUTION : 0) {
            note('x');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_NONCONTINUABLE_EXCEPTION);
}

TEST(an_unbraced_if_keeps_its_else)
{
    for (int i = 0; i < 2; i++)
        if (i == 0)
            __try {
                note('t');
            } __except (EXCEPTION_EXECUTE_HANDLER) {
                note('x');
            }
        else
            note('e');
    EXPECT_HAPPENED("te");
}

TEST(a_thousand_raises_leave_nothing_behind)
{
    volatile int handled = 0;
    for (volatile int i = 0; i < ROUNDS; i = i + 1) {
        __try {
            __try {
                ExRaiseStatus(STATUS_NO_MEMORY);
            } __finally {
                handled = handled + 1;
            }
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            handled = handled + 1;
        }
    }
    EXPECT_EQUAL(handled, 2 * ROUNDS);
}

/* A variable changed before the raise, on every compiler that promises it. */
#if !defined(__clang__) || !defined(__OPTIMIZE__)
TEST(a_handler_sees_what_the_body_changed)
{
    char *buffer = NULL;
    int step = 0;
    __try {
        buffer = ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG);
        step = 1;
        raise_it(STATUS_NO_MEMORY);
        step = 2;
    } __except (step == 1 ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
        EXPECT(buffer != NULL);
        EXPECT_EQUAL(step, 1);
    }
    ExFreePool(buffer);
}
#endif

TESTS_MAIN("seh")
