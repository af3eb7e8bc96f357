#include "tests/expect.h"

#include "tests/child.h"

#include "pool/os.h"
#include "pool/os_fault.h"

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

/* Who stood there before us gets what is not ours, as the kernel would have handed it out. */

static void told_all(int signal_number, siginfo_t *information, void *context)
{
    bool is_right = signal_number == SIGSEGV &&
                    (uintptr_t)information->si_addr == (uintptr_t)nowhere && context != NULL;
    _exit(is_right ? FIRST : SECOND);
}

static void chain_to_one_that_is_told_all(void)
{
    struct sigaction action = {.sa_sigaction = told_all, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    os_on_fault(not_ours);
    *nowhere = 1;
}

static void chain_to_a_plain_one(void)
{
    signal(SIGSEGV, stranger);
    os_on_fault(not_ours);
    *nowhere = 1;
}

static void chain_to_the_default(void)
{
    signal(SIGSEGV, SIG_DFL);
    os_on_fault(not_ours);
    *nowhere = 1;
}

static void chain_to_one_that_ignores(void)
{
    signal(SIGSEGV, SIG_IGN);
    os_on_fault(not_ours);
    raise(SIGSEGV); /* sent: may be ignored */
    *nowhere = 1;   /* met: may not */
}

TEST(what_is_not_ours_goes_to_the_handler_before_as_if_we_were_not_there)
{
    EXPECT_EQUAL(child_run(chain_to_one_that_is_told_all).exit_code, FIRST);
    EXPECT_EQUAL(child_run(chain_to_a_plain_one).exit_code, STRANGER);
    EXPECT_EQUAL(child_run(chain_to_the_default).signal, SIGSEGV);
    EXPECT_EQUAL(child_run(chain_to_one_that_ignores).signal, SIGSEGV);
}

static void put_one_behind_ours(void)
{
    struct sigaction wanted = {.sa_handler = stranger};
    struct sigaction before;
    if (os_fault_previous(SIGSEGV, &wanted, NULL))
        _exit(SECOND); /* ours is not there yet */
    signal(SIGSEGV, SIG_IGN);
    os_on_fault(not_ours);
    if (!os_fault_previous(SIGSEGV, &wanted, &before) || before.sa_handler != SIG_IGN)
        _exit(SECOND);
    *nowhere = 1;
}

TEST(another_handler_can_be_put_behind_ours)
{
    EXPECT_EQUAL(child_run(put_one_behind_ours).exit_code, STRANGER);
}

TESTS_MAIN("os_fault")
