/* signals.c - programs that handle SIGSEGV and SIGBUS themselves, or block them: their handlers
 * stand behind ours, which sees every fault first and passes on what is not about our memory; the
 * two are never blocked, since the kernel ends a program that faults with its signal blocked
 * without asking anybody. To the program everything looks as it has set it. */
#include "preload/next.h"

#include "pool/os_fault.h"
#include "verifier/forks.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define PUBLIC __attribute__((visibility("default")))

typedef void handler(int number);

static struct {
    int (*sigaction)(int number, const struct sigaction *wanted, struct sigaction *before);
    handler *(*signal)(int number, handler *wanted);
    handler *(*sysv_signal)(int number, handler *wanted);
    int (*sigprocmask)(int how, const sigset_t *wanted, sigset_t *before);
    int (*pthread_sigmask)(int how, const sigset_t *wanted, sigset_t *before);
} next;

/* Other constructors may come first. */
static void find_next(void)
{
    if (next.sigaction != NULL)
        return;
    FIND(signal);
    FIND(sysv_signal);
    FIND(sigprocmask);
    FIND(pthread_sigmask);
    FIND(sigaction);
}

__attribute__((constructor(101))) static void find_early(void)
{
    find_next();
}

static bool is_fault(int number)
{
    return number == SIGSEGV || number == SIGBUS;
}

static sigset_t without_faults(const sigset_t *set)
{
    sigset_t left = *set;
    sigdelset(&left, SIGSEGV);
    sigdelset(&left, SIGBUS);
    return left;
}

/* Handlers of a fault that the program sees: those behind ours. A child of vfork has handlers of
 * its own, but its parent's memory, where its parent's are kept: what it sets is set past us.
 * False: the handlers are not ours to keep. */
static bool set_behind_ours(int number, const struct sigaction *wanted, struct sigaction *before)
{
    if (!is_fault(number))
        return false;
    if (wanted == NULL || !forks_is_borrowing())
        return os_fault_previous(number, wanted, before);
    struct sigaction asked = *wanted; /* may be the place of `before` */
    return os_fault_previous(number, NULL, before) && next.sigaction(number, &asked, NULL) == 0;
}

PUBLIC int sigaction(int number, const struct sigaction *wanted, struct sigaction *before)
{
    find_next();
    if (set_behind_ours(number, wanted, before))
        return 0;
    if (wanted == NULL)
        return next.sigaction(number, NULL, before);
    struct sigaction unblocking = *wanted;
    unblocking.sa_mask = without_faults(&wanted->sa_mask);
    return next.sigaction(number, &unblocking, before);
}

/* False: the handler of `number` is not ours to keep. */
static bool set_fault_handler(int number, handler *wanted, int flags, handler **before)
{
    struct sigaction old;
    struct sigaction action = {.sa_handler = wanted, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    if (!set_behind_ours(number, &action, &old))
        return false;
    *before = old.sa_handler;
    return true;
}

PUBLIC handler *signal(int number, handler *wanted)
{
    handler *before;
    find_next();
    bool is_done = set_fault_handler(number, wanted, SA_RESTART, &before);
    return is_done ? before : next.signal(number, wanted);
}

PUBLIC handler *sysv_signal(int number, handler *wanted)
{
    handler *before;
    find_next();
    bool is_done = set_fault_handler(number, wanted, (int)SA_RESETHAND | (int)SA_NODEFER, &before);
    return is_done ? before : next.sysv_signal(number, wanted);
}

/* How `signal` is called by programs that want System V's way. */
PUBLIC handler *__sysv_signal(int number, handler *wanted); /* NOLINT: the C library's name */
PUBLIC handler *__sysv_signal(int number, handler *wanted)  /* NOLINT: the C library's name */
{
    return sysv_signal(number, wanted);
}

PUBLIC int sigprocmask(int how, const sigset_t *wanted, sigset_t *before)
{
    find_next();
    if (wanted == NULL || how == SIG_UNBLOCK)
        return next.sigprocmask(how, wanted, before);
    sigset_t left = without_faults(wanted);
    return next.sigprocmask(how, &left, before);
}

PUBLIC int pthread_sigmask(int how, const sigset_t *wanted, sigset_t *before)
{
    find_next();
    if (wanted == NULL || how == SIG_UNBLOCK)
        return next.pthread_sigmask(how, wanted, before);
    sigset_t left = without_faults(wanted);
    return next.pthread_sigmask(how, &left, before);
}

/* What the engine itself calls under these names (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
int __wrap_sigaction(int number, const struct sigaction *wanted, struct sigaction *before);
int __wrap_sigaction(int number, const struct sigaction *wanted, struct sigaction *before)
{
    find_next();
    return next.sigaction(number, wanted, before);
}

int __wrap_pthread_sigmask(int how, const sigset_t *wanted, sigset_t *before);
int __wrap_pthread_sigmask(int how, const sigset_t *wanted, sigset_t *before)
{
    find_next();
    return next.pthread_sigmask(how, wanted, before);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
