#include "tests/expect.h"

#include "tests/child.h"

#include "pool/os.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 20, FIRST = 7, SECOND = 8, STRANGER = 9 };

static volatile int *const nowhere = (volatile int *)0x1230000;
static pthread_barrier_t barrier;

static void stranger(int signal_number)
{
    _exit(STRANGER + (signal_number != SIGSEGV));
}

static enum os_fault_verdict not_ours(const struct os_fault *fault, uintptr_t *resume)
{
    *resume = fault->pc;
    return OS_FAULT_NOT_OURS;
}

static enum os_fault_verdict first(const struct os_fault *fault, uintptr_t *resume)
{
    *resume = fault->pc;
    _exit(FIRST);
}

static enum os_fault_verdict second(const struct os_fault *fault, uintptr_t *resume)
{
    *resume = fault->pc;
    _exit(SECOND);
}

static void *install(void *unused)
{
    pthread_barrier_wait(&barrier);
    return os_on_fault_else(not_ours) ? NULL : unused;
}

static void install_in_many_threads(void)
{
    pthread_t threads[THREADS];
    signal(SIGSEGV, stranger);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, install, &barrier);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    *nowhere = 1;
}

TEST(who_installs_at_the_same_time_installs_once)
{
    for (unsigned round = 0; round < ROUNDS; round++)
        EXPECT_EQUAL(child_run(install_in_many_threads).exit_code, STRANGER);
}

static void install_another_where_none_is(void)
{
    os_on_fault_else(first);
    os_on_fault_else(second);
    *nowhere = 1;
}

static void install_another(void)
{
    os_on_fault_else(first);
    os_on_fault(second);
    *nowhere = 1;
}

TEST(a_later_handler_replaces_ours_unless_it_is_modest)
{
    EXPECT_EQUAL(child_run(install_another_where_none_is).exit_code, FIRST);
    EXPECT_EQUAL(child_run(install_another).exit_code, SECOND);
}

TESTS_MAIN("os_fault")
