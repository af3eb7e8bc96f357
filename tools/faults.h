/* faults.h - one sweep of `expool faults`: the points at which a call is made to fail, a run of the
 * program for each, and what became of it. */
#ifndef TOOLS_FAULTS_H
#define TOOLS_FAULTS_H

#include "tools/common.h"
#include "tools/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum faults_outcome {
    OUTCOME_SURVIVED,
    OUTCOME_CRASHED,   /* ended by a signal */
    OUTCOME_LEAKED,    /* more than without the failure */
    OUTCOME_HUNG,      /* longer than --timeout */
    OUTCOME_BUG_CHECK, /* a rule of the verifier was broken on the way */
    OUTCOME_NOT_MET,   /* this run did not come by the point */
    OUTCOME_COUNT,
};

enum { FAULTS_WORDS_BYTES = 160, FAULTS_SUMMARY_BYTES = 160 };

struct faults_point {
    char name[32];                  /* "1f3a99c0", "nth 17", "seed 3" */
    char words[FAULTS_WORDS_BYTES]; /* of low_resources */
    uint64_t seed;                  /* 0: the sweep's */
    char *frames;                   /* its own memory; NULL: not known */
    enum faults_outcome outcome;
    int exit_code; /* -1: ended by `signal` */
    int signal;
    double seconds;
    unsigned long leaked_blocks;
    char summary[FAULTS_SUMMARY_BYTES]; /* of the report, "" none */
    char refusal[FAULTS_SUMMARY_BYTES]; /* what expool said of its options, "" nothing */
};

struct faults_sweep {
    char **command;
    struct common common;
    struct program program;
    const char *input;   /* standard input of every run */
    const char *options; /* "" or further ones for every run */
    double timeout_s;    /* 0: by the first run */
    unsigned jobs;
    uint64_t seed;
    char folder[64];          /* of logs and state files while the sweep runs */
    struct faults_point base; /* the run in which nothing fails */
    struct faults_point *points;
    size_t count;
};

/* Makes the folder; takes it away with all that is in it. */
void faults_open(struct faults_sweep *sweep);
void faults_close(struct faults_sweep *sweep);

/* Runs the program for these points, `jobs` at once, and fills in what became of them. `done` is
 * called for each, in their order. False: interrupted. */
typedef void faults_done(const struct faults_sweep *sweep, const struct faults_point *point);
bool faults_run(const struct faults_sweep *sweep, struct faults_point *points, size_t count,
                faults_done *done);

/* The state file of the run for `point`; its log. */
void faults_state_path(const struct faults_sweep *sweep, const struct faults_point *point,
                       char *path, size_t capacity);

const char *faults_outcome_name(enum faults_outcome outcome);

/* The table, line by line; then what it comes to. */
void faults_print_head(const struct faults_sweep *sweep);
faults_done faults_print_row;
void faults_print_end(const struct faults_sweep *sweep);
void faults_print_json(const struct faults_sweep *sweep, FILE *file);

/* "expool run ... -- prog args", as a shell takes it. */
void faults_again(const struct faults_sweep *sweep, const struct faults_point *point, FILE *file);

#endif
