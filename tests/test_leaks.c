#include "tests/verified.h"

#include "expool/unicode_string.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static char output[16 * 1024];

/* What the child wrote to stderr lies in `output`; its exit status comes back. */
static int run_to_the_end(void (*body)(void))
{
    int ends[2];
    int status = -1;
    size_t length = 0;
    EXPECT_EQUAL(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        body();
        exit(0);
    }
    close(ends[1]);
    for (ssize_t got = 1; got > 0; length += got > 0 ? (size_t)got : 0)
        got = read(ends[0], output + length, sizeof output - 1 - length);
    output[length] = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void leak_some(void)
{
    verified("leak_exitcode=77");
    for (unsigned i = 0; i < 10; i++)
        nonpaged(1000);
    if (ExAllocatePoolWithTag(PagedPool, 30, 'rehO') == NULL)
        _exit(1);
}

__attribute__((noinline)) static void *make_string(void)
{
    static WCHAR letters[] = {'t', 'e', 'x', 't'};
    UNICODE_STRING text = {sizeof letters, sizeof letters, letters};
    UNICODE_STRING copy = {0, 0, NULL};
    RtlUpcaseUnicodeString(&copy, &text, TRUE);
    return copy.Buffer;
}

static void leak_by_a_routine(void)
{
    verified("leak_exitcode=77");
    void *volatile lost = make_string();
    (void)lost;
}

static void leak_none(void)
{
    verified("");
    ExFreePool(nonpaged(1000));
}

static void leak_unseen(void)
{
    verified("leaks=off");
    nonpaged(1000);
}

static void leave_to_the_parent(void)
{
    int status;
    verified("");
    unsigned char *block = nonpaged(1000);
    pid_t child = fork();
    if (child == 0)
        exit(3);
    waitpid(child, &status, 0);
    ExFreePool(block);
    if (WEXITSTATUS(status) != 3)
        _exit(1);
}

TEST(leaks_end_the_program_with_their_own_code_and_a_table)
{
    EXPECT_EQUAL(run_to_the_end(leak_some), 77);
    EXPECT_TEXT(output, "LEAK 0xC4/0x62: 11 pool blocks were not freed (10 030 bytes)");
    EXPECT_TEXT(output, "Test");
    EXPECT_TEXT(output, "Paged");
    EXPECT(strstr(output, "10 000") < strstr(output, "Oher")); /* the most bytes first */
}

TEST(a_leak_is_told_with_its_callers)
{
    EXPECT_EQUAL(run_to_the_end(leak_by_a_routine), 77);
    EXPECT_TEXT(output, "RtlUpcaseUnicodeString ");
    EXPECT_TEXT(output, " < make_string test_leaks.c:");
    EXPECT_TEXT(output, " < leak_by_a_routine test_leaks.c:");
}

TEST(without_leaks_there_is_not_a_word)
{
    EXPECT_EQUAL(run_to_the_end(leak_none), 0);
    EXPECT_EQUAL(output[0], 0);
    EXPECT_EQUAL(run_to_the_end(leak_unseen), 0);
    EXPECT_EQUAL(output[0], 0);
}

TEST(a_child_is_not_asked_for_what_its_parent_allocated)
{
    EXPECT_EQUAL(run_to_the_end(leave_to_the_parent), 0);
    EXPECT_EQUAL(output[0], 0);
}

TEST(leaks_can_be_asked_for_and_are_a_bug_check)
{
    verified("");
    EXPECT_EQUAL(expool_verifier_report_leaks(), 0);
    EXPECT_EQUAL(passed.count, 0);
    void *block = nonpaged(10);
    EXPECT_EQUAL(expool_verifier_report_leaks(), 1);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x62);
    EXPECT_EQUAL(passed.last.parameter[3], 1);
    ExFreePool(block);
}

TESTS_MAIN("leaks")
