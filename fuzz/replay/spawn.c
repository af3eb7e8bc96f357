#include "fuzz/replay/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *const *words, const int ends[2], bool takes_errors)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(ends[1], STDOUT_FILENO);
    if (takes_errors)
        (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)alarm(SPAWN_SECONDS); /* it lasts over the exec */
    (void)execvp(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
}

static void read_all(int end, char *said, size_t capacity)
{
    char rest[4096] = "";
    size_t at = 0;
    for (;;) {
        size_t room = capacity - 1 - at;
        ssize_t got = read(end, room > 0 ? said + at : rest, room > 0 ? room : sizeof rest);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        at += room > 0 ? (size_t)got : 0;
    }
    said[at] = 0;
}

int spawn_and_read(const char *const *words, char *said, size_t capacity, bool takes_errors)
{
    int ends[2];
    int status = -1;
    (void)fflush(NULL);
    pid_t child = pipe(ends) == 0 ? fork() : -1;
    if (child == 0)
        become(words, ends, takes_errors);
    if (child < 0) {
        (void)fprintf(stderr, "replay: %s: %s\n", words[0], strerror(errno));
        return -1;
    }
    (void)close(ends[1]);
    read_all(ends[0], said, capacity);
    (void)close(ends[0]);
    if (waitpid(child, &status, 0) != child)
        return -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        (void)fprintf(stderr, "replay: %s: cannot be run\n", words[0]);
        return -1;
    }
    return status;
}
