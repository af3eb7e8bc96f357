/* tree.h - a program and all it starts: run, watched, ended. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include <stdbool.h>

struct tree {
    const char *const *words; /* program and arguments, NULL at the end */
    const char *output;       /* files for what it writes */
    const char *complaints;
    unsigned timeout_s;
    double cpu_seconds; /* of every process that was waited for; from here on: tree_run */
    long peak_kb;       /* resident, all together, looked at a hundred times a second */
    int exit_code;      /* 128 + signal when one ended it */
    bool timed_out;     /* then all of them were killed */
};

/* False when the program could not be started. */
bool tree_run(struct tree *tree);

#endif
