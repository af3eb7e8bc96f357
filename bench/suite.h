/* suite.h - what one bench measures: its workloads, its subjects, its goals. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include "bench/subject.h"

#include <stdbool.h>

enum group { MAIN, SCALE }; /* in every run; in a full one or with --scale */
enum unit { PAIR_CPU, PAIR_WALL, WHOLE, KEPT, GROWN, STEP, UNIT_COUNT };

enum { WORKLOADS_MAX = 24, SUBJECTS_MAX = 16 };

struct workload_row {
    const char *word;
    enum group group;
    enum unit unit;
    unsigned live; /* blocks live at a time, where a subject may die of them */
    const char *help;
};

struct figures;
struct verdict;

struct suite {
    const char *word;  /* "pool": build/bench/pool.json */
    const char *trial; /* the workload that shows who runs at all */
    const struct workload_row *workloads;
    unsigned workload_count;
    struct subject *subjects;
    unsigned subject_count;
    unsigned beside[2]; /* the subjects whose multiples stand in the tables */
    const char *goals_title;
    unsigned rounds;   /* in a full run */
    bool writes_goals; /* into the JSON, with who died */
    unsigned (*judge)(const struct figures *figures, struct verdict *verdicts);
    void (*show_markdown)(const struct figures *figures);
};

/* Index of a workload or a subject; -1: none of that name. */
int suite_workload(const struct suite *suite, const char *word);
int suite_subject(const struct suite *suite, const char *word);

/* Whether the workload says anything about the subject. */
bool suite_has(const struct suite *suite, unsigned workload, unsigned subject);

/* Finds the programs in `folder` and the libraries on this machine. */
void suite_look(const struct suite *suite, const char *folder);

/* Says in one line each which subjects are missing and where they would come from. */
void suite_name_missing(const struct suite *suite);

#endif
