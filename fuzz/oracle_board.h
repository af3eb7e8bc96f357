/* oracle_board.h - all trials of a run, and the workers that do them: processes, one a processor,
 * which take the next trial from a board in shared memory and write down there what came of it. */
#ifndef FUZZ_ORACLE_BOARD_H
#define FUZZ_ORACLE_BOARD_H

#include "fuzz/oracle_fault.h"
#include "fuzz/oracle_trial.h"

struct oracle_plan {
    const struct oracle_faults *faults;
    unsigned trials; /* of each fault and side, with the seeds 1 .. trials */
    unsigned jobs;
    unsigned seconds_most; /* no trial may take more; 0: as its tier says */
    bool wants[ORACLE_SIDES];
    const char *fuzzers;  /* folder of the programs with an engine, */
    const char *controls; /* of those without, */
    const char *work;     /* holds seeds/TARGET.list, and trials/ for what they print */
};

/* Seconds of an idle processor that a trial may take, and how many inputs that are. 0: no rate is
 * known for the target. */
double oracle_budget_seconds(const struct oracle_plan *plan, char tier, enum oracle_side side);
uint64_t oracle_budget(const struct oracle_plan *plan, const struct oracle_fault *fault,
                       enum oracle_side side);

/* At most so many seconds of processor, if no trial found anything. */
double oracle_plan_seconds(const struct oracle_plan *plan);

/* Does them all, one line of progress on stderr now and then. NULL: something went wrong and has
 * been told. The answer holds plan->trials trials for each fault and side, faults first. */
const struct oracle_trial *oracle_board_run(const struct oracle_plan *plan);

/* The trials of one fault and side. */
const struct oracle_trial *oracle_board_trials(const struct oracle_plan *plan,
                                               const struct oracle_trial *board, unsigned fault,
                                               enum oracle_side side);

#endif
