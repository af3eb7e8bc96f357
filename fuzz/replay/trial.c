#include "fuzz/replay/trial.h"

#include "fuzz/replay/last_words.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned trial_seconds = 10;

/* Nothing of this process' output is said twice, no core is written, and a hang ends itself. */
static void begin_child(const int ends[2])
{
    const struct rlimit none = {0, 0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)unsetenv("EXPOOL_FUZZ_STATS");
    (void)unsetenv("EXPOOL_FUZZ_KNOWN");
    (void)unsetenv("EXPOOL_FUZZ_HISTORY");
    (void)alarm(trial_seconds);
}

/* Reads to the end; what does not fit is read and dropped, so that nobody waits for room. */
static void read_log(struct trial *trial, int end)
{
    char rest[4096] = "";
    size_t at = 0;
    for (;;) {
        size_t room = sizeof trial->log - 1 - at;
        ssize_t got = read(end, room > 0 ? trial->log + at : rest, room > 0 ? room : sizeof rest);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        at += room > 0 ? (size_t)got : 0;
    }
    trial->log[at] = 0;
}

bool trial_run(struct trial *trial, void (*body)(void *context), void *context)
{
    int ends[2];
    int status = 0;
    (void)fflush(NULL);
    if (pipe(ends) != 0) {
        perror("replay: pipe");
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        begin_child(ends);
        body(context);
        (void)fflush(NULL);
        _exit(EXIT_SUCCESS); /* what is registered for the exit is this process' */
    }
    (void)close(ends[1]);
    trial->has_failed = false;
    trial->key[0] = 0;
    if (child > 0)
        read_log(trial, ends[0]);
    else
        perror("replay: fork");
    (void)close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    trial->status = status;
    trial->has_failed = status != 0;
    if (trial->has_failed)
        last_words_key(trial->log, status, trial->key);
    return true;
}
