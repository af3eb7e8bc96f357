/* child.h - what a child process says on stderr and how it ends, for tests of ends.
 *   struct child child = child_run(body);         body() in a fork, without a host
 *   struct child child = child_again("help=1");   this program, EXPOOL_OPTIONS=help=1 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include "tests/expect.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A sanitizer needs memory when the program has none. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHILD_MAY_LACK_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHILD_MAY_LACK_MEMORY false
#endif
#endif
#ifndef CHILD_MAY_LACK_MEMORY
#define CHILD_MAY_LACK_MEMORY true
#endif

struct child {
    int exit_code; /* -1: ended by a signal */
    int signal;
    char text[64 * 1024];
};

static inline void child_prepare(const int pipe_ends[2])
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL);
    dup2(pipe_ends[1], STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    expool_on_bugcheck(NULL, NULL);
}

static inline void child_await(struct child *child, pid_t process, const int pipe_ends[2])
{
    int status = 0;
    size_t length = 0;
    close(pipe_ends[1]);
    for (ssize_t got = 1; got > 0 && length < sizeof child->text - 1; length += (size_t)got) {
        got = read(pipe_ends[0], child->text + length, sizeof child->text - 1 - length);
        if (got < 0)
            break;
    }
    child->text[length] = 0;
    close(pipe_ends[0]);
    waitpid(process, &status, 0);
    child->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static inline struct child child_run(void (*body)(void))
{
    static struct child child;
    int pipe_ends[2];
    EXPECT(pipe(pipe_ends) == 0);
    pid_t process = fork();
    if (process == 0) {
        child_prepare(pipe_ends);
        body();
        exit(0);
    }
    child_await(&child, process, pipe_ends);
    return child;
}

static inline struct child child_again(const char *options_text)
{
    static struct child child;
    int pipe_ends[2];
    EXPECT(pipe(pipe_ends) == 0);
    pid_t process = fork();
    if (process == 0) {
        child_prepare(pipe_ends);
        setenv("EXPOOL_OPTIONS", options_text, 1);
        setenv("CK_RUN_CASE", "none", 1);
        execl("/proc/self/exe", "again", (char *)NULL);
        _exit(127);
    }
    child_await(&child, process, pipe_ends);
    return child;
}

#endif
