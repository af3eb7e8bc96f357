/* execute.h - one operation, done to the real pool through its public routines only.
 *   execute.c           levels, locks, processes, settings, and which part does an operation
 *   execute_allocate.c  execute_free.c  execute_list.c  execute_touch.c  execute_bad.c
 *   execute_crowd.c  execute_trim.c
 *   execute_scene.c  execute_alone.c  execute_header.c  execute_object.c   more than one call
 *   execute_check.c     what an operation promises beyond silence */
#ifndef FUZZ_EXECUTE_H
#define FUZZ_EXECUTE_H

#include "expool/host.h"
#include "expool/process.h"
#include "fuzz/model.h"

#include <setjmp.h>
#include <wdm.h>

/* What the pool takes for its caller lies in one of two sections: a bug check has to name them. */
#if defined(__clang__)
#define EXECUTION_NO_TAIL_CALL disable_tail_calls
#else
#define EXECUTION_NO_TAIL_CALL optimize("no-optimize-sibling-calls")
#endif
#define EXECUTION_ALLOCATES                                                                        \
    __attribute__((noinline, EXECUTION_NO_TAIL_CALL, section("fuzz_allocates")))
#define EXECUTION_FREES __attribute__((noinline, EXECUTION_NO_TAIL_CALL, section("fuzz_frees")))

enum { EXECUTION_ENDS = 64 /* bytes filled and checked at each end of a block */ };

union any_list {
    LOOKASIDE_LIST_EX ex;
    NPAGED_LOOKASIDE_LIST nonpaged;
    PAGED_LOOKASIDE_LIST paged;
};

struct execution {
    unsigned bugchecks; /* since the operation began */
    struct expool_bugcheck bugcheck;
    void *result;          /* of an allocation */
    NTSTATUS raised;       /* 0: nothing was */
    bool is_zeroed;        /* the allocation promised zeroes */
    bool was_changed;      /* a block about to be freed did not hold what it should */
    const char *complaint; /* of what only the operation itself can see */
    size_t swept;
    bool is_shared;    /* other threads use the pools meanwhile */
    sigjmp_buf *leave; /* where the hook goes on behind a fault; NULL: where it came */
    KSPIN_LOCK locks[PROGRAM_LOCKS];
    KIRQL old_irqls[PROGRAM_LOCKS];
    union any_list lists[PROGRAM_LISTS];
    PEPROCESS processes[PROGRAM_PROCESSES];
    SLIST_HEADER entries_head;
    SLIST_ENTRY entries[MODEL_ENTRIES];
};

void execution_start(struct execution *execution);
void execution_end(struct execution *execution);

/* What the model cannot know and anybody can read: how much a class has used. */
void execution_note(const struct execution *execution, struct model *model);

void execute(struct execution *execution, const struct model *model, const struct op *op,
             const struct expectation *expected);

/* What an operation promises beyond silence: results, alignment, zeroes, contents. NULL: kept. */
const char *execution_check(const struct execution *execution, const struct model *model,
                            const struct op *op, const struct expectation *expected);

/* Puts the model's contents into a block that is new or was checked. */
void execution_fill(const struct model *model, const struct op *op,
                    const struct expectation *expected);

/* True: the return address lies in the routines that call the pool to allocate, or to free. */
bool execution_is_allocating(const void *address);
bool execution_is_freeing(const void *address);

/* The parts. */
void execute_allocate(struct execution *execution, const struct op *op);
void execute_churn(struct execution *execution, const struct op *op,
                   const struct expectation *expected);
void execute_crowd(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected);
void execute_trim(struct execution *execution);
void execute_page_out(struct execution *execution);
void execute_bad_flags(struct execution *execution, const struct op *op);
void execute_bad_call(struct execution *execution, const struct op *op);
void execute_free(struct execution *execution, const struct model *model, const struct op *op,
                  const struct expectation *expected);
void execution_note_lists(const struct execution *execution, struct model *model);
void execute_list(struct execution *execution, const struct model *model, const struct op *op);
void execute_touch(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected);
void execute_scene(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected);
void execute_scene_header(struct execution *execution, const struct op *op);
void execute_scene_object(struct execution *execution, const struct op *op);
void execute_scene_large(struct execution *execution, const struct model *model,
                         const struct op *op);
void execute_scene_beside(const struct expectation *expected);
void execute_touch_away(struct execution *execution, const struct model *model, const struct op *op,
                        const struct expectation *expected);
void execute_scene_alone(struct execution *execution, const struct op *op);
void execute_owner_touch(struct execution *execution, const struct op *op,
                         const struct expectation *expected);
void execute_query(struct execution *execution, const struct model *model, const struct op *op);

/* One block in the form of an operation that cannot raise. */
void *execution_ask(const struct op *op);

POOL_TYPE execution_pool_type(uint8_t pool);
POOL_FLAGS execution_pool_flags(uint8_t pool);
bool execution_contents_fit(const struct handle *handle);

#endif
