#include "fuzz/worker.h"

#include "fuzz/legal.h"

#include <stddef.h>

enum { APC = 1, DISPATCH = 2 };

static _Thread_local struct worker *here;

void worker_enter(struct worker *worker)
{
    here = worker;
}

enum expool_action worker_hook(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    here->execution.bugchecks++;
    here->execution.bugcheck = *bugcheck;
    return EXPOOL_CONTINUE;
}

static void fail(struct worker *worker, failure_reporter *reporter, unsigned index,
                 const char *text)
{
    if (worker->failure != NULL)
        return;
    worker->failure = reporter;
    worker->failed_at = index;
    worker->text = text;
}

static struct expectation expect(const struct worker *worker, const struct op *op)
{
    struct expectation skipped = {.outcome = OUTCOME_SKIP};
    struct expectation silent = {.outcome = OUTCOME_SUCCESS};
    uint8_t irql = worker->model.irql;
    if (op->kind == OP_ACQUIRE || op->kind == OP_SLIST)
        return irql > DISPATCH ? skipped : silent;
    if (op->kind == OP_CHARGE)
        return irql > APC ? skipped : silent;
    if (op->kind == OP_CHURN)
        return irql > (model_pool_is_paged(op->pool) ? APC : DISPATCH) ? skipped : silent;
    if (op->kind == OP_LIST_FLUSH)
        return irql > APC ? skipped : silent;
    if (op->kind == OP_LIST_DELETE || op->kind == OP_RELEASE || !legal_kind(op->kind))
        return skipped;
    bool is_paged = model_pool_is_paged(op->pool) || worker->left.count > 0;
    if (op->kind == OP_LIST_INIT)
        return irql > (is_paged ? APC : DISPATCH) ? skipped : silent;
    struct expectation expected = model_expect(&worker->model, op);
    return expected.outcome == OUTCOME_BUGCHECK ? skipped : expected;
}

static void *take_entry(struct worker *worker, const struct op *op)
{
    worker->execution.is_zeroed = false;
    worker->used.taken[op->aux % PROGRAM_LISTS]++;
    return ExAllocateFromLookasideListEx(&worker->shared->lists[op->aux % PROGRAM_LISTS]);
}

static void give_entry(struct worker *worker, const struct op *op)
{
    const struct handle *handle = &worker->model.handles[op->handle];
    worker->used.given[handle->list]++;
    ExFreeToLookasideListEx(&worker->shared->lists[handle->list], handle->address);
}

/* Of what is shared there is nothing in the model. */
static bool is_shared(enum op_kind kind)
{
    return kind == OP_ACQUIRE || kind == OP_SLIST || kind == OP_CHARGE || kind == OP_CHURN ||
           kind == OP_LIST_INIT || kind == OP_LIST_FLUSH;
}

static const char *use_shared(struct worker *worker, const struct op *op)
{
    switch (op->kind) {
    case OP_ACQUIRE: shared_lock(worker->shared, &worker->used, op->handle); return NULL;
    case OP_SLIST: return shared_pop_and_push(worker->shared, (uintptr_t)worker);
    case OP_LIST_FLUSH: return shared_list(worker->shared, &worker->used, op->handle);
    case OP_CHURN: return shared_tags(&worker->used, op);
    case OP_CHARGE: return shared_charge(worker->shared, op->aux);
    default: return burst_do(&worker->left, op);
    }
}

static void perform(struct worker *worker, const struct op *op, const struct expectation *expected)
{
    worker->execution.result = NULL;
    worker->execution.was_changed = false;
    switch (op->kind) {
    case OP_LIST_ALLOC: worker->execution.result = take_entry(worker, op); break;
    case OP_LIST_FREE: give_entry(worker, op); break;
    default: execute(&worker->execution, &worker->model, op, expected); break;
    }
}

void worker_step(struct worker *worker, unsigned index, const struct op *op)
{
    struct expectation expected = expect(worker, op);
    if (index < worker->program->count)
        worker->outcomes[index] = expected;
    if (expected.outcome == OUTCOME_SKIP)
        return;
    worker->execution.bugchecks = 0;
    const char *wrong = NULL;
    if (is_shared(op->kind))
        wrong = use_shared(worker, op);
    else
        perform(worker, op, &expected);
    worker->done++;
    if (worker->execution.bugchecks > 0)
        fail(worker, failure_false_alarm, index, "a bug check that nobody asked for");
    if (!is_shared(op->kind))
        wrong = execution_check(&worker->execution, &worker->model, op, &expected);
    if (wrong != NULL) {
        fail(worker, failure_result, index, wrong);
        return;
    }
    if (is_shared(op->kind))
        return;
    model_apply(&worker->model, op, &expected, worker->execution.result);
    execution_fill(&worker->model, op, &expected);
}

void worker_do(struct worker *worker)
{
    const char *wrong = NULL;
    worker->execution.bugchecks = 0;
    if (worker->shared->common != NULL) {
        shared_free_common(worker->shared);
        worker->was_refused = worker->execution.bugchecks > 0;
        return;
    }
    if (worker->model.irql <= APC)
        wrong = burst_free(&worker->present);
    if (worker->execution.bugchecks > 0)
        wrong = "a bug check that nobody asked for";
    if (wrong != NULL)
        fail(worker, failure_result, worker->program->count, wrong);
    for (unsigned i = 0; i < worker->count && worker->failure == NULL; i++)
        worker_step(worker, worker->ops[i], &worker->program->ops[worker->ops[i]]);
}
