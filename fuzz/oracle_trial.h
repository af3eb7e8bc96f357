/* oracle_trial.h - one trial: a program with a seeded fault in it, run until it notices or its
 * budget is used up. The budget is a number of inputs, so that a busy machine changes nothing; a
 * generous limit of processor time stands behind it. */
#ifndef FUZZ_ORACLE_TRIAL_H
#define FUZZ_ORACLE_TRIAL_H

#include "fuzz/oracle_key.h"

#include <stdbool.h>
#include <stdint.h>

/* Where inputs come from. */
enum oracle_side {
    ORACLE_SEEDS,   /* a fuzzer that begins with the committed seeds */
    ORACLE_EMPTY,   /* one that begins with nothing */
    ORACLE_CONTROL, /* random programs, no feedback */
    ORACLE_SIDES
};

struct oracle_order {
    const char *program;
    const char *folder; /* the trial's own, made by the caller */
    const char *seeds;  /* file that lists inputs, separated by commas; NULL: none */
    enum oracle_side side;
    unsigned seed;
    uint64_t executions;
    double cpu_seconds; /* the limit behind it */
};

enum { ORACLE_TRIALS_MAX = 200 };

struct oracle_trial {
    bool is_detected;
    bool is_cut; /* by the limit of time */
    uint64_t executions;
    uint64_t reached; /* how often until it did something wrong */
    uint64_t triggered;
    uint64_t reached_at; /* the number of that input */
    uint64_t triggered_at;
    double seconds;
    double cpu_seconds;
    char key[ORACLE_KEY_BYTES]; /* who noticed */
};

/* Runs it on the processor of the calling thread. False: the program could not be run, or ended in
 * a way that says nothing of the fault; a line on stderr says how. */
bool oracle_trial_run(const struct oracle_order *order, struct oracle_trial *trial);

#endif
