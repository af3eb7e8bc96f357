/* run_outcome.h - what the runs of `expool run` came to, for people and as JSON. */
#ifndef TOOLS_RUN_OUTCOME_H
#define TOOLS_RUN_OUTCOME_H

#include "tools/findings.h"
#include "tools/run_cases.h"
#include "tools/run_file.h"

enum { RUNS_MAX = 4 }; /* --verify=both: two, or three when blocks must be aligned */

/* What one run came to. */
struct outcome {
    const char *verify; /* NULL: as the options say */
    unsigned tier;      /* enum expool_tier, 0: not known */
    int status;         /* of wait */
    uint64_t lasted_ms;
    bool is_hidden; /* a child found something, the program itself ended with 0 */
    struct run_sum sum;
};

struct outcomes {
    struct outcome list[RUNS_MAX];
    unsigned count;
    char *const *argv;            /* the program's */
    const char *options;          /* of the command line */
    int exit_code;                /* of expool run; 128 and more: it ends by that signal */
    const struct outcome *ending; /* the run that it ends as */
    const char *idle;             /* why nothing was checked; NULL: something was */
    struct run_cases cases;       /* of all runs; for the report only */
};

/* Of a thousand allocations; 1000 when there were none. */
uint64_t outcome_permille(const struct run_sum *sum);

/* "expool: 41 processes checked, 2 findings, ..." when something was found, when too few blocks had
 * guards, or when `is_wanted`. */
void outcome_print(const struct outcome *outcome, bool is_wanted);

/* "expool: verify=start: 0 findings, ended with 0" */
void outcome_print_verdict(const struct outcome *outcome);

/* The processes below the program that found something; what runs tests keeps what these print. */
void outcome_name_children(const struct outcome *outcome, const struct run_file *file);

/* Schema expool-run/1 (docs/run.schema.json). */
bool run_json_write(const struct outcomes *outcomes, const struct findings *findings, FILE *file);

#endif
