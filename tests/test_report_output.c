/* Where a report goes: stderr that is closed, full or somebody else's, a log that cannot be
 * written. */
#include "tests/report_child.h"

#include <pthread.h>

enum { PIPE_BYTES = 65536 };

static void fail_with_stderr_closed(void)
{
    start("");
    close(STDERR_FILENO);
    ExFreePool(NULL);
}

TEST(without_a_stderr_the_program_ends_all_the_same)
{
    struct child child = child_run(fail_with_stderr_closed);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_EQUAL(strlen(child.text), 0);
}

static char data_file[] = "/tmp/expool-test-XXXXXX";

static void fail_with_a_data_file_as_descriptor_2(void)
{
    start("");
    close(STDERR_FILENO);
    if (open(data_file, O_RDWR) == STDERR_FILENO)
        ExFreePool(NULL);
}

TEST(a_data_file_that_took_the_number_of_stderr_is_not_written_to)
{
    int file = mkstemp(data_file);
    struct child child = child_run(fail_with_a_data_file_as_descriptor_2);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_EQUAL(lseek(file, 0, SEEK_END), 0);
    unlink(data_file);
    close(file);
}

static void fail_with_a_full_disk(void)
{
    start("log=/dev/full");
    ExFreePool(NULL);
}

TEST(a_log_on_a_full_disk_goes_to_stderr_with_the_reason)
{
    struct child child = child_run(fail_with_a_full_disk);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "expool: log=/dev/full cannot be written: No space left on device\n");
    expect_whole(&child, "BUG CHECK 0xC4/0x10");
}

static void fail_with_a_closed_pipe(void)
{
    int ends[2];
    char option[32];
    EXPECT_EQUAL(pipe(ends), 0);
    close(ends[0]);
    snprintf(option, sizeof option, "log=fd:%d", ends[1]);
    start(option);
    ExFreePool(NULL);
}

TEST(a_log_pipe_without_a_reader_is_no_sigpipe)
{
    struct child child = child_run(fail_with_a_closed_pipe);
    EXPECT_EQUAL(child.signal, SIGABRT);
    EXPECT_TEXT(child.text, "cannot be written: Broken pipe\n");
    expect_whole(&child, "BUG CHECK 0xC4/0x10");
}

/* A pipe that is full for a while, and refuses to wait. */
static void *drain_late(void *end)
{
    static char bytes[PIPE_BYTES * 2];
    usleep(200 * 1000);
    ssize_t got = 0;
    for (size_t length = 0; length < sizeof bytes; length += (size_t)got) {
        got = read(*(int *)end, bytes + length, sizeof bytes - length);
        if (got <= 0)
            break;
        char *report = memmem(bytes, length + (size_t)got, "END OF REPORT", 13);
        if (report != NULL)
            _exit(5);
    }
    _exit(6);
}

static void fail_with_a_full_pipe(void)
{
    static int ends[2];
    static char filling[PIPE_BYTES];
    pthread_t thread;
    EXPECT_EQUAL(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], filling, sizeof filling) > 0)
        continue;
    fcntl(ends[0], F_SETFL, 0);
    pthread_create(&thread, NULL, drain_late, &ends[0]);
    dup2(ends[1], STDERR_FILENO);
    start("on_bugcheck=pause");
    ExFreePool(NULL);
}

TEST(a_full_pipe_that_does_not_wait_gets_the_whole_report)
{
    struct child child = child_run(fail_with_a_full_pipe);
    EXPECT_EQUAL(child.exit_code, 5);
}

TESTS_MAIN("report_output")
