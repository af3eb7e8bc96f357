/* run_cases.h - the processes of a run by what they were started as: a command line is what a
 * viewer of test results can follow from run to run, process ids are not. */
#ifndef TOOLS_RUN_CASES_H
#define TOOLS_RUN_CASES_H

#include "tools/run_file.h"

#include <stddef.h>

/* Those of one command line, one behind the other, by name. */
struct run_case {
    char *name;    /* "test_names --fast": its words, without the program's folder */
    char *program; /* its name */
    unsigned pid;
    unsigned parent;
    bool is_first;
    bool is_forked;
    enum run_end end;
    unsigned exit_status;
    uint64_t lasted_ms;
    uint64_t attempted;
    uint64_t guarded;
};

struct run_cases {
    struct run_case *list;
    size_t count;
    size_t capacity;
};

/* "/tmp/build/test_names --fast" -> "test_names --fast" */
const char *run_case_name(const char *command);

/* Adds the file's processes; more than one file may be added. */
void run_cases_add(struct run_cases *cases, const struct run_file *file);
void run_cases_sort(struct run_cases *cases);

/* Did one that stands above it, below the program of the run, end well all the same? */
bool run_case_is_excused(const struct run_cases *cases, const struct run_case *process);

void run_cases_free(struct run_cases *cases);

#endif
