#include "tests/child.h"

#include "expool/bugcheck.h"
#include "expool/irql.h"
#include "expool/pool.h"
#include "pool/bugcheck.h"
#include "pool/mode.h"

#include <pthread.h>

enum { TAG = 'tseT' };

static unsigned calls;
static struct expool_bugcheck seen;

static enum expool_action pass(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    calls++;
    seen = *bugcheck;
    return EXPOOL_CONTINUE;
}

static void free_null(void)
{
    ExFreePool(NULL);
}

static unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

TEST(the_host_is_told_everything)
{
    int context = 0;
    mode_set(MODE_STACKS, true);
    void *block = ExAllocatePoolWithTag(PagedPool, 40, TAG);
    expool_on_bugcheck(pass, &context);
    ExFreePoolWithTag(block, 'rhtO');
    EXPECT_EQUAL(calls, 1);
    EXPECT_EQUAL(seen.code, 0xC2);
    EXPECT_EQUAL(seen.subcode, 0x0A);
    EXPECT_EQUAL(seen.parameter[0], 0x0A);
    EXPECT_EQUAL(seen.tag, TAG);
    EXPECT(seen.block == block);
    EXPECT(seen.block_bytes >= 40);
    EXPECT(seen.allocated_by != NULL && seen.freed_by == NULL);
    ck_assert_str_eq(seen.name, "BAD_POOL_CALLER");
    ck_assert_str_eq(seen.rule, "free-wrong-tag");
    EXPECT_EQUAL(bugcheck_count(), 1);
}

extern const char __start_askers[]; /* NOLINT: the linker's names */
extern const char __stop_askers[];  /* NOLINT */

__attribute__((noinline, section("askers"))) static void *ask(unsigned routine)
{
    void *volatile block = NULL; /* what comes is looked at here: the call is no jump */
    switch (routine) {
    case 0: block = ExAllocatePoolWithTag(NonPagedPoolNx, 40, TAG); break;
    case 1: block = ExAllocatePoolUninitialized(NonPagedPoolNx, 40, TAG); break;
    case 2: block = ExAllocatePoolZero(NonPagedPoolNx, 40, TAG); break;
    default: block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 40, TAG); break;
    }
    return block;
}

/* Two routines that do the same may be folded into one, but not so that one calls the other. */
TEST(a_block_is_its_callers_whichever_routine_was_asked)
{
    mode_set(MODE_STACKS, true);
    expool_on_bugcheck(pass, NULL);
    for (unsigned i = 0; i < 4; i++) {
        ExFreePoolWithTag(ask(i), 'rhtO');
        const char *by = seen.allocated_by;
        ck_assert_msg(by > __start_askers && by <= __stop_askers, "routine %u", i);
    }
}

TEST(a_host_that_goes_on_gets_defined_failures)
{
    KIRQL old;
    void *block = ExAllocatePoolWithTag(PagedPool, 40, TAG);
    expool_on_bugcheck(pass, NULL);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 40, 0) == NULL);
    ExFreePoolWithTag(block, 'rhtO'); /* frees nothing */
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 40, TAG) == NULL);
    ExFreePool(block); /* nor does this */
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);
    EXPECT_EQUAL(calls, 5);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(calls, 5);
}

TEST(a_rule_without_a_stop_in_its_column_is_silent)
{
    struct violation violation = {.kind = VIOLATION_ALLOCATE_ZERO_BYTES, .column = COLUMN_PLAIN};
    expool_on_bugcheck(pass, NULL);
    violation_raise(&violation);
    EXPECT_EQUAL(calls, 0);
    EXPECT_EQUAL(bugcheck_count(), 0);
}

TEST(without_a_host_the_program_reports_and_aborts)
{
    struct child child = child_run(free_null);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_EQUAL(occurrences(child.text, "BUG CHECK 0xC2/0x46"), 1);
    EXPECT_EQUAL(occurrences(child.text, "END OF REPORT"), 1);
}

static void free_null_and_exit(void)
{
    expool_options_set("on_bugcheck=exit");
    ExFreePool(NULL);
}

TEST(on_bugcheck_exit_ends_with_196)
{
    struct child child = child_run(free_null_and_exit);
    EXPECT_EQUAL(child.exit_code, 196);
    EXPECT_TEXT(child.text, "END OF REPORT");
}

static void free_null_often_and_go_on(void)
{
    expool_options_set("on_bugcheck=continue");
    ExFreePool(NULL);
    ExFreePool(NULL);
    ExAllocatePoolWithTag(PagedPool, 40, 0);
    ExFreePool(NULL);
    __asm__ volatile(""); /* no tail call: the caller is part of what makes two the same */
}

TEST(on_bugcheck_continue_reports_each_kind_once_and_ends_with_196)
{
    struct child child = child_run(free_null_often_and_go_on);
    EXPECT_EQUAL(child.exit_code, 196);
    EXPECT_EQUAL(occurrences(child.text, "END OF REPORT"), 2);
    EXPECT_EQUAL(occurrences(child.text, "After an earlier violation (this is no. 3 here)"), 1);
    EXPECT_TEXT(child.text, "expool: 4 bug checks passed over:\n         3 x c2.46:");
}

static void stop_by_driver(void)
{
    expool_on_bugcheck(pass, NULL);
    KeBugCheckEx(0xE2, 1, 2, 3, 4);
}

TEST(a_stop_that_the_program_asks_for_does_not_return)
{
    struct child child = child_run(stop_by_driver);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_BUGCHECK(0xE2, 0)
    {
        KeBugCheckEx(0xE2, 1, 2, 3, 4);
    }
    ck_assert_str_eq(last_bugcheck()->rule, "asked-for");
    EXPECT_EQUAL(last_bugcheck()->parameter[3], 4);
}

static void *free_null_in_thread(void *unused)
{
    ExFreePool(NULL);
    return unused;
}

static void free_null_in_threads(void)
{
    pthread_t threads[4];
    for (unsigned i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, free_null_in_thread, NULL);
    for (unsigned i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

TEST(threads_that_stop_together_write_one_report)
{
    struct child child = child_run(free_null_in_threads);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_EQUAL(occurrences(child.text, "BUG CHECK"), 1);
    EXPECT_EQUAL(occurrences(child.text, "END OF REPORT"), 1);
}

TESTS_MAIN("bugcheck")
