#include "fuzz/campaign/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_LATE = 124, EXIT_NOT_STARTED = 127, POLL_MS = 50 };

static void become(const struct child_begin *begin, int output)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    for (const char *const *word = begin->environment; word != NULL && *word != NULL; word++) {
        if (strchr(*word, '=') != NULL)
            putenv(strdup(*word));
        else
            unsetenv(*word);
    }
    if (begin->is_placed)
        personality(ADDR_NO_RANDOMIZE);
    execvp(begin->words[0], (char *const *)(uintptr_t)begin->words);
    _exit(EXIT_NOT_STARTED);
}

bool child_start(struct child *child, const struct child_begin *begin)
{
    int ends[2];
    *child = (struct child){.output = -1};
    if (begin->log != NULL && (child->log = fopen(begin->log, "we")) == NULL)
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    child->pid = fork();
    if (child->pid == 0)
        become(begin, ends[1]);
    close(ends[1]);
    if (child->pid < 0) {
        close(ends[0]);
        child->pid = 0;
        return false;
    }
    setpgid(child->pid, child->pid); /* whoever is first: a signal sent at once must reach it */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child->output = ends[0];
    return true;
}

static void end_line(struct child *child, child_line *take, void *context)
{
    child->line[child->length] = 0;
    child->length = 0;
    if (take != NULL)
        take(child->line, context);
}

static void take_bytes(struct child *child, const char *bytes, size_t count)
{
    if (child->log != NULL && fwrite(bytes, 1, count, child->log) != count)
        child->log_failed = true;
}

void child_read(struct child *child, child_line *take, void *context)
{
    char bytes[CHILD_LINE_BYTES];
    while (child->output >= 0) {
        ssize_t got = read(child->output, bytes, sizeof bytes);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (got <= 0) {
            close(child->output);
            child->output = -1;
            break;
        }
        take_bytes(child, bytes, (size_t)got);
        for (ssize_t i = 0; i < got; i++) {
            if (bytes[i] == '\n' || child->length + 1 == sizeof child->line)
                end_line(child, take, context);
            if (bytes[i] != '\n')
                child->line[child->length++] = bytes[i];
        }
    }
    if (child->log != NULL && fflush(child->log) != 0)
        child->log_failed = true;
}

bool child_has_ended(struct child *child, child_line *take, void *context, int *status)
{
    int waited;
    if (waitpid(child->pid, &waited, WNOHANG) != child->pid)
        return false;
    child_read(child, take, context);
    if (child->length > 0)
        end_line(child, take, context);
    kill(-child->pid, SIGKILL); /* what it started and left behind */
    if (child->output >= 0)
        close(child->output);
    if (child->log != NULL && fclose(child->log) != 0)
        child->log_failed = true;
    child->log = NULL;
    child->output = -1;
    child->pid = 0;
    *status = WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
    return true;
}

void child_signal(const struct child *child, int number)
{
    if (child->pid > 0)
        kill(-child->pid, number);
}

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int child_run(const struct child_run *run)
{
    struct child child;
    int status;
    bool is_late = false;
    double until = seconds_now() + run->seconds;
    if (!child_start(&child, &run->begin))
        return EXIT_NOT_STARTED;
    while (!child_has_ended(&child, run->take, run->context, &status)) {
        struct pollfd poll_for = {child.output, POLLIN, 0};
        poll(&poll_for, child.output >= 0, child.output >= 0 ? POLL_MS : 1);
        child_read(&child, run->take, run->context);
        if (seconds_now() > until) {
            child_signal(&child, SIGKILL);
            is_late = true;
        }
    }
    return is_late ? EXIT_LATE : status;
}
