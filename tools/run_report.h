/* run_report.h - expool run --report=FORMATS: where the processes of a run leave their records, and
 * what is made of them at the end. */
#ifndef TOOLS_RUN_REPORT_H
#define TOOLS_RUN_REPORT_H

#include "tools/run_outcome.h"

#include <stdbool.h>

struct run_report {
    const char *formats; /* "json,sarif"; NULL: only what the processes say themselves */
    const char *output;  /* -o; NULL: expool.PROGRAM.PID.EXTENSION */
    bool is_forced;
    bool wants_json; /* the run and its findings, expool-run/1 */
    int records;     /* a file without a name, which the processes find by EXPOOL_RECORDS */
};

/* Is anything written when the run is over? */
bool run_report_is_wanted(const struct run_report *report);

/* Before the program is started. False after one line: no such format, no memory. */
bool run_report_start(struct run_report *report);

/* After it ended. False after one line: something could not be written. */
bool run_report_finish(struct run_report *report, struct outcomes *outcomes);

#endif
