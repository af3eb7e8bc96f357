/* run.h - one program against the pool and the model: executes, compares, and counts. Anything that
 * is not as the model says ends in a reporter of fuzz/failure.h. */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include "fuzz/model.h"
#include "fuzz/program.h"
#include "fuzz/trace.h"

#include <stdbool.h>
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
    uint64_t either;       /* requests that might have got memory or not */
};

/* What is told of each operation; `text` says what went wrong, NULL: nothing. */
typedef void run_observer(unsigned index, const struct expectation *expected, const char *text,
                          void *context);

extern struct run_counts run_counts;

/* Every program runs on this back end (enum program_backend), whatever its header says; negative:
 * as it says. */
extern int run_backend;

/* The pool examines itself after every program, not after each 64th only. */
extern bool run_is_thorough;

/* An observer does not make it examine itself after every program. */
extern bool run_is_lazy;

/* Installs the host hook, and the verifier when `verifying`. Once. */
void run_start(bool verifying);

/* The programs from now on run under the verifier, or not. */
void run_verify(bool verifying);

bool run_is_verifying(void);

/* The verifier's settings and the back end as the program's header says. Nothing is allocated. */
void run_prepare(const struct program *program);

/* Runs it; returns a hash of everything that happened, addresses apart. With an observer nothing
 * aborts: the observer is told. */
uint64_t run_program(const struct program *program, run_observer *observer, void *context);

/* What is seen of each operation goes here; NULL: nowhere. `trace` has room for TRACE_STEPS_MAX. */
void run_trace_to(struct trace *trace);

/* Writes the counts to the file named by EXPOOL_FUZZ_STATS; at exit too. */
void run_write_counts(void);
/* The same about once a second, for who watches; at the end of each program. */
void run_write_counts_now_and_then(void);

#endif
