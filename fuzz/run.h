/* run.h - one program against the pool and the model: executes, compares, and counts. Anything that
 * is not as the model says ends in `run_failed`, which prints the program and aborts. */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include "fuzz/model.h"
#include "fuzz/program.h"
#include "fuzz/trace.h"

#include <stdint.h>

struct run_counts {
    uint64_t programs;
    uint64_t operations; /* executed */
    uint64_t injected;   /* violations */
    uint64_t detected;   /* exactly as expected */
    uint64_t wrong;      /* another code, parameter or block */
    uint64_t missed;
    uint64_t false_alarms; /* a bug check, or a wrong result, of a legal operation */
    uint64_t silent;       /* accesses that nothing can see, and nothing reported */
};

/* What is told of each operation; `text` says what went wrong, NULL: nothing. */
typedef void run_observer(unsigned index, const struct expectation *expected, const char *text,
                          void *context);

extern struct run_counts run_counts;

/* Every program runs on this back end (enum program_backend), whatever its header says; negative:
 * as it says. */
extern int run_backend;

/* Installs the host hook, and the verifier when `verifying`. Once. */
void run_start(bool verifying);

/* Runs it; returns a hash of everything that happened, addresses apart. With an observer nothing
 * aborts: the observer is told. */
uint64_t run_program(const struct program *program, run_observer *observer, void *context);

/* What is seen of each operation goes here; NULL: nowhere. `trace` has room for TRACE_STEPS_MAX. */
void run_trace_to(struct trace *trace);

/* Writes the counts to the file named by EXPOOL_FUZZ_STATS; at exit too. */
void run_write_counts(void);

#endif
