/* settings.h - what `bench pool` or `bench verifier` was asked for. */
#ifndef BENCH_SETTINGS_H
#define BENCH_SETTINGS_H

#include "bench/figures.h"

#include <stdbool.h>

struct settings {
    const struct suite *suite;
    bool is_quick;        /* under a minute in all: short runs, few rounds, no scaling rows */
    bool is_scale;        /* the scaling rows only */
    bool is_markdown;     /* measure nothing, show the last figures */
    long rounds;          /* 0: as the mode has it */
    long seconds;         /* for a workload bounded by time; 0: as the mode has it */
    bool names_workloads; /* then only those of workload[], likewise for subjects */
    bool names_subjects;
    bool workload[WORKLOADS_MAX];
    bool subject[SUBJECTS_MAX];
};

/* Reads the words behind the suite's. False after one line that names the bad word and the nearest
 * good one. */
bool settings_read(struct settings *settings, const struct suite *suite, int count, char **words);

bool settings_want_workload(const struct settings *settings, unsigned workload);
bool settings_want_subject(const struct settings *settings, unsigned subject);

#endif
