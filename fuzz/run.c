#include "fuzz/run.h"

#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/execute.h"
#include "fuzz/program_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The standard set less deadlock detection, DDI rules and Force IRQL checking: the model knows no
 * order of locks and no table of levels, and touches paged blocks at any IRQL. */
enum { RULES = 0x999 };

enum {
    CHECK_EVERY = 64,
    COUNTS_EVERY = 8192,
    TEXT_BYTES = 65536,
    MESSAGE_BYTES = 256,
    PAGE = 4096
};

struct run_counts run_counts;

int run_backend = -1;

static bool run_verifying;
static struct trace *run_trace;

/* One program on its way. */
struct run {
    const struct program *program;
    struct model model;
    struct execution execution;
    run_observer *observer;
    void *context;
    uint64_t hash;
    char message[MESSAGE_BYTES];
};

/* The segment back end has another word for a second free; the model knows the classic one. */
static void translate(struct expool_bugcheck *seen)
{
    enum { HEAP_CORRUPTION = 0x13A, BUSY_WANTED = 8, BAD_CALLER = 0xC2, TWICE = 7, HEADER = 16 };
    if (seen->code != HEAP_CORRUPTION || seen->subcode != BUSY_WANTED)
        return;
    seen->code = BAD_CALLER;
    seen->subcode = TWICE;
    seen->parameter[0] = TWICE;
    seen->parameter[1] = 0;
    seen->parameter[3] = seen->parameter[2] + HEADER;
}

static enum expool_action hook(const struct expool_bugcheck *bugcheck, void *context)
{
    struct run *run = context;
    run->execution.bugchecks++;
    run->execution.bugcheck = *bugcheck;
    translate(&run->execution.bugcheck);
    return EXPOOL_CONTINUE;
}

void run_start(bool verifying)
{
    run_verifying = verifying;
    if (expool_options_set("leaks=off:special_pool_full=stop") != 0)
        abort();
}

/* The verifier takes new settings at its start only. */
static void prepare_verifier(const struct program *program)
{
    static int verify = -1;
    static int reuse = -1;
    static const char *const verify_words[] = {"verify=end", "verify=start", "verify=exact"};
    if (!run_verifying || (verify == program->verify && reuse == program->reuse))
        return;
    expool_verifier_stop();
    verify = program->verify;
    reuse = program->reuse;
    if (expool_options_set(verify_words[verify]) != 0 ||
        expool_options_set(reuse == PROGRAM_REUSE_RECYCLE ? "reuse=recycle" : "reuse=protect") ||
        !expool_verifier_start() || !expool_verifier_flags_set(RULES))
        abort();
}

/* The pool takes another back end only while it is empty; between programs it is. */
static void prepare_backend(const struct program *program)
{
    static int current = PROGRAM_BACKEND_CLASSIC;
    static const char *const words[] = {"backend=classic", "backend=segment"};
    int wanted = run_backend >= 0 ? run_backend : program->backend;
    if (wanted == current)
        return;
    expool_pool_trim();
    if (expool_options_set(words[wanted]) != 0)
        abort();
    current = wanted;
}

void run_trace_to(struct trace *trace)
{
    run_trace = trace;
}

static void add_to_hash(struct run *run, uint64_t value)
{
    run->hash = (run->hash ^ value) * UINT64_C(0x100000001b3);
}

static bool parameters_fit(const struct expectation *expected, const struct expool_bugcheck *seen)
{
    for (unsigned i = 0; i < 4; i++)
        if ((expected->known >> i & 1) != 0 && expected->parameter[i] != seen->parameter[i])
            return false;
    return true;
}

/* Special pool knows the block exactly, normal pool where it begins. */
static bool block_fits(const struct run *run, const struct handle *about,
                       const struct expool_bugcheck *seen)
{
    if (about == NULL)
        return true;
    if (seen->block != about->address || seen->tag != about->tag)
        return false;
    if (!run->model.is_verifying)
        return true;
    bool is_freed = about->state == HANDLE_FREED || (seen->code == 0xC1 && seen->subcode == 0x20);
    return seen->block_bytes == about->size && seen->allocated_by != NULL &&
           (seen->freed_by != NULL) == is_freed;
}

static const char *judge_bugcheck(struct run *run, const struct expectation *expected)
{
    const struct expool_bugcheck *seen = &run->execution.bugcheck;
    run_counts.injected++;
    if (run->execution.bugchecks == 0) {
        run_counts.missed++;
        return "missed: no bug check came";
    }
    if (run->execution.bugchecks > 1 || seen->code != expected->code ||
        seen->subcode != expected->subcode || !parameters_fit(expected, seen) ||
        !block_fits(run, expected->about, seen)) {
        run_counts.wrong++;
        snprintf(run->message, sizeof run->message,
                 "wrong: %u bug checks, the last 0x%X/0x%X (%" PRIx64 ", %" PRIx64 ", %" PRIx64
                 ", %" PRIx64 ") %s, block %p of %zu",
                 run->execution.bugchecks, seen->code, seen->subcode, seen->parameter[0],
                 seen->parameter[1], seen->parameter[2], seen->parameter[3], seen->rule,
                 seen->block, seen->block_bytes);
        return run->message;
    }
    run_counts.detected++;
    return NULL;
}

static const char *judge_silence(struct run *run)
{
    const struct expool_bugcheck *seen = &run->execution.bugcheck;
    if (run->execution.bugchecks == 0)
        return NULL;
    run_counts.false_alarms++;
    snprintf(run->message, sizeof run->message, "false alarm: bug check 0x%X/0x%X %s", seen->code,
             seen->subcode, seen->rule);
    return run->message;
}

static const char *judge(struct run *run, const struct op *op, const struct expectation *expected)
{
    const char *wrong =
        expected->outcome == OUTCOME_BUGCHECK ? judge_bugcheck(run, expected) : judge_silence(run);
    if (wrong == NULL)
        wrong = execution_check(&run->execution, &run->model, op, expected);
    else
        return wrong;
    if (wrong != NULL)
        run_counts.false_alarms++;
    return wrong;
}

static __attribute__((noinline)) void run_failed(const struct run *run, const char *text)
{
    static char bytes[TEXT_BYTES];
    program_print(run->program, bytes, sizeof bytes);
    fprintf(stderr, "%s\nexpool fuzz: %s\n", bytes, text);
    run_write_counts();
    abort();
}

static void report(struct run *run, unsigned index, const struct expectation *expected,
                   const char *wrong)
{
    char text[MESSAGE_BYTES + 64];
    if (run->observer != NULL) {
        run->observer(index, expected, wrong, run->context);
        return;
    }
    if (wrong == NULL)
        return;
    snprintf(text, sizeof text, "operation %u (%s): %s", index,
             index < run->program->count ? op_rows[run->program->ops[index].kind].name : "end",
             wrong);
    run_failed(run, text);
}

static void run_op(struct run *run, unsigned index, const struct op *op)
{
    struct expectation expected = model_expect(&run->model, op);
    const char *wrong = NULL;
    if (expected.outcome != OUTCOME_SKIP) {
        run->execution.bugchecks = 0;
        execute(&run->execution, &run->model, op, &expected);
        run_counts.operations++;
        run_counts.silent += op->kind == OP_READ_SLACK;
        wrong = judge(run, op, &expected);
        if (run_trace != NULL)
            trace_op(run_trace, &run->execution, op, &expected);
        if (wrong == NULL)
            model_apply(&run->model, op, &expected, run->execution.result);
        if (wrong == NULL)
            execution_fill(&run->model, op, &expected);
    }
    add_to_hash(run, (uint64_t)op->kind << 40 | (uint64_t)expected.outcome << 32 |
                         expected.code << 16 | expected.subcode);
    report(run, index, &expected, wrong);
}

/* Leaves as it came: IRQL down, locks free, lists deleted, blocks freed, each as the model says. */
static void finish(struct run *run)
{
    unsigned end = run->program->count;
    run_op(run, end, &(struct op){.kind = OP_LOWER, .irql = 0});
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        run_op(run, end, &(struct op){.kind = OP_FREE_TAG, .handle = (uint8_t)i});
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        if (run->model.lists[i].is_initialized)
            run_op(run, end, &(struct op){.kind = OP_LIST_DELETE, .handle = (uint8_t)i});
    execution_end(&run->execution);
}

/* Each tag has as many blocks as the model says, and bytes enough for them. Without the verifier a
 * lookaside list keeps blocks that nobody has. */
static const char *check_tag(const struct model *model, uint32_t tag)
{
    struct expool_tag_statistics counted;
    uint64_t blocks = 0;
    uint64_t bytes[EXPOOL_CLASS_COUNT] = {0};
    expool_tag_statistics_get(tag, &counted);
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state != HANDLE_LIVE || handle->tag != tag)
            continue;
        blocks++;
        bytes[model_pool_is_paged(handle->pool) ? EXPOOL_CLASS_PAGED : EXPOOL_CLASS_NONPAGED] +=
            handle->size;
    }
    for (unsigned i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        blocks += counted.pool[i].frees - counted.pool[i].allocations;
        if (counted.pool[i].bytes < bytes[i] || counted.pool[i].peak_bytes < bytes[i])
            return "a tag is charged less than its blocks hold";
    }
    /* Now `blocks` is what the model has and the pool has not. */
    bool is_right = model->is_verifying ? blocks == 0 : (int64_t)blocks <= 0;
    return is_right ? NULL : "a tag counts other blocks than the model";
}

static const char *check_tags(const struct run *run)
{
    const char *wrong = NULL;
    for (unsigned i = 0; wrong == NULL && i < PROGRAM_TAGS; i++)
        wrong = check_tag(&run->model, model_tag((uint8_t)i));
    if (wrong != NULL)
        run_counts.false_alarms++;
    return wrong;
}

/* Everything was given back: to its own tag, too. */
static const char *check_tags_empty(void)
{
    struct expool_tag_statistics counted;
    for (unsigned i = 0; i < PROGRAM_TAGS; i++) {
        expool_tag_statistics_get(model_tag((uint8_t)i), &counted);
        for (unsigned j = 0; j < EXPOOL_CLASS_COUNT; j++)
            if (counted.pool[j].bytes != 0 || counted.pool[j].allocations != counted.pool[j].frees)
                return "a tag still has blocks when everything was freed";
    }
    return NULL;
}

static const char *check_leaks(struct run *run)
{
    unsigned live = model_live(&run->model);
    run->execution.bugchecks = 0;
    if (!run_verifying)
        return NULL;
    if (expool_verifier_report_leaks() != live)
        return "the leak report counts other blocks than the model";
    if (live == 0)
        return judge_silence(run);
    return judge_bugcheck(run, &(struct expectation){.outcome = OUTCOME_BUGCHECK,
                                                     .code = 0xC4,
                                                     .subcode = 0x62,
                                                     .known = 1 | 8,
                                                     .parameter = {0x62, 0, 0, live}});
}

/* Everything was given back, and the pool finds itself sound. */
static const char *check_end(const struct run *run)
{
    struct expool_class_statistics statistics;
    struct expool_verifier_counters counters;
    bool is_thorough = run_counts.programs % CHECK_EVERY == 0 || run->observer != NULL;
    if (is_thorough)
        expool_pool_trim(); /* what caches keep, pages and all */
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        expool_class_statistics_get((enum expool_class)i, &statistics);
        if (statistics.bytes != 0)
            return "bytes are still charged when everything was freed";
        if (is_thorough && statistics.pages != 0)
            return "pages are still in use when everything was freed";
    }
    const char *wrong = check_tags_empty();
    if (wrong != NULL)
        return wrong;
    expool_verifier_counters_get(&counters);
    if (counters.live_blocks != 0 || counters.live_bytes != 0)
        return "special pool counts live blocks when everything was freed";
    if (counters.allocations_fallback != 0)
        return "special pool fell back to normal pool";
    return is_thorough ? expool_pool_check() : NULL;
}

uint64_t run_program(const struct program *program, run_observer *observer, void *context)
{
    static struct run run;
    run = (struct run){.program = program, .observer = observer, .context = context};
    run.hash = UINT64_C(0xcbf29ce484222325);
    prepare_verifier(program);
    prepare_backend(program);
    if (run_trace != NULL)
        trace_begin(run_trace);
    model_start(&run.model, run_verifying, program);
    execution_start(&run.execution);
    expool_on_bugcheck(hook, &run);
    for (unsigned i = 0; i < program->count; i++)
        run_op(&run, i, &program->ops[i]);
    struct expectation none = {.outcome = OUTCOME_SKIP};
    report(&run, program->count, &none, check_tags(&run));
    if (run_trace != NULL)
        trace_statistics(run_trace);
    report(&run, program->count, &none, check_leaks(&run));
    finish(&run);
    run_counts.programs++;
    if (run_trace != NULL)
        trace_statistics(run_trace);
    const char *left = check_end(&run);
    run_counts.false_alarms += left != NULL;
    report(&run, program->count, &none, left);
    expool_on_bugcheck(NULL, NULL);
    if (run_counts.programs % COUNTS_EVERY == 0)
        run_write_counts();
    return run.hash;
}

void run_write_counts(void)
{
    const char *path = getenv("EXPOOL_FUZZ_STATS");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file == NULL)
        return;
    fprintf(file,
            "programs %" PRIu64 "\noperations %" PRIu64 "\ninjected %" PRIu64 "\ndetected %" PRIu64
            "\nwrong %" PRIu64 "\nmissed %" PRIu64 "\nfalse_alarms %" PRIu64 "\nsilent %" PRIu64
            "\n",
            run_counts.programs, run_counts.operations, run_counts.injected, run_counts.detected,
            run_counts.wrong, run_counts.missed, run_counts.false_alarms, run_counts.silent);
    fclose(file);
}
