/* The inputs that a process ran last outlive it. */
#include "fuzz/history.h"

#include "tests/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/expool-history-XXXXXX";
static struct history history;

/* A process that runs so many inputs, each its own number, and dies. */
static void run_and_die(unsigned count)
{
    pid_t child = fork();
    if (child == 0) {
        (void)setenv("EXPOOL_FUZZ_HISTORY", path, 1);
        for (unsigned i = 0; i < count; i++)
            history_add((const uint8_t *)&i, sizeof i);
        _exit(1);
    }
    EXPECT(child > 0 && waitpid(child, NULL, 0) == child);
}

static bool holds(unsigned ago, unsigned number)
{
    const struct history_input *input = history_ago(&history, ago);
    return input != NULL && input->length == sizeof number &&
           memcmp(input->bytes, &number, sizeof number) == 0;
}

/* From the newest on: `count` numbers, then nothing. */
static bool holds_last(unsigned count, unsigned newest)
{
    unsigned ago = 0;
    while (ago < count && holds(ago, newest - ago))
        ago++;
    return ago == count && history_ago(&history, count) == NULL;
}

TEST(the_last_inputs_of_a_dead_process_are_kept_newest_first)
{
    EXPECT(mkstemp(path) >= 0);
    run_and_die(HISTORY_INPUTS + 3);
    EXPECT(history_read(&history, path));
    EXPECT(holds_last(HISTORY_INPUTS, HISTORY_INPUTS + 2));
}

TEST(the_next_process_begins_anew)
{
    run_and_die(2);
    EXPECT(history_read(&history, path));
    EXPECT(holds_last(2, 1));
    (void)unlink(path);
}

TEST(a_file_that_is_no_history_is_refused)
{
    EXPECT(!history_read(&history, "/no/such/file"));
    EXPECT(!history_read(&history, "/proc/self/maps"));
}

TESTS_MAIN("history")
