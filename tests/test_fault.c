#include "tests/verified.h"

#include "pool/util.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(a_driver_that_reads_freed_memory_meets_d5_in_each_tier)
{
    for (unsigned i = 0; i < COUNT_OF(tier_options); i++) {
        pid_t child = fork();
        if (child == 0) {
            verified(tier_options[i]);
            unsigned char *block = nonpaged(40);
            ExFreePool(block);
            expool_on_bugcheck(expect_hook, NULL);
            EXPECT_BUGCHECK(0xD5, 0)
            {
                *(volatile unsigned char *)(block + 8);
            }
            EXPECT(last_bugcheck()->parameter[0] == (uintptr_t)block + 8);
            EXPECT(last_bugcheck()->block == block);
            EXPECT(last_bugcheck()->freed_by != NULL);
            _exit(0);
        }
        int status = 1;
        waitpid(child, &status, 0);
        EXPECT_EQUAL(status, 0);
    }
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(the_c_library_that_writes_too_far_for_the_driver_meets_cd)
{
    verified("");
    unsigned char *block = nonpaged(64);
    void *(*volatile fill)(void *, int, size_t) = memset;
    expool_on_bugcheck(expect_hook, NULL);
    EXPECT_BUGCHECK(0xCD, 0)
    {
        fill(block, 1, 5000);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[1], 1);
    ExFreePool(block);
}
#endif

TEST(at_dispatch_level_it_is_d1_whatever_was_touched)
{
    KIRQL irql;
    verified("");
    unsigned char *live = nonpaged(64);
    unsigned char *freed = nonpaged(64);
    ExFreePool(freed);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    EXPECT_EQUAL(touch(live + 64, true), 0xD1);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.last.parameter[2], 1);
    EXPECT_EQUAL(touch(freed, false), 0xD1);
    KeLowerIrql(irql);
    ExFreePool(live);
}

TEST(a_pool_address_that_holds_nothing_meets_50)
{
    verified("special_pool=none");
    unsigned char *block = nonpaged(64);
    EXPECT_EQUAL(touch(block + ((size_t)1 << 30), false), 0x50);
    ExFreePool(block);
}

TEST(the_nearest_block_is_told_about)
{
    verified("verify=start");
    unsigned char *first = nonpaged(64);
    unsigned char *second = nonpaged(64);
    EXPECT(second - first == 8192);
    EXPECT_EQUAL(touch(second - 1, true), 0xD6);
    EXPECT(passed.last.block == second);
    EXPECT_EQUAL(touch(first + 4096, true), 0xD6);
    EXPECT(passed.last.block == first);
    ExFreePool(first);
    ExFreePool(second);
}

static volatile sig_atomic_t strangers;
static sigjmp_buf back;

static void strangers_handler(int number)
{
    strangers += number == SIGSEGV;
    siglongjmp(back, 1);
}

TEST(a_handler_that_was_there_before_still_gets_what_is_not_ours)
{
    struct sigaction action = {.sa_handler = strangers_handler};
    sigaction(SIGSEGV, &action, NULL);
    verified("");
    unsigned char *block = nonpaged(64);
    for (int round = 0; round < 3; round++)
        if (sigsetjmp(back, 1) == 0)
            *(volatile unsigned char *)16 = 1;
    EXPECT_EQUAL(strangers, 3);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(touch(block + 64, true), 0xD6);
    ExFreePool(block);
}

static int signal_of_child(void (*body)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* as in a program without handlers */
        body();
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void touch_nothing(void)
{
    verified("");
    ExFreePool(nonpaged(64));
    *(volatile unsigned char *)16 = 1;
}

static void be_killed(void)
{
    verified("");
    raise(SIGSEGV);
}

static void touch_freed(void)
{
    verified("");
    unsigned char *block = nonpaged(64);
    ExFreePool(block);
    *(volatile unsigned char *)block = 1; /* passed over by the host, and yet it cannot go on */
}

TEST(a_stranger_fault_ends_the_program_as_it_would_have_without_us)
{
    EXPECT_EQUAL(signal_of_child(touch_nothing), SIGSEGV);
    EXPECT_EQUAL(signal_of_child(be_killed), SIGSEGV);
}

TEST(a_fault_that_a_host_passes_over_outside_a_probe_ends_the_program)
{
    EXPECT_EQUAL(signal_of_child(touch_freed), SIGABRT);
}

TESTS_MAIN("fault")
