#include "tools/run_child.h"

#include "tools/processes.h"
#include "tools/say.h"
#include "tools/verb.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SIGNAL_BASE = 128,
    STATUS_SHIFT = 8,
    SETTLE_NS = 20000000,
    WATCH_NS = 100000000,
};

/* Faults are our own, stopping and going on are for job control. */
static void choose_signals(sigset_t *chosen)
{
    static const int left_alone[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP, SIGABRT,
                                     SIGSYS,  SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGPROF};
    sigfillset(chosen);
    for (unsigned i = 0; i < sizeof left_alone / sizeof left_alone[0]; i++)
        sigdelset(chosen, left_alone[i]);
}

static _Noreturn void execute(const char *path, char **argv, char **environment)
{
    execve(path, argv, environment);
    if (errno == ENOEXEC) { /* a script without a first line is the shell's */
        size_t count = 0;
        while (argv[count] != NULL)
            count++;
        char **words = calloc(count + 2, sizeof *words);
        if (words != NULL) {
            words[0] = (char[]){"/bin/sh"};
            words[1] = strdup(path);
            for (size_t i = 1; i < count; i++)
                words[i + 1] = argv[i];
            execve(words[0], words, environment);
        }
    }
    say("'%s': %s", argv[0], strerror(errno));
    _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE);
}

/* Still stopped after a moment? A whole group that was stopped and goes on looks stopped, too. */
static int is_stopped(pid_t child)
{
    nanosleep(&(struct timespec){.tv_nsec = SETTLE_NS}, NULL);
    return process_state(child) == 'T';
}

/* Wakes us when somebody else lets the program go on: its parent, a debugger. Ends with us. */
static pid_t watch(pid_t child)
{
    pid_t ours = getpid();
    pid_t watcher = fork();
    if (watcher != 0)
        return watcher;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == ours && is_stopped(child))
        nanosleep(&(struct timespec){.tv_nsec = WATCH_NS}, NULL);
    (void)kill(ours, SIGCONT);
    _exit(0);
}

static void stop_with(pid_t child)
{
    pid_t watcher = watch(child);
    (void)raise(SIGSTOP);
    if (is_stopped(child))
        (void)kill(child, SIGCONT);
    if (watcher > 0) {
        (void)kill(watcher, SIGKILL);
        (void)waitpid(watcher, NULL, 0);
    }
}

/* True when it has ended. A stop of the program alone is ours, too: the shell sees only us. */
static int has_ended(pid_t child, int *status)
{
    pid_t waited = waitpid(child, status, WNOHANG | WUNTRACED);
    if (waited != child)
        return 0;
    if (!WIFSTOPPED(*status))
        return 1;
    if (is_stopped(child))
        stop_with(child);
    return 0;
}

/* What a terminal sends goes to the whole group; what somebody sends to us is the program's. */
static void pass_on(const siginfo_t *got, pid_t child)
{
    if (got->si_code <= 0 && got->si_pid != child)
        (void)kill(child, got->si_signo);
}

static int wait_for(pid_t child, const sigset_t *signals)
{
    int status = 0;
    while (!has_ended(child, &status)) {
        siginfo_t got;
        if (sigwaitinfo(signals, &got) > 0 && got.si_signo != SIGCHLD)
            pass_on(&got, child);
    }
    return status;
}

int run_child(const char *path, char **argv, char **environment)
{
    sigset_t signals;
    sigset_t before;
    choose_signals(&signals);
    (void)signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &signals, &before);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        execute(path, argv, environment);
    }
    if (child < 0)
        die(EXIT_RUN_FAILED, "no process for the program: %s", strerror(errno));
    int status = wait_for(child, &signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

void end_as(int wait_status)
{
    (void)fflush(NULL);
    if (!WIFSIGNALED(wait_status))
        exit(WEXITSTATUS(wait_status));
    int number = WTERMSIG(wait_status);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* the core is the program's */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(number, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    (void)raise(number);
    _exit(SIGNAL_BASE + number);
}
