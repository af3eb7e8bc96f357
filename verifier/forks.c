#include "verifier/forks.h"

#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_guard.h"
#include "verifier/control.h"
#include "verifier/lane.h"
#include "verifier/leaks.h"
#include "verifier/space.h"

#include <pthread.h>

enum { STDERR = 2 };

static struct {
    struct lock *lock;
    void (*end_guarding)(void);
} forks;

/* Where the system has no such memory nobody is told. */
static uint32_t always = 1;

volatile uint32_t *forks_mark = &always;

static void before_fork(void)
{
    lock_take(forks.lock);
    lanes_before_fork();
}

static void after_fork_in_parent(void)
{
    lanes_after_fork_in_parent();
    lock_drop(forks.lock);
}

/* A sandbox forbids them, or no descriptor is left. */
static void go_on_unguarded(void)
{
    static const char ends[] =
        "expool: the guards could not be set up again in a forked child; it ends here\n";
    static const char goes_on[] =
        "expool: the guards could not be set up again in a forked child; it goes on without\n";
    if (options.special_pool_full == OPTION_FULL_STOP) {
        os_write(STDERR, ends, sizeof ends - 1);
        os_abort();
    }
    os_write(STDERR, goes_on, sizeof goes_on - 1);
    forks.end_guarding();
}

/* The guards come first: until then freed memory would read as zeroes. */
static void after_fork_in_child(void)
{
    *forks_mark = 1;
    if (!space_after_fork())
        go_on_unguarded();
    lanes_after_fork_in_child();
    leaks_forget_older();
    control_after_fork_in_child();
    lock_drop(forks.lock);
}

/* Nobody took the locks for this child, and whoever held one is not here. */
void forks_catch_up(void)
{
    static const struct lock renewed = LOCK_INITIALIZER;
    os_forget_thread();
    *forks.lock = renewed;
    lanes_renew_locks();
    before_fork();
    after_fork_in_child();
}

bool forks_is_borrowing(void)
{
    return *forks_mark != 0 && control_page.pid != 0 && control_page.pid != os_process_id();
}

bool forks_follow(struct lock *lock, void (*end_guarding)(void))
{
    if (forks.lock != NULL)
        return true;
    volatile uint32_t *mark = os_fork_mark();
    if (mark != NULL)
        forks_mark = mark;
    forks.end_guarding = end_guarding;
    forks.lock = lock;
    return pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
}
