/* worker.h - a thread that does its share of a program: what is its own, and a judge of that. */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include "fuzz/burst.h"
#include "fuzz/execute.h"
#include "fuzz/failure.h"
#include "fuzz/model.h"
#include "fuzz/program.h"
#include "fuzz/shared.h"

#include <stdint.h>

struct worker {
    const struct program *program;
    struct shared *shared;
    struct expectation *outcomes; /* of the program's operations */
    struct model model;           /* of the handles that are its own until the next barrier */
    struct execution execution;
    unsigned count;
    uint16_t ops[PROGRAM_OPS_MAX]; /* its share until then */
    struct burst left;             /* by its last burst; the next thread frees it */
    struct burst present;          /* from another thread */
    struct shared_use used;        /* what it did to what is shared */
    uint64_t done;
    bool is_leaving;           /* its thread ends */
    bool was_refused;          /* when it freed the block that all freed */
    failure_reporter *failure; /* the first; NULL: none */
    unsigned failed_at;
    const char *text;
};

/* Whose bug checks come is told by the thread: call it once in each. */
void worker_enter(struct worker *worker);

/* Does its share, and what another left for it; or frees what all free, if there is that. */
void worker_do(struct worker *worker);

/* One operation; `index` is its place for a report, the program's count when it is not of it. */
void worker_step(struct worker *worker, unsigned index, const struct op *op);

/* The host's hook for all threads. */
enum expool_action worker_hook(const struct expool_bugcheck *bugcheck, void *context);

#endif
