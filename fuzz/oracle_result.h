/* oracle_result.h - what the trials of one fault say: how many reached, triggered and found it,
 * when, and how surely. */
#ifndef FUZZ_ORACLE_RESULT_H
#define FUZZ_ORACLE_RESULT_H

#include "fuzz/oracle_board.h"
#include "fuzz/survival.h"

struct oracle_side_result {
    bool is_there; /* else nobody asked for this side */
    unsigned reached;
    unsigned triggered;
    unsigned detected;
    unsigned blind; /* triggered and not detected: the oracle saw nothing */
    unsigned
        unsaid;   /* detected and not triggered: something else was found, or the probe is wrong */
    unsigned cut; /* ended by the limit of time */
    bool has_median; /* of the two below */
    double median_executions;
    double median_seconds; /* of processor time */
    struct survival_mean executions;
    uint64_t budget;
    double miss_bound;
    char key[ORACLE_KEY_BYTES]; /* the one that most trials ended with */
};

struct oracle_result {
    const struct oracle_fault *fault;
    struct oracle_side_result side[ORACLE_SIDES];
    bool has_control; /* both seeds and control were asked for */
    double a12;       /* how likely the fuzzer is earlier, by processor time */
    double log_rank;
};

struct oracle_result oracle_result_of(const struct oracle_plan *plan,
                                      const struct oracle_trial *board, unsigned fault);

/* Is it found as often as its tier has to be? All trials; of tier C four in five. */
bool oracle_is_enough(char tier, unsigned detected, unsigned trials);

/* For people, on stdout; true when every fault was found as often as it has to be and none was
 * triggered and not seen. */
bool oracle_table(const struct oracle_plan *plan, const struct oracle_result *results);

/* How many faults end in a key of their own; `of`: how many were found. */
unsigned oracle_keys(const struct oracle_result *results, unsigned count, unsigned *of);

/* Writes build/oracle/oracle.json; false: told on stderr. */
bool oracle_json_write(const struct oracle_plan *plan, const struct oracle_trial *board,
                       const struct oracle_result *results, const char *path);

#endif
