/* descriptors.c - the guards hang on a descriptor of ours: when it is closed the kernel forgets
 * them all. Programs that close whatever is open must not close it: to them the number is not
 * open, and when they want it, we leave for another. */
#include "preload/next.h"

#include "pool/util.h"
#include "verifier/tier.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static struct {
    int (*close)(int descriptor);
    int (*close_range)(unsigned first, unsigned last, int flags);
    void (*closefrom)(int first);
    int (*dup2)(int from, int to);
    int (*dup3)(int from, int to, int flags);
} next;

__attribute__((constructor(101))) static void find_next(void)
{
    FIND(close);
    FIND(close_range);
    FIND(closefrom);
    FIND(dup2);
    FIND(dup3);
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static bool is_ours(int descriptor)
{
    return descriptor >= 0 && descriptor == tier_descriptor();
}

PUBLIC int close(int descriptor)
{
    if (UNLIKELY(is_ours(descriptor)))
        return fail(EBADF);
    if (UNLIKELY(next.close == NULL)) /* a constructor before ours */
        return (int)syscall(SYS_close, descriptor);
    return next.close(descriptor);
}

static int next_close_range(unsigned first, unsigned last, int flags)
{
    if (first > last)
        return 0;
    if (next.close_range == NULL)
        return fail(ENOSYS);
    return next.close_range(first, last, flags);
}

/* Around ours. */
PUBLIC int close_range(unsigned first, unsigned last, int flags)
{
    int ours = tier_descriptor();
    unsigned number = (unsigned)ours;
    if (ours < 0 || number < first || number > last)
        return first > last ? fail(EINVAL) : next_close_range(first, last, flags);
    if (number > 0 && next_close_range(first, number - 1, flags) != 0)
        return -1;
    return next_close_range(number + 1, last, flags);
}

PUBLIC void closefrom(int first)
{
    int ours = tier_descriptor();
    int from = first > 0 ? first : 0;
    if (ours < from && next.closefrom != NULL) {
        next.closefrom(first);
        return;
    }
    if (close_range((unsigned)from, UINT_MAX, 0) == 0)
        return;
    for (int descriptor = from; descriptor < (int)sysconf(_SC_OPEN_MAX); descriptor++)
        close(descriptor);
}

PUBLIC int dup2(int from, int to)
{
    if (UNLIKELY(is_ours(to)))
        (void)tier_descriptor_leave();
    if (UNLIKELY(next.dup2 == NULL))
        return (int)syscall(SYS_dup3, from, to, 0);
    return next.dup2(from, to);
}

PUBLIC int dup3(int from, int to, int flags)
{
    if (UNLIKELY(is_ours(to)))
        (void)tier_descriptor_leave();
    if (UNLIKELY(next.dup3 == NULL))
        return (int)syscall(SYS_dup3, from, to, flags);
    return next.dup3(from, to, flags);
}

/* What the engine itself calls under this name (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
int __wrap_close(int descriptor);
int __wrap_close(int descriptor)
{
    return (int)syscall(SYS_close, descriptor);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
