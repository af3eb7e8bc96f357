#include "fuzz/oracle_board.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 384, CPU_TIMES = 3, CPU_SECONDS_LEAST = 20, WIDTH = 110 };

/* Inputs a second of an otherwise idle core, measured 2026-11-22 by processor time. */
struct rate {
    const char *target;
    double fuzzer;
    double control;
};

/* clang-format off */
static const struct rate rates[] = {
    {"pool_seq", 3000, 4000},
    {"verifier_seq", 1000, 1500},
    {"verifier_protect", 1000, 1500},
    {"corrupt", 300, 300},
    {"differential", 500, 1200},
    {"threads", 300, 300},
};
/* clang-format on */

struct board {
    _Atomic unsigned next;
    _Atomic unsigned done;
    _Atomic unsigned found;
    _Atomic bool has_failed;
    struct oracle_trial trials[];
};

double oracle_budget_seconds(const struct oracle_plan *plan, char tier, enum oracle_side side)
{
    static const double seconds[] = {10, 60, 600};
    double most = plan->seconds_most > 0 ? plan->seconds_most : seconds[2];
    double budget = seconds[tier - 'A'] < most ? seconds[tier - 'A'] : most;
    return side == ORACLE_EMPTY && tier != 'C' ? 2 * budget : budget;
}

uint64_t oracle_budget(const struct oracle_plan *plan, const struct oracle_fault *fault,
                       enum oracle_side side)
{
    double seconds = oracle_budget_seconds(plan, fault->tier, side);
    for (unsigned i = 0; i < sizeof rates / sizeof rates[0]; i++)
        if (strcmp(rates[i].target, fault->target) == 0)
            return (uint64_t)(seconds *
                              (side == ORACLE_CONTROL ? rates[i].control : rates[i].fuzzer));
    return 0;
}

double oracle_plan_seconds(const struct oracle_plan *plan)
{
    double seconds = 0;
    for (unsigned i = 0; i < plan->faults->count; i++)
        for (unsigned side = 0; side < ORACLE_SIDES; side++)
            if (plan->wants[side])
                seconds += plan->trials * oracle_budget_seconds(plan, plan->faults->fault[i].tier,
                                                                (enum oracle_side)side);
    return seconds;
}

static unsigned count_places(const struct oracle_plan *plan)
{
    return plan->faults->count * ORACLE_SIDES * plan->trials;
}

static unsigned count_trials(const struct oracle_plan *plan)
{
    unsigned sides = 0;
    for (unsigned side = 0; side < ORACLE_SIDES; side++)
        sides += plan->wants[side];
    return plan->faults->count * sides * plan->trials;
}

const struct oracle_trial *oracle_board_trials(const struct oracle_plan *plan,
                                               const struct oracle_trial *board, unsigned fault,
                                               enum oracle_side side)
{
    return board + (size_t)(fault * ORACLE_SIDES + (unsigned)side) * plan->trials;
}

/* Each processor that this process may use gets a worker in turn. */
static void stay_on_processor(unsigned worker)
{
    cpu_set_t allowed;
    cpu_set_t one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    unsigned wanted = worker % (unsigned)CPU_COUNT(&allowed);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed) || wanted-- != 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        (void)sched_setaffinity(0, sizeof one, &one); /* refused: it runs wherever it may */
        return;
    }
}

static bool run_place(const struct oracle_plan *plan, unsigned place, struct oracle_trial *trial)
{
    static const char *const side_names[] = {"seeds", "empty", "control"};
    char folder[PATH_BYTES];
    char program[PATH_BYTES];
    char seeds[PATH_BYTES];
    unsigned seed = place % plan->trials + 1;
    enum oracle_side side = (enum oracle_side)(place / plan->trials % ORACLE_SIDES);
    const struct oracle_fault *fault = &plan->faults->fault[place / plan->trials / ORACLE_SIDES];
    snprintf(folder, sizeof folder, "%s/trials/%s-%s-%u", plan->work, fault->name, side_names[side],
             seed);
    snprintf(program, sizeof program, "%s/%s",
             side == ORACLE_CONTROL ? plan->controls : plan->fuzzers, fault->name);
    snprintf(seeds, sizeof seeds, "%s/seeds/%s.list", plan->work, fault->target);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "oracle: %s: %s\n", folder, strerror(errno));
        return false;
    }
    double seconds = oracle_budget_seconds(plan, fault->tier, side) * CPU_TIMES;
    struct oracle_order order = {.program = program,
                                 .folder = folder,
                                 .seeds = side == ORACLE_SEEDS ? seeds : NULL,
                                 .side = side,
                                 .seed = seed,
                                 .executions = oracle_budget(plan, fault, side),
                                 .cpu_seconds =
                                     seconds > CPU_SECONDS_LEAST ? seconds : CPU_SECONDS_LEAST};
    return oracle_trial_run(&order, trial);
}

static _Noreturn void work(const struct oracle_plan *plan, struct board *board, unsigned worker)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody is left to hear of its trials */
    stay_on_processor(worker);
    for (;;) {
        unsigned place = atomic_fetch_add(&board->next, 1);
        if (place >= count_places(plan) || atomic_load(&board->has_failed))
            _exit(EXIT_SUCCESS);
        if (!plan->wants[place / plan->trials % ORACLE_SIDES])
            continue;
        struct oracle_trial *trial = &board->trials[place];
        if (!run_place(plan, place, trial))
            atomic_store(&board->has_failed, true);
        atomic_fetch_add(&board->found, trial->is_detected);
        atomic_fetch_add(&board->done, 1);
    }
}

static void tell_progress(const struct oracle_plan *plan, struct board *board, double seconds)
{
    char line[WIDTH];
    unsigned place = atomic_load(&board->next);
    unsigned last = plan->faults->count - 1;
    unsigned fault = place / plan->trials / ORACLE_SIDES;
    snprintf(line, sizeof line, "oracle: %u of %u trials, %u found something, %.0f s; at %s",
             atomic_load(&board->done), count_trials(plan), atomic_load(&board->found), seconds,
             plan->faults->fault[fault < last ? fault : last].name);
    fprintf(stderr, isatty(STDERR_FILENO) ? "\r\033[K%s" : "%s\n", line);
}

static void watch(const struct oracle_plan *plan, struct board *board)
{
    static const struct timespec moment = {0, 100000000};
    unsigned every = isatty(STDERR_FILENO) ? 10 : 150;
    unsigned ticks = 0;
    int status = 0;
    for (;;) {
        pid_t child = waitpid(-1, &status, WNOHANG);
        if (child < 0)
            break;
        if (child > 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS))
            atomic_store(&board->has_failed, true);
        if (child > 0)
            continue;
        nanosleep(&moment, NULL);
        if (++ticks % every == 0)
            tell_progress(plan, board, ticks / 10.0);
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
}

const struct oracle_trial *oracle_board_run(const struct oracle_plan *plan)
{
    size_t bytes = sizeof(struct board) + count_places(plan) * sizeof(struct oracle_trial);
    struct board *board =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        fprintf(stderr, "oracle: no memory for %u trials\n", count_places(plan));
        return NULL;
    }
    for (unsigned i = 0; i < plan->jobs; i++) {
        pid_t child = fork();
        if (child == 0)
            work(plan, board, i);
        if (child < 0)
            atomic_store(&board->has_failed, true);
    }
    watch(plan, board);
    return atomic_load(&board->has_failed) ? NULL : board->trials;
}
