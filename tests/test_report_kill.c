/* Programs that end badly in every way there is, while a report is written: each must end, and
 * leave a whole report or none. */
#include "tests/report_child.h"

#include "pool/bugcheck.h"
#include "pool/os_report.h"
#include "pool/util.h"

#include <pthread.h>

enum { THREADS = 8, SMALL_STACK = 16384 };

static unsigned char *freed_block(void)
{
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 40, TAG);
    ExFreePool(block);
    return block;
}

static void NOINLINE touch(void *address)
{
    *(volatile unsigned char *)address = 1;
}

/* Threads */

static pthread_barrier_t barrier;

static void *touch_together(void *address)
{
    pthread_barrier_wait(&barrier);
    touch(address);
    return NULL;
}

static void fail_in_eight_threads(void)
{
    pthread_t threads[THREADS];
    start("");
    unsigned char *block = freed_block();
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, touch_together, block);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

TEST(eight_threads_that_fail_together_leave_one_whole_report)
{
    for (unsigned round = 0; round < 5; round++) {
        struct child child = child_run(fail_in_eight_threads);
        EXPECT_EQUAL(child.signal, SIGABRT);
        EXPECT_EQUAL(occurrences(child.text, "BUG CHECK 0xD5"), 1);
        expect_whole(&child, "BUG CHECK 0xD5");
    }
}

static void *free_null_together(void *unused)
{
    pthread_barrier_wait(&barrier);
    for (unsigned i = 0; i < 20; i++)
        ExFreePool(NULL);
    return unused;
}

static void go_on_in_eight_threads(void)
{
    pthread_t threads[THREADS];
    start("on_bugcheck=continue");
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, free_null_together, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

TEST(eight_threads_that_go_on_are_folded_and_counted)
{
    struct child child = child_run(go_on_in_eight_threads);
    EXPECT_EQUAL(child.exit_code, EXIT_BUGCHECK);
    EXPECT_EQUAL(occurrences(child.text, "END OF REPORT"), 1);
    EXPECT_TEXT(child.text, "expool: 160 bug checks passed over:\n       160 x c");
}

/* Stacks */

#if CHILD_MAY_LACK_MEMORY /* a sanitizer's own frames are larger than these stacks */

static void *touch_it(void *address)
{
    touch(address);
    return NULL;
}

/* Never seen by the verifier before, and hardly room for a signal. */
static void fail_in_a_stranger_with_a_small_stack(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    start("");
    unsigned char *block = freed_block();
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, SMALL_STACK);
    EXPECT_EQUAL(pthread_create(&thread, &attributes, touch_it, block), 0);
    pthread_join(thread, NULL);
}

TEST(a_thread_first_met_in_its_fault_may_have_a_tiny_stack)
{
    struct child child = child_run(fail_in_a_stranger_with_a_small_stack);
    EXPECT_EQUAL(child.signal, SIGABRT);
    expect_whole(&child, "BUG CHECK 0xD5");
    EXPECT_TEXT(child.text, "#0 touch ");
}
static void fail_on_a_small_alternate_stack(void)
{
    static char small[8192];
    start("");
    unsigned char *block = freed_block();
    const stack_t own = {.ss_sp = small, .ss_size = sizeof small};
    EXPECT_EQUAL(sigaltstack(&own, NULL), 0);
    touch(block);
}

TEST(a_program_may_bring_its_own_small_alternate_stack)
{
    struct child child = child_run(fail_on_a_small_alternate_stack);
    EXPECT_EQUAL(child.signal, SIGABRT);
    expect_whole(&child, "BUG CHECK 0xD5");
}

#if defined(__x86_64__)
static void fail_with_a_wild_stack_pointer(void)
{
    start("");
    unsigned char *block = freed_block();
    __asm__ volatile("movq $0x1230, %%rsp\n"
                     "movq $0x4560, %%rbp\n"
                     "movb $1, (%0)\n"
                     :
                     : "r"(block)
                     : "memory");
}

TEST(a_wild_stack_pointer_does_not_keep_the_report_back)
{
    struct child child = child_run(fail_with_a_wild_stack_pointer);
    EXPECT_EQUAL(child.signal, SIGABRT);
    expect_whole(&child, "BUG CHECK 0xD5");
    EXPECT_TEXT(child.text, "#0 fail_with_a_wild_stack_pointer");
    EXPECT_TEXT(child.text, "freed_block");
}

/* Return addresses and saved frame pointers are gone: an overrun of an array on the stack. */
static void NOINLINE fail_with_a_stack_written_over(void)
{
    start("");
    unsigned char *block = freed_block();
    uintptr_t *frame = __builtin_frame_address(0);
    for (unsigned i = 0; i < 40; i++)
        ((volatile uintptr_t *)frame)[i] = UINT64_C(0x4141414141414141);
    ExFreePool(block);
}

TEST(a_stack_written_over_does_not_keep_the_report_back)
{
    struct child child = child_run(fail_with_a_stack_written_over);
    EXPECT_EQUAL(child.signal, SIGABRT);
    expect_whole(&child, "BUG CHECK 0xC1/0x20");
}
#endif

#endif

/* A second fault */

static void fault_within(struct text *text, const struct violation *violation)
{
    (void)text;
    touch((void *)(uintptr_t)violation->found);
}

static void raise_with_a_fault_within(uintptr_t address)
{
    struct violation violation = {.kind = VIOLATION_FREE_NULL,
                                  .column = COLUMN_PLAIN,
                                  .frame = __builtin_frame_address(0),
                                  .found = address,
                                  .more = fault_within};
    violation_raise(&violation);
}

static void fault_at_nowhere_within(void)
{
    start("");
    raise_with_a_fault_within(0x1230);
}

static void fault_in_a_freed_block_within(void)
{
    start("");
    raise_with_a_fault_within((uintptr_t)freed_block());
}

TEST(a_fault_within_the_report_leaves_a_short_one_and_196)
{
    static void (*const bodies[])(void) = {fault_at_nowhere_within, fault_in_a_freed_block_within};
    for (unsigned i = 0; i < COUNT_OF(bodies); i++) {
        struct child child = child_run(bodies[i]);
        EXPECT_EQUAL(child.exit_code, EXIT_BUGCHECK);
        expect_whole(&child, "BUG CHECK 0xC2/0x46");
        EXPECT_TEXT(child.text, "*** STOP: 0x000000C2 (46, 0, 0, 0) BAD_POOL_CALLER");
        EXPECT_TEXT(child.text, "A fault came while this report was written");
        EXPECT_EQUAL(occurrences(child.text, "BUG CHECK"), 1);
    }
}

static void stop_again_at_the_end(void)
{
    ExFreePool(NULL);
}

static void stop_behind_the_report(void)
{
    start("");
    bugcheck_at_end(stop_again_at_the_end);
    ExFreePool(NULL);
}

TEST(a_stop_behind_the_report_says_its_numbers_and_ends)
{
    struct child child = child_run(stop_behind_the_report);
    EXPECT_EQUAL(child.exit_code, EXIT_BUGCHECK);
    expect_whole(&child, "BUG CHECK 0xC4/0x10");
    EXPECT_TEXT(strstr(child.text, "END OF REPORT"), "a second stop behind the report:\n*** STOP");
}

static void fail_with_faults_blocked(void)
{
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    sigaddset(&faults, SIGBUS);
    start("");
    pthread_sigmask(SIG_BLOCK, &faults, NULL);
    raise_with_a_fault_within(0x1230);
}

TEST(a_fault_within_is_met_though_the_program_blocks_faults)
{
    struct child child = child_run(fail_with_faults_blocked);
    EXPECT_EQUAL(child.exit_code, EXIT_BUGCHECK);
    expect_whole(&child, "BUG CHECK 0xC2/0x46");
}

/* fork */

static void *fail_for_ever(void *unused)
{
    for (unsigned i = 0; i < 200; i++)
        ExFreePool(NULL);
    return unused;
}

static void fork_in_the_middle(void)
{
    pthread_t thread;
    start("on_bugcheck=continue");
    pthread_create(&thread, NULL, fail_for_ever, NULL);
    for (unsigned i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) {
            ExFreePool(NULL); /* must not wait for a reporter that is not here */
            _exit(7);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
            _exit(99);
    }
    pthread_join(thread, NULL);
}

TEST(a_child_forked_while_another_thread_reports_does_not_wait_for_it)
{
    struct child child = child_run(fork_in_the_middle);
    EXPECT_EQUAL(child.exit_code, EXIT_BUGCHECK);
    expect_whole(&child, "BUG CHECK 0xC4/0x10");
}

/* SIGKILL */

static void report_for_ever(void)
{
    start("on_bugcheck=callback");
    for (;;)
        ExFreePool(NULL);
}

static enum expool_action go_on(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)bugcheck;
    (void)context;
    return EXPOOL_CONTINUE;
}

static void report_until_killed(void)
{
    pid_t self = getpid();
    expool_on_bugcheck(go_on, NULL);
    if (fork() == 0) {
        usleep(150 * 1000);
        kill(self, SIGKILL);
        _exit(0);
    }
    report_for_ever();
}

TEST(a_program_killed_in_the_middle_leaves_whole_reports_only)
{
    struct child child = child_run(report_until_killed);
    EXPECT_EQUAL(child.signal, SIGKILL);
    unsigned begun = occurrences(child.text, "BUG CHECK");
    unsigned ended = occurrences(child.text, "END OF REPORT");
    EXPECT(begun > 1);
    EXPECT(begun - ended <= 1); /* the pipe, and our buffer, are what cuts */
}

TESTS_MAIN("report_kill")
