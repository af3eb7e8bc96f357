#include "fuzz/corrupt.h"

#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/corrupt_run.h"
#include "fuzz/legal.h"
#include "fuzz/run.h"

#include <stdlib.h>
#include <string.h>

static enum expool_action note_bugcheck(const struct expool_bugcheck *bugcheck, void *context)
{
    struct corrupt_run *run = context;
    run->execution.bugchecks++;
    run->execution.bugcheck = *bugcheck;
    if (run->stops_count < CORRUPT_STOPS_MAX)
        run->stops[run->stops_count++] = *bugcheck;
    return EXPOOL_CONTINUE;
}

/* What came of the operation, and goes into the text of the program. */
static void note_outcome(struct corrupt_run *run, unsigned index, enum outcome outcome)
{
    struct expectation *met = &run->result->outcomes[index];
    *met = (struct expectation){.outcome = outcome};
    if (run->stops_count > 0 && outcome != OUTCOME_SKIP) {
        met->outcome = OUTCOME_BUGCHECK;
        met->code = run->execution.bugcheck.code;
        met->subcode = run->execution.bugcheck.subcode;
    }
    run->result->hash =
        (run->result->hash ^ ((uint64_t)met->outcome << 32 | met->code)) * UINT64_C(0x100000001b3);
    run->execution.bugchecks = 0;
    run->stops_count = 0;
}

/* True: a look has to see it. */
static bool do_damage(struct corrupt_run *run, const struct damage_bytes *bytes)
{
    if (run->model.is_verifying) {
        run->log.rows[run->log.count++] = *bytes;
        damage_do(bytes);
        return true;
    }
    wounds_before(&run->wounds, &run->model, bytes);
    damage_do(bytes);
    wounds_after(&run->wounds, bytes);
    return wounds_hit_header(&run->wounds, bytes);
}

/* Headers are sealed, patterns are known: the next look must see it. */
static void damage(struct corrupt_run *run, unsigned index, const struct op *op)
{
    struct damage_bytes bytes;
    if (!damage_plan(&run->model, op, &bytes)) {
        note_outcome(run, index, OUTCOME_SKIP);
        return;
    }
    bool is_freed = op->kind == OP_WRITE_FREED;
    run->is_damaged = true;
    if (is_freed)
        run->freed[run->freed_count++] = bytes;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        run->is_changed[i] |= damage_hits(&run->model.handles[i], &bytes);
    bool must_see = do_damage(run, &bytes);
    run_counts.operations++;
    run_counts.injected += must_see;
    if (run->model.is_verifying) {
        expool_verifier_sweep();
        corrupt_judge_sweep(run, index, is_freed ? &bytes : NULL);
    } else {
        corrupt_judge_check(run, index, must_see);
    }
    run_counts.detected += must_see && run->result->failure == NULL;
    note_outcome(run, index, OUTCOME_SUCCESS);
}

static void lose(struct corrupt_run *run, struct handle *handle)
{
    if (run->lost_count < CORRUPT_LOST_MAX)
        run->lost[run->lost_count++] =
            (struct lost_block){.address = handle->address, .charge = handle->charge};
    handle->state = HANDLE_EMPTY;
}

/* Afterwards the model knows what the pool has: a block that was not freed is nobody's. */
static void apply(struct corrupt_run *run, const struct op *op, const struct expectation *expected)
{
    struct handle *handle = &run->model.handles[op->handle];
    bool is_of_list = op->kind == OP_LIST_FREE || op->kind == OP_LIST_DELETE;
    run->is_rough |= is_of_list && !run->model.is_verifying && run->is_damaged;
    if (run->was_refused && op->kind != OP_LIST_FREE) {
        lose(run, handle);
        return;
    }
    bool got_nothing = op_allocates(op->kind) && run->execution.result == NULL;
    if (got_nothing && op->kind != OP_LIST_ALLOC) /* which counts it */
        return;
    model_apply(&run->model, op, expected, run->execution.result);
    if (run->was_refused)
        handle->state = HANDLE_EMPTY;
    if (op_allocates(op->kind)) {
        run->since[op->handle] = run->log.count;
        run->is_changed[op->handle] = false;
    }
    if (op->kind == OP_CHECK)
        run->is_changed[op->handle] = false;
    execution_fill(&run->model, op, expected);
}

/* With stacks of whole pages' blocks a second free tells both: whole pages no damage reaches. */
static bool is_second_free(const struct corrupt_run *run, const struct op *op,
                           const struct expectation *expected)
{
    enum { CODE = 0x19, TWICE_BIG = 0x22 };
    return run->looks_around && op->kind == OP_FREE_TWICE && expected->code == CODE &&
           expected->subcode == TWICE_BIG;
}

static void step(struct corrupt_run *run, unsigned index, const struct op *op)
{
    if (damage_kind(op->kind)) {
        damage(run, index, op);
        return;
    }
    execution_note(&run->execution, &run->model);
    struct expectation expected = model_expect(&run->model, op);
    bool is_legal = legal_kind(op->kind) && expected.outcome != OUTCOME_BUGCHECK;
    if ((!is_legal && !is_second_free(run, op, &expected)) || expected.outcome == OUTCOME_SKIP) {
        note_outcome(run, index, OUTCOME_SKIP);
        return;
    }
    corrupt_foresee(run, op);
    execute(&run->execution, &run->model, op, &expected);
    run_counts.operations++;
    corrupt_judge(run, index, op, &expected);
    apply(run, op, &expected);
    note_outcome(run, index, expected.outcome);
}

/* Frees what is left, and asks everything that can be asked of a pool in such a state. */
static void finish(struct corrupt_run *run)
{
    unsigned end = run->program->count;
    step(run, end, &(struct op){.kind = OP_LOWER});
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        step(run, end, &(struct op){.kind = OP_FREE_TAG, .handle = (uint8_t)i});
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        if (run->model.lists[i].is_initialized)
            step(run, end, &(struct op){.kind = OP_LIST_DELETE, .handle = (uint8_t)i});
    execution_end(&run->execution);
    step(run, end, &(struct op){.kind = OP_TRIM});
    corrupt_judge_end(run, end);
}

void corrupt_run(const struct program *program, struct corrupt_result *result)
{
    static struct corrupt_run run;
    const struct program *usual = program_usual(program);
    memset(&run, 0, sizeof run);
    run.program = program;
    run.result = result;
    run_prepare(usual);
    run.is_segment = (run_backend >= 0 ? run_backend : program->backend) == PROGRAM_BACKEND_SEGMENT;
    run.looks_around = !run_is_verifying() && program->reuse == PROGRAM_REUSE_PROTECT;
    if (run.looks_around && expool_options_set("pool_stacks=1") != 0)
        abort();
    model_start(&run.model, run_is_verifying(), usual);
    execution_start(&run.execution);
    expool_on_bugcheck(note_bugcheck, &run);
    for (unsigned i = 0; i < program->count && result->failure == NULL; i++)
        step(&run, i, &program->ops[i]);
    if (result->failure == NULL)
        finish(&run);
    run_counts.programs++;
}
