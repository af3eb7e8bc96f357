/* team.h - the threads of one program: what is theirs together, and the checks made while they
 * wait. */
#ifndef FUZZ_TEAM_H
#define FUZZ_TEAM_H

#include "expool/process.h"
#include "fuzz/failure.h"
#include "fuzz/worker.h"

#include <pthread.h>

enum { WORKERS_MAX = 4 };

struct team {
    pthread_barrier_t begin;
    pthread_barrier_t end;
    pthread_t threads[WORKERS_MAX];
    struct worker workers[WORKERS_MAX];
    struct shared shared;
    struct expectation outcomes[PROGRAM_OPS_MAX];
    unsigned count; /* of workers that have a share */
    unsigned phase;
    struct worker still; /* does what is done while they wait; has all handles then */
    failure_reporter *failure;
    unsigned failed_at;
    const char *text;
    uint8_t seed;    /* of the program's header: which threads end */
    uint64_t course; /* of its bytes: who runs when */
    bool is_hired;
    bool is_tracked;   /* the verifier is on, and no block in special pool */
    PEPROCESS process; /* pays for all of them */
};

extern struct team team;

/* The first thing that is wrong counts. */
void team_fail(failure_reporter *reporter, unsigned index, const char *text);

/* Nobody runs. */
void team_check_still(unsigned index);
/* All have freed one block: one was let, the others were stopped. */
void team_check_common(unsigned index);
/* What all threads use at once, nobody has any of it. */
void team_check_shared(unsigned index);
/* Everything was freed. */
void team_check_empty(unsigned index);
/* And all threads but this one have ended: no cache keeps anything. */
void team_check_gone(unsigned index);

#endif
