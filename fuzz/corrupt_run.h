/* corrupt_run.h - one program of the target `corrupt` on its way.
 *   corrupt.c        operations, and damage between them
 *   corrupt_judge.c  what came of an operation
 *   corrupt_end.c    what is left at the end */
#ifndef FUZZ_CORRUPT_RUN_H
#define FUZZ_CORRUPT_RUN_H

#include "fuzz/corrupt.h"
#include "fuzz/execute.h"
#include "fuzz/header_stop.h"
#include "fuzz/margin.h"
#include "fuzz/wound.h"

enum { CORRUPT_STOPS_MAX = 80, CORRUPT_LOST_MAX = 2 * PROGRAM_OPS_MAX };

/* A block that was not taken back: it is still charged for. */
struct lost_block {
    unsigned char *address;
    struct charge charge;
};

struct corrupt_run {
    const struct program *program;
    struct model model;
    struct execution execution;
    struct corrupt_result *result;
    bool looks_around; /* pool_stacks=1: each free looks at its neighbours */
    bool is_segment;
    bool is_damaged; /* something was written */
    bool is_rough;   /* somebody's block was lost, and nobody knows which */
    bool is_short;   /* lists were made anew without what lies behind a damaged header */
    /* under the verifier */
    struct damage_log log;
    unsigned since[PROGRAM_HANDLES]; /* rows of the log when the block was new */
    /* in the plain pool */
    struct wounds wounds;
    struct header_stop free; /* what the free in hand has to do */
    unsigned lost_count;
    struct lost_block lost[CORRUPT_LOST_MAX];
    /* in both */
    bool is_changed[PROGRAM_HANDLES];           /* contents */
    struct damage_bytes freed[PROGRAM_OPS_MAX]; /* written while nobody had them */
    unsigned freed_count;
    /* of the operation in hand */
    unsigned stops_count;
    struct expool_bugcheck stops[CORRUPT_STOPS_MAX];
    bool was_refused; /* the free gave nothing back */
};

bool corrupt_is_free(enum op_kind kind);

/* The first thing that is wrong ends the program. */
void corrupt_fail(struct corrupt_run *run, failure_reporter *failure, unsigned index,
                  const char *text);

/* Before an operation, what its free has to do; after it, what came. */
void corrupt_foresee(struct corrupt_run *run, const struct op *op);
void corrupt_judge(struct corrupt_run *run, unsigned index, const struct op *op,
                   const struct expectation *expected);

/* After a sweep: each live block whose pattern is damaged was told of, and nothing else but the
 * freed one of `bytes`; NULL: none was written to. */
void corrupt_judge_sweep(struct corrupt_run *run, unsigned index, const struct damage_bytes *bytes);

/* The pool's own check, where damage leaves no doubt what it has to say. */
void corrupt_judge_check(struct corrupt_run *run, unsigned index, bool must_see);

/* Somebody wrote there while it was nobody's. */
bool corrupt_was_written(const struct corrupt_run *run, const unsigned char *block, uint32_t size);

/* When everything was freed. */
void corrupt_judge_end(struct corrupt_run *run, unsigned end);

#endif
