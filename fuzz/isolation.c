#include "fuzz/isolation.h"

#include "expool/bugcheck_callback.h"
#include "fuzz/run.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_BAD_OPTION = 125, EXIT_BUGCHECK = 196 };

void (*isolation_watched)(void);

/* What clang's instrumentations count in; none in other builds. */
#define SECTION_END(name, symbol) extern uint8_t name[] __asm__(symbol) __attribute__((weak))
SECTION_END(edges_start, "__start___sancov_cntrs");
SECTION_END(edges_end, "__stop___sancov_cntrs");
SECTION_END(lines_start, "__start___llvm_prf_cnts"); /* coverage builds: lines and branches */
SECTION_END(lines_end, "__stop___llvm_prf_cnts");

static const struct section {
    uint8_t *start;
    uint8_t *end;
} sections[] = {{edges_start, edges_end}, {lines_start, lines_end}};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

/* Shared with the child, which leaves here what it counted. */
static struct {
    bool is_left;
    bool is_stopped; /* by a bug check that ends a program */
    struct run_counts counts;
    uint8_t bytes[];
} * left;

static size_t length_of(const struct section *section)
{
    return section->start != NULL ? (size_t)(section->end - section->start) : 0;
}

void *isolation_memory(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("expool fuzz: memory for a child");
        abort();
    }
    return memory;
}

static void leave(void)
{
    uint8_t *to = left->bytes;
    left->counts = run_counts;
    for (unsigned i = 0; i < SECTIONS; to += length_of(&sections[i]), i++)
        if (sections[i].start != NULL)
            memcpy(to, sections[i].start, length_of(&sections[i]));
    left->is_left = true;
}

static void take_over(void)
{
    const uint8_t *from = left->bytes;
    run_counts = left->counts;
    for (unsigned i = 0; i < SECTIONS; from += length_of(&sections[i]), i++)
        if (sections[i].start != NULL)
            memcpy(sections[i].start, from, length_of(&sections[i]));
}

/* The last thing a bug check asks for, when it ends the program. */
static void leave_stopped(void *buffer, ULONG length)
{
    (void)buffer;
    (void)length;
    left->is_stopped = true;
    leave();
    signal(SIGABRT, SIG_DFL); /* an engine would keep the input as one that crashed */
}

static void leave_when_stopped(void)
{
    static KBUGCHECK_CALLBACK_RECORD record;
    static UCHAR name[] = "fuzz";
    (void)KeRegisterBugCheckCallback(&record, leave_stopped, NULL, 0, name);
}

/* The engine's own clock does not run in a child. */
static void set_clock(void)
{
    struct itimerval clock = {.it_value = {.tv_sec = ISOLATION_SECONDS}};
    signal(SIGVTALRM, SIG_DFL);
    setitimer(ITIMER_VIRTUAL, &clock, NULL);
}

/* An engine's clock rings meanwhile. */
static bool wait_for(pid_t child, int *status)
{
    pid_t ended = waitpid(child, status, 0);
    while (ended < 0 && errno == EINTR)
        ended = waitpid(child, status, 0);
    return ended == child;
}

static size_t length_left(void)
{
    size_t length = sizeof *left;
    for (unsigned i = 0; i < SECTIONS; i++)
        length += length_of(&sections[i]);
    return length;
}

static enum isolation_end end_of(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGVTALRM                     ? ISOLATION_HANGS
               : left->is_stopped && WTERMSIG(status) == SIGABRT ? ISOLATION_STOPPED
                                                                 : ISOLATION_CRASHED;
    /* The work was done; Valgrind counts probes of guards as errors at the exit. */
    if (left->is_left)
        return left->is_stopped ? ISOLATION_STOPPED : ISOLATION_DONE;
    if (WEXITSTATUS(status) == EXIT_BAD_OPTION || WEXITSTATUS(status) == EXIT_BUGCHECK)
        return ISOLATION_REFUSED;
    /* a sanitizer's: the engine is to keep the input */
    return WEXITSTATUS(status) == EXIT_SUCCESS ? ISOLATION_DONE : ISOLATION_CRASHED;
}

enum isolation_end isolation_run(void (*work)(void *context), void *context)
{
    int status = 0;
    if (left == NULL)
        left = isolation_memory(length_left());
    left->is_left = left->is_stopped = false;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        set_clock();
        if (isolation_watched != NULL)
            isolation_watched();
        leave_when_stopped();
        work(context);
        leave();
        _exit(EXIT_SUCCESS);
    }
    if (child < 0 || !wait_for(child, &status)) {
        perror("expool fuzz: a child");
        abort();
    }
    if (left->is_left)
        take_over();
    return end_of(status);
}
