#include "fuzz/run.h"

#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/audit.h"
#include "fuzz/cells.h"
#include "fuzz/execute.h"
#include "fuzz/expand.h"
#include "fuzz/failure.h"
#include "fuzz/misfit.h"
#include "fuzz/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECK_EVERY = 64, AUDIT_EVERY = 16, MESSAGE_BYTES = 256 };

int run_backend = -1;
bool run_is_thorough;
bool run_is_lazy;

static bool run_verifying;
static struct trace *run_trace;

/* A known issue was met: what it left behind is no finding, so the accounts are not looked at. */
static bool run_is_tainted;

/* One program on its way. */
struct run {
    const struct program *program;
    struct model model;
    struct execution execution;
    run_observer *observer;
    void *context;
    uint64_t hash;
    bool has_told;             /* the observer of the operation */
    bool is_part;              /* of an operation that is many: nothing is told of it yet */
    bool is_over;              /* it ended at a known issue */
    failure_reporter *failure; /* the class of what was found last */
    char message[MESSAGE_BYTES];
};

static enum expool_action hook(const struct expool_bugcheck *bugcheck, void *context)
{
    struct run *run = context;
    run->execution.bugchecks++;
    run->execution.bugcheck = *bugcheck;
    misfit_translate(&run->execution.bugcheck);
    if (run->execution.leave != NULL)
        siglongjmp(*run->execution.leave, 1);
    return EXPOOL_CONTINUE;
}

void run_verify(bool verifying)
{
    if (run_verifying && !verifying)
        expool_verifier_stop();
    run_verifying = verifying;
}

void run_start(bool verifying)
{
    run_verify(verifying);
    if (expool_options_set("leaks=off:special_pool_full=stop:special_pool_mb=64:events=off") != 0)
        abort();
    settings_encrypt(verifying);
    audit_begin();
}

bool run_is_verifying(void)
{
    return run_verifying;
}

void run_prepare(const struct program *program)
{
    settings_prepare(program, run_verifying, run_backend);
}

void run_trace_to(struct trace *trace)
{
    run_trace = trace;
}

static void add_to_hash(struct run *run, uint64_t value)
{
    run->hash = (run->hash ^ value) * UINT64_C(0x100000001b3);
}

/* The page in front of a block is nobody's, or a dead block's when addresses come round. */
static void translate_front(struct run *run, const struct expectation *expected)
{
    enum { BEYOND = 0xD6, FREED = 0xD5 };
    struct expool_bugcheck *seen = &run->execution.bugcheck;
    if (expected->code == BEYOND && expected->about == NULL && seen->code == FREED &&
        run->model.reuse == PROGRAM_REUSE_PROTECT)
        seen->code = BEYOND;
}

static const char *judge_bugcheck(struct run *run, const struct op *op,
                                  const struct expectation *expected)
{
    translate_front(run, expected);
    const struct expool_bugcheck *seen = &run->execution.bugcheck;
    run_counts.injected++;
    const char *misfit =
        run->execution.bugchecks == 0
            ? "is missing"
            : misfit_find(expected, seen, run->execution.bugchecks, run->model.is_verifying);
    cells_count(&run->model, op, expected, misfit == NULL);
    if (run->execution.bugchecks == 0) {
        run->failure = failure_missed;
        snprintf(run->message, sizeof run->message, "bug check 0x%X/0x%X did not come",
                 expected->code, expected->subcode);
        return run->message;
    }
    if (misfit == NULL) {
        run_counts.detected++;
        return NULL;
    }
    run->failure = failure_wrong;
    snprintf(run->message, sizeof run->message,
             "bug check 0x%X/0x%X %s (%u came; parameters %" PRIx64 ", %" PRIx64 ", %" PRIx64
             ", %" PRIx64 ", block %p of %zu bytes)",
             expected->code, expected->subcode, misfit, run->execution.bugchecks,
             seen->parameter[0], seen->parameter[1], seen->parameter[2], seen->parameter[3],
             seen->block, seen->block_bytes);
    return run->message;
}

static const char *judge_silence(struct run *run)
{
    const struct expool_bugcheck *seen = &run->execution.bugcheck;
    if (run->execution.bugchecks == 0)
        return NULL;
    run->failure = failure_false_alarm;
    snprintf(run->message, sizeof run->message, "bug check 0x%X/0x%X %s came", seen->code,
             seen->subcode, seen->rule);
    return run->message;
}

static const char *judge(struct run *run, const struct op *op, const struct expectation *expected)
{
    const char *wrong = expected->outcome == OUTCOME_BUGCHECK ? judge_bugcheck(run, op, expected)
                                                              : judge_silence(run);
    if (wrong != NULL)
        return wrong;
    run->failure = failure_result;
    wrong = execution_check(&run->execution, &run->model, op, expected);
    if (wrong != NULL || op->kind != OP_AUDIT)
        return wrong;
    run->failure = failure_statistics;
    wrong = audit_all(&run->execution, &run->model);
    model_note_read(&run->model);
    return wrong;
}

/* Where nobody outside can know whether memory is left, what came is what counts. */
static void settle(const struct execution *execution, struct expectation *expected)
{
    bool is_failure = execution->bugchecks == 0 && execution->result == NULL;
    if (!expected->may_fail)
        return;
    run_counts.either++;
    if (!is_failure || (uint32_t)execution->raised != expected->failure_status)
        return;
    expected->outcome = expected->failure;
    expected->code = expected->failure_status;
}

static uint64_t *counter_of(failure_reporter *failure)
{
    if (failure == failure_missed)
        return &run_counts.missed;
    return failure == failure_wrong ? &run_counts.wrong : &run_counts.false_alarms;
}

static void report(struct run *run, unsigned index, const struct expectation *expected,
                   const char *wrong)
{
    if (run->is_over)
        return;
    if (wrong != NULL)
        ++*counter_of(run->failure);
    if (run->observer != NULL) {
        run->has_told = !run->is_part || wrong != NULL;
        if (run->has_told)
            run->observer(index, expected, wrong, run->context);
        return;
    }
    if (wrong == NULL)
        return;
    run->failure(run->program, index, wrong);
    --*counter_of(run->failure); /* a known issue, counted as such */
    run->is_over = true;
    run_is_tainted = true;
    if (index < run->program->count) /* nobody knows what became of its block */
        run->model.handles[run->program->ops[index].handle].state = HANDLE_EMPTY;
}

static const char *apply(struct run *run, const struct op *op, const struct expectation *expected)
{
    model_apply(&run->model, op, expected, run->execution.result);
    execution_fill(&run->model, op, expected);
    run->failure = failure_result;
    if (KeGetCurrentIrql() != run->model.irql)
        return "another IRQL than the operation leaves";
    run->failure = failure_statistics;
    if (run_is_tainted)
        return NULL;
    const char *wrong = audit_processes(&run->execution, &run->model);
    return wrong == NULL ? audit_levels(&run->model, op, expected) : wrong;
}

static void run_op(struct run *run, unsigned index, const struct op *op)
{
    execution_note(&run->execution, &run->model);
    struct expectation expected = model_expect(&run->model, op);
    const char *wrong = NULL;
    if (expected.outcome != OUTCOME_SKIP) {
        run->execution.bugchecks = 0;
        execute(&run->execution, &run->model, op, &expected);
        settle(&run->execution, &expected);
        bool is_many = op->kind == OP_CHURN || op->kind == OP_CROWD;
        run_counts.operations += is_many ? expected.length : 1;
        run_counts.silent += op->kind == OP_READ_SLACK;
        wrong = judge(run, op, &expected);
        if (run_trace != NULL)
            trace_op(run_trace, &run->execution, op, &expected);
        if (wrong == NULL)
            wrong = apply(run, op, &expected);
    }
    add_to_hash(run, (uint64_t)op->kind << 40 | (uint64_t)expected.outcome << 32 |
                         expected.code << 16 | expected.subcode);
    report(run, index, &expected, wrong);
}

/* An operation that stands for many is done as those. */
static void run_whole(struct run *run, unsigned index, const struct op *op)
{
    struct op parts[EXPAND_MAX];
    unsigned count = expand(&run->model, op, parts);
    run->model.second = settings_tick(index);
    run->is_part = count > 0;
    run->has_told = false;
    for (unsigned i = 0; i < count && !run->has_told && !run->is_over; i++)
        run_op(run, index, &parts[i]);
    run->is_part = false;
    if (count == 0)
        run_op(run, index, op);
    else if (!run->has_told)
        report(run, index, &(struct expectation){.outcome = OUTCOME_SUCCESS}, NULL);
}

/* Without a look at blocks that may be gone. */
static void forget_blocks(struct run *run)
{
    (void)expool_verifier_reset();
    memset(run->model.handles, 0, sizeof run->model.handles);
}

/* Leaves as it came: IRQL down, locks free, lists deleted, blocks freed, each as the model says. */
static void finish(struct run *run)
{
    unsigned end = run->program->count;
    run_op(run, end, &(struct op){.kind = OP_LOWER, .irql = 0});
    if (run->is_over && run_verifying)
        forget_blocks(run);
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        run_op(run, end, &(struct op){.kind = OP_FREE_TAG, .handle = (uint8_t)i});
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        if (run->model.lists[i].is_initialized)
            run_op(run, end, &(struct op){.kind = OP_LIST_DELETE, .handle = (uint8_t)i});
    execution_end(&run->execution);
}

/* One in so many programs, always the same ones: the low bits know little. */
static bool is_chosen(const struct run *run, unsigned every)
{
    return (run->hash >> 44) % every == 0;
}

/* What the program has now; every so often every number that can be read. */
static const char *check_accounts(struct run *run)
{
    run->failure = failure_statistics;
    bool is_whole = is_chosen(run, AUDIT_EVERY) || run->observer != NULL;
    const char *wrong =
        is_whole ? audit_all(&run->execution, &run->model) : audit_tags(&run->model);
    model_note_read(&run->model);
    return wrong;
}

/* The oldest one is; of two that came in one millisecond, one in special pool and one tracked,
 * nobody knows which it is. */
static const struct handle *leak_shown(const struct run *run)
{
    const struct handle *special = model_oldest(&run->model, PLACE_SPECIAL);
    const struct handle *tracked = model_oldest(&run->model, PLACE_TRACKED);
    bool is_tracked = tracked != NULL && run->execution.bugcheck.block == tracked->address;
    return special == NULL || is_tracked ? tracked : special;
}

static const char *check_leaks(struct run *run)
{
    unsigned live = model_leaks(&run->model);
    run->execution.bugchecks = 0;
    if (!run_verifying)
        return NULL;
    run->failure = failure_statistics;
    if (expool_verifier_report_leaks() != live)
        return "the leak report counts other blocks than the model";
    if (live == 0)
        return judge_silence(run);
    run->model.stops++;
    return judge_bugcheck(run, NULL,
                          &(struct expectation){.outcome = OUTCOME_BUGCHECK,
                                                .code = 0xC4,
                                                .subcode = 0x62,
                                                .known = 1 | 8,
                                                .parameter = {0x62, 0, 0, live},
                                                .about = leak_shown(run)});
}

/* Everything was given back, and every so often the pool finds itself sound. */
static const char *check_end(struct run *run)
{
    bool is_thorough =
        is_chosen(run, CHECK_EVERY) || (run->observer != NULL && !run_is_lazy) || run_is_thorough;
    run->failure = failure_statistics;
    const char *wrong = audit_empty(&run->model, is_thorough);
    if (wrong != NULL)
        return wrong;
    run->failure = failure_unsound;
    if (is_thorough && (wrong = expool_pool_check()) != NULL)
        return wrong;
    if (is_thorough && run_verifying && (wrong = expool_verifier_check()) != NULL)
        return wrong;
    return expool_pool_restart() ? NULL : "pages are in use that hold no block of anybody's";
}

static void run_accounts(struct run *run)
{
    unsigned end = run->program->count;
    struct expectation none = {.outcome = OUTCOME_SKIP};
    if (!run_is_tainted)
        report(run, end, &none, check_accounts(run));
    if (run_trace != NULL)
        trace_statistics(run_trace);
    if (!run_is_tainted)
        report(run, end, &none, check_leaks(run));
    finish(run);
    run_counts.programs++;
    if (run_trace != NULL)
        trace_statistics(run_trace);
    if (!run_is_tainted)
        report(run, end, &none, check_end(run));
    audit_end(&run->model);
}

uint64_t run_program(const struct program *program, run_observer *observer, void *context)
{
    static struct run run;
    static struct program unlimited;
    if (run_trace != NULL && program->limit != PROGRAM_LIMIT_NONE) {
        unlimited = *program; /* where pages are cut differently, other requests are refused */
        unlimited.limit = PROGRAM_LIMIT_NONE;
        program = &unlimited;
    }
    run.program = program;
    run.observer = observer;
    run.context = context;
    run.is_over = false;
    run.hash = UINT64_C(0xcbf29ce484222325);
    run_prepare(program);
    if (run_trace != NULL)
        trace_begin(run_trace);
    model_start(&run.model, run_verifying, program);
    run.model.is_compared = run_trace != NULL;
    run.model.is_haunted = settings_has_verified();
    execution_start(&run.execution);
    expool_on_bugcheck(hook, &run);
    audit_levels_begin();
    for (unsigned i = 0; i < program->count && !run.is_over; i++)
        run_whole(&run, i, &program->ops[i]);
    run_accounts(&run);
    expool_on_bugcheck(NULL, NULL);
    audit_levels_end();
    settings_end();
    return run.hash;
}
