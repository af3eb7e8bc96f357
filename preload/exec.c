/* exec.c - every way by which a program becomes another, or starts one: the next program gets what
 * puts us into it, too. */
#include "preload/follow.h"
#include "preload/next.h"

#include "pool/util.h"
#include "verifier/control.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static struct {
    int (*execvpe)(const char *, char *const *, char *const *);
    int (*posix_spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                       const posix_spawnattr_t *, char *const *, char *const *);
    int (*posix_spawnp)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                        const posix_spawnattr_t *, char *const *, char *const *);
} next;

__attribute__((constructor(101))) static void find_next(void)
{
    FIND(execvpe);
    FIND(posix_spawn);
    FIND(posix_spawnp);
}

static inline void need_next(void)
{
    if (UNLIKELY(next.posix_spawnp == NULL)) /* a constructor before ours */
        find_next();
}

/* Behind a call that only comes back when it has failed. */
static int stayed(int result)
{
    control_stay();
    return result;
}

PUBLIC int execve(const char *path, char *const *words, char *const *environment)
{
    control_go();
    return stayed((int)syscall(SYS_execve, path, words, FOLLOW(environment)));
}

PUBLIC int execv(const char *path, char *const *words)
{
    return execve(path, words, environ);
}

PUBLIC int execveat(int folder, const char *path, char *const *words, char *const *environment,
                    int flags)
{
    control_go();
    return stayed((int)syscall(SYS_execveat, folder, path, words, FOLLOW(environment), flags));
}

PUBLIC int fexecve(int file, char *const *words, char *const *environment)
{
    return execveat(file, "", words, environment, AT_EMPTY_PATH);
}

PUBLIC int execvpe(const char *name, char *const *words, char *const *environment)
{
    need_next();
    control_go();
    return stayed(next.execvpe(name, words, FOLLOW(environment)));
}

PUBLIC int execvp(const char *name, char *const *words)
{
    return execvpe(name, words, environ);
}

static size_t count_words(const char *first, va_list *more)
{
    size_t count = 1;
    for (; first != NULL; count++)
        first = va_arg(*more, const char *);
    return count;
}

/* With the NULL that ends them. */
static void take_words(char **words, const char *first, va_list *more)
{
    *words = (char *)(uintptr_t)first;
    while (*words != NULL)
        *++words = va_arg(*more, char *);
}

/* The list is read twice, once to know its length; what stands behind it is next. */
/* NOLINTBEGIN(bugprone-macro-parentheses): va_start takes a name */
#define WORDS_OF(first, words, more)                                                               \
    va_start(more, first);                                                                         \
    size_t count = count_words(first, &(more));                                                    \
    va_end(more);                                                                                  \
    char **words = __builtin_alloca(count * sizeof(char *));                                       \
    va_start(more, first);                                                                         \
    take_words(words, first, &(more))
/* NOLINTEND(bugprone-macro-parentheses) */

PUBLIC int execl(const char *path, const char *first, ...)
{
    va_list more;
    WORDS_OF(first, words, more);
    va_end(more);
    return execve(path, words, environ);
}

PUBLIC int execlp(const char *name, const char *first, ...)
{
    va_list more;
    WORDS_OF(first, words, more);
    va_end(more);
    return execvpe(name, words, environ);
}

PUBLIC int execle(const char *path, const char *first, ...)
{
    va_list more;
    WORDS_OF(first, words, more);
    char *const *environment = va_arg(more, char *const *);
    va_end(more);
    return execve(path, words, environment);
}

/* NOLINTBEGIN(readability-function-size): POSIX' parameters */
PUBLIC int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *words,
                       char *const *environment)
{
    need_next();
    return next.posix_spawn(child, path, actions, attributes, words, FOLLOW(environment));
}

PUBLIC int posix_spawnp(pid_t *child, const char *name, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const *words,
                        char *const *environment)
{
    need_next();
    return next.posix_spawnp(child, name, actions, attributes, words, FOLLOW(environment));
}
/* NOLINTEND(readability-function-size) */
