/* pool_words.h - what `bench pool` was asked for. */
#ifndef BENCH_POOL_WORDS_H
#define BENCH_POOL_WORDS_H

#include "bench/figures.h"

#include <stdbool.h>

struct settings {
    bool is_quick;        /* under a minute in all: short runs, few rounds, no scaling rows */
    bool is_scale;        /* the scaling rows only */
    bool is_markdown;     /* measure nothing, show the last figures */
    long rounds;          /* 0: as the mode has it */
    long seconds;         /* for a workload bounded by time; 0: as the mode has it */
    bool names_workloads; /* then only those of workload[], likewise for subjects */
    bool names_subjects;
    bool workload[WORKLOAD_COUNT];
    bool subject[SUBJECT_COUNT];
};

/* Reads the words behind `bench pool`. False after one line that names the bad word and the nearest
 * good one. */
bool settings_read(struct settings *settings, int count, char **words);

bool settings_want_workload(const struct settings *settings, enum workload_id workload);
bool settings_want_subject(const struct settings *settings, enum subject_id subject);

#endif
