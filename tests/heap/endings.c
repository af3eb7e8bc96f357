/* The same overrun of a block that is never freed, in programs that end one way or another. */
#include "tests/heap/bug.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's end is ours. */
static void end_as(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status)) {
        signal(SIGABRT, SIG_DFL);
        kill(getpid(), WTERMSIG(status));
        pause();
    }
    exit(WEXITSTATUS(status));
}

static unsigned char *kept; /* never freed: nobody looks at its end but the sweep */

static void keep_damaged(int is_wrong)
{
    kept = malloc(41);
    kept[40 + is_wrong] = 1;
}

static void left_by_exit(int is_wrong)
{
    keep_damaged(is_wrong);
    exit(0);
}

static void left_at_once(int is_wrong)
{
    keep_damaged(is_wrong);
    _exit(0);
}

static void left_quickly(int is_wrong)
{
    keep_damaged(is_wrong);
    quick_exit(0);
}

static void leave_in_handler(int number)
{
    (void)number;
    _Exit(0);
}

static void left_by_a_handler(int is_wrong)
{
    signal(SIGTERM, leave_in_handler);
    keep_damaged(is_wrong);
    raise(SIGTERM);
}

static void left_by_a_child(int is_wrong)
{
    free(malloc(10));
    pid_t child = fork();
    if (child == 0) {
        keep_damaged(is_wrong);
        _exit(0);
    }
    end_as(child);
}

/* It has no memory of its own: the damage is the parent's to tell, at its end. */
static void not_by_a_child_of_vfork(int is_wrong)
{
    int status;
    keep_damaged(is_wrong);
    pid_t child = vfork();
    if (child == 0)
        _exit(7);
    waitpid(child, &status, 0);
    exit(WEXITSTATUS(status) == 7 ? 0 : 3);
}

static void not_twice_by_a_child(int is_wrong)
{
    int status;
    keep_damaged(is_wrong);
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    waitpid(child, &status, 0);
    _exit(WEXITSTATUS(status) == 7 ? 0 : 3);
}

/* reuse=recycle: nobody asks for its place again. */
static void written_after_free(int is_wrong)
{
    unsigned char *made = malloc(40);
    free(made);
    if (is_wrong)
        made[3] = 1;
    _exit(0);
}

BUG_MAIN(BUG(left_by_exit), BUG(left_at_once), BUG(left_quickly), BUG(left_by_a_handler),
         BUG(left_by_a_child), BUG(not_by_a_child_of_vfork), BUG(not_twice_by_a_child),
         BUG(written_after_free))
