#include "bench/os_process.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_NOT_STARTED = 127, LAST_WORDS_MS = 500 };

static void become(const struct process *process, int output)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* without us nobody reads what it says */
    if (!process->is_shown) {         /* else `output` only tells when the program has ended */
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
    }
    for (const char *const *word = process->environment; word && *word; word++) {
        if (strchr(*word, '='))
            putenv(strdup(*word));
        else
            unsetenv(*word);
    }
    execv(process->words[0], (char *const *)(uintptr_t)process->words);
    _exit(EXIT_NOT_STARTED);
}

static long milliseconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads until the other end closes; false when the time was up first. */
static bool read_all(struct process *process, int input)
{
    long until = milliseconds_now() + process->timeout_s * 1000L;
    size_t length = 0;
    char spare[512] = "";
    for (;;) {
        long left = until - milliseconds_now();
        struct pollfd poll_for = {input, POLLIN, 0};
        if (left <= 0 || poll(&poll_for, 1, (int)left) == 0)
            return false;
        size_t room = sizeof process->text - 1 - length;
        ssize_t got =
            read(input, room ? process->text + length : spare, room ? room : sizeof spare);
        if (got <= 0)
            return true;
        length += room ? (size_t)got : 0;
        process->text[length] = 0;
    }
}

/* It may end what it started itself; then it is ended. */
static void end(pid_t child)
{
    siginfo_t ended = {0};
    kill(child, SIGTERM);
    nanosleep(&(struct timespec){0, LAST_WORDS_MS * 1000000L}, NULL);
    waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == 0)
        kill(child, SIGKILL);
}

bool process_run(struct process *process)
{
    int ends[2];
    int status;
    memset(process->text, 0, sizeof process->text);
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become(process, ends[1]);
    }
    close(ends[1]);
    process->timed_out = child > 0 && !read_all(process, ends[0]);
    close(ends[0]);
    if (child < 0)
        return false;
    if (process->timed_out)
        end(child);
    if (waitpid(child, &status, 0) < 0)
        return false;
    process->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return process->exit_code != EXIT_NOT_STARTED;
}
