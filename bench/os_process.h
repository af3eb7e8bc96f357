/* os_process.h - a program run to its end, its output kept. */
#ifndef BENCH_OS_PROCESS_H
#define BENCH_OS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PROCESS_TEXT_BYTES = 4096 };

struct process {
    const char *const *words;       /* program and arguments, NULL at the end */
    const char *const *environment; /* "NAME=value" set over ours, NULL at the end; "NAME" unsets */
    unsigned timeout_s;
    bool is_shown;                 /* its output goes where ours goes, text stays empty */
    char text[PROCESS_TEXT_BYTES]; /* the first of what it wrote, to either output */
    int exit_code;                 /* 128 + signal when one ended it */
    bool timed_out;                /* it was killed for taking too long */
};

/* Fills text, exit_code and timed_out; false when the program could not be started. */
bool process_run(struct process *process);

#endif
