#include "fuzz/corrupt_run.h"

#include "expool/statistics.h"
#include "fuzz/misfit.h"

#include <stdio.h>

enum { APC = 1, TEXT_BYTES = 160 };

bool corrupt_is_free(enum op_kind kind)
{
    return kind == OP_FREE || kind == OP_FREE_TAG || kind == OP_FREE2;
}

void corrupt_fail(struct corrupt_run *run, failure_reporter *failure, unsigned index,
                  const char *text)
{
    const struct expool_bugcheck *last = &run->execution.bugcheck;
    if (run->result->failure != NULL)
        return;
    run->result->failure = failure;
    run->result->index = index;
    snprintf(run->result->text, sizeof run->result->text, "%s (%u bug checks, the last 0x%X/0x%X)",
             text, run->stops_count, last->code, last->subcode);
}

static void fail_about(struct corrupt_run *run, unsigned index, const struct expool_bugcheck *seen,
                       const char *wrong)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "bug check 0x%X/0x%X %s", seen->code, seen->subcode, wrong);
    corrupt_fail(run, failure_wrong, index, text);
}

void corrupt_foresee(struct corrupt_run *run, const struct op *op)
{
    const struct handle *handle = &run->model.handles[op->handle];
    bool frees = corrupt_is_free(op->kind) || op->kind == OP_LIST_FREE;
    run->free = (struct header_stop){.verdict = HEADER_SILENT};
    run->was_refused = false;
    if (run->model.is_verifying) {
        if (frees && handle->state == HANDLE_LIVE)
            run->free.expected = margin_expect(&run->log, run->since[op->handle], handle);
        return;
    }
    wounds_look(&run->wounds);
    if (!frees || handle->state != HANDLE_LIVE)
        return;
    run->free = header_stop_of_free(&run->wounds, handle, run->looks_around, run->is_segment);
    run->was_refused = wounds_are_retired(&run->wounds, handle->address);
    if (op->kind == OP_LIST_FREE && run->free.verdict == HEADER_STOPS)
        run->free.verdict = HEADER_MAY_STOP; /* the list may keep it */
}

/* Of headers and links, or a block that seems to be freed already. */
static bool is_of_damage(const struct expool_bugcheck *seen)
{
    return header_stop_names(seen) != NULL || (seen->code == 0xC2 && seen->subcode == 7);
}

/* A stop that nobody could foresee in detail: of a cached block that leaves, of a listed one that
 * is taken, of entries that a list gives back. */
static void judge_other(struct corrupt_run *run, unsigned index, const struct op *op,
                        const struct expool_bugcheck *seen)
{
    const char *wrong = header_stop_misfit(&run->wounds, seen);
    bool is_vague = run->free.verdict == HEADER_UNKNOWN || op->kind == OP_LIST_FREE ||
                    op->kind == OP_LIST_DELETE;
    if (wrong != NULL && is_vague && is_of_damage(seen)) {
        run->was_refused |= corrupt_is_free(op->kind);
        run->is_rough = true;
    } else if (wrong != NULL) {
        fail_about(run, index, seen, wrong);
    }
    const unsigned char *header = header_stop_names(seen);
    bool is_own = corrupt_is_free(op->kind) && header != NULL &&
                  model_page(header) == model_page(run->model.handles[op->handle].address);
    run->is_rough |= is_own; /* its page went out of use under the free */
}

/* True: it is the one that the free had to bring. */
static bool is_foreseen(struct corrupt_run *run, unsigned index, const struct expool_bugcheck *seen)
{
    const struct expectation *expected = &run->free.expected;
    bool may = run->free.verdict == HEADER_STOPS || run->free.verdict == HEADER_MAY_STOP;
    if (!may || run->was_refused || seen->code != expected->code ||
        seen->subcode != expected->subcode)
        return false;
    const char *misfit = misfit_find(expected, seen, 1, false);
    bool is_of_header = header_stop_names(seen) != NULL;
    if (misfit == NULL && expected->about == NULL && is_of_header && seen->block != NULL)
        misfit = "names a block"; /* nobody knows what lies behind a damaged header */
    bool is_other = misfit != NULL && header_stop_misfit(&run->wounds, seen) == NULL;
    if (misfit != NULL && !is_other)
        fail_about(run, index, seen, misfit);
    return misfit == NULL;
}

static void judge_plain(struct corrupt_run *run, unsigned index, const struct op *op)
{
    for (unsigned i = 0; i < run->stops_count; i++) {
        struct expool_bugcheck seen = run->stops[i];
        misfit_translate(&seen);
        if (!run->is_damaged)
            corrupt_fail(run, failure_false_alarm, index,
                         "a bug check before anything was damaged");
        else if (is_foreseen(run, index, &seen))
            run->was_refused = true;
        else
            judge_other(run, index, op, &seen);
    }
    if (run->free.verdict == HEADER_STOPS && !run->was_refused)
        corrupt_fail(run, failure_missed, index, "a damaged block is freed in silence");
    for (unsigned i = 0; i < run->stops_count; i++)
        if (header_stop_names(&run->stops[i]) != NULL)
            wounds_retire(&run->wounds, header_stop_names(&run->stops[i]));
    run->is_short |= run->stops_count > 0 && wounds_spoil(&run->wounds);
}

/* A freed page that was written to is told of when it is used again, if no sweep met it. */
static bool is_of_written(const struct corrupt_run *run, const struct expool_bugcheck *seen)
{
    for (unsigned i = 0; i < run->freed_count; i++)
        if (seen->code == 0xC6 && seen->parameter[0] == (uintptr_t)run->freed[i].start)
            return true;
    return false;
}

static void judge_verified(struct corrupt_run *run, unsigned index)
{
    const struct expectation *expected = &run->free.expected;
    bool is_due = expected->outcome == OUTCOME_BUGCHECK;
    for (unsigned i = 0; i < run->stops_count; i++) {
        const struct expool_bugcheck *seen = &run->stops[i];
        if (is_of_written(run, seen))
            continue;
        if (!is_due) {
            corrupt_fail(run, failure_false_alarm, index, "a look at a sound block is reported");
            return;
        }
        const char *misfit = misfit_find(expected, seen, 1, true);
        if (misfit != NULL)
            fail_about(run, index, seen, misfit);
        is_due = false;
    }
    if (is_due)
        corrupt_fail(run, failure_missed, index, "a damaged block is freed in silence");
}

bool corrupt_was_written(const struct corrupt_run *run, const unsigned char *block, uint32_t size)
{
    for (unsigned i = 0; i < run->freed_count; i++)
        if (run->freed[i].start < block + size &&
            block < run->freed[i].start + run->freed[i].length)
            return true;
    return false;
}

/* Pages fresh from the system are taken to be zero: who writes to them before they are somebody's
 * is not seen in the plain pool. */
static void judge_result(struct corrupt_run *run, unsigned index, const struct op *op,
                         const struct expectation *expected)
{
    bool may_fail = run->is_damaged && run->stops_count > 0;
    void *result = run->execution.result;
    if ((op->kind == OP_CHECK && run->is_changed[op->handle]) ||
        (op_allocates(op->kind) && may_fail && result == NULL))
        return;
    bool is_given = op_allocates(op->kind) && !run->model.is_verifying &&
                    wounds_forbid(&run->wounds, result, run->stops_count > 0);
    if (is_given || (run->stops_count == 0 && wounds_taken(&run->wounds)))
        corrupt_fail(run, failure_missed, index, "a damaged freed block is given in silence");
    if (op_allocates(op->kind) && corrupt_was_written(run, result, model_size(&run->model, op)))
        run->execution.is_zeroed = false;
    const char *wrong = execution_check(&run->execution, &run->model, op, expected);
    if (wrong != NULL)
        corrupt_fail(run, failure_result, index, wrong);
}

/* Who allocated the block, and who freed it first. */
static void judge_second_free(struct corrupt_run *run, unsigned index,
                              const struct expectation *expected)
{
    const struct expool_bugcheck *seen = &run->execution.bugcheck;
    const char *misfit = run->stops_count == 0
                             ? "did not come"
                             : misfit_find(expected, seen, run->stops_count, false);
    if (misfit == NULL && !execution_is_allocating(seen->allocated_by))
        misfit = "does not say who allocated";
    if (misfit == NULL && !execution_is_freeing(seen->freed_by))
        misfit = "does not say who freed";
    if (misfit != NULL)
        fail_about(run, index, seen, misfit);
}

void corrupt_judge(struct corrupt_run *run, unsigned index, const struct op *op,
                   const struct expectation *expected)
{
    if (op->kind == OP_FREE_TWICE)
        judge_second_free(run, index, expected);
    else if (run->model.is_verifying)
        judge_verified(run, index);
    else
        judge_plain(run, index, op);
    bool frees = corrupt_is_free(op->kind) || op->kind == OP_LIST_FREE || op->kind == OP_FREE_TWICE;
    if (!frees)
        judge_result(run, index, op, expected);
    else if (run->execution.was_changed && !run->is_changed[op->handle])
        corrupt_fail(run, failure_result, index, "contents changed that nobody wrote");
    if (run->stops_count > 0 && !run->model.is_verifying) {
        wounds_look(&run->wounds);
        corrupt_judge_check(run, index, false);
    }
}

/* The live block that a stop of a sweep is about; its number, or PROGRAM_HANDLES. */
static unsigned told_of(const struct corrupt_run *run, const struct expool_bugcheck *seen)
{
    unsigned i = 0;
    while (i < PROGRAM_HANDLES && (run->model.handles[i].state != HANDLE_LIVE ||
                                   (uintptr_t)run->model.handles[i].address != seen->parameter[0]))
        i++;
    return i;
}

void corrupt_judge_sweep(struct corrupt_run *run, unsigned index, const struct damage_bytes *bytes)
{
    bool was_told[PROGRAM_HANDLES] = {false};
    bool is_due = bytes != NULL;
    for (unsigned i = 0; i < run->stops_count; i++) {
        const struct expool_bugcheck *seen = &run->stops[i];
        unsigned which = told_of(run, seen);
        if (seen->code == 0xC6 && is_due) {
            is_due = false;
            if (seen->parameter[0] != (uintptr_t)bytes->start || seen->parameter[1] != 1)
                fail_about(run, index, seen, "names another address");
        } else if (which == PROGRAM_HANDLES || was_told[which]) {
            fail_about(run, index, seen, "names a block that is sound");
        } else {
            was_told[which] = true;
            struct expectation expected =
                margin_expect(&run->log, run->since[which], &run->model.handles[which]);
            const char *misfit = expected.outcome == OUTCOME_BUGCHECK
                                     ? misfit_find(&expected, seen, 1, true)
                                     : "names a block that is sound";
            if (misfit != NULL)
                fail_about(run, index, seen, misfit);
        }
    }
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        if (run->model.handles[i].state == HANDLE_LIVE && !was_told[i] &&
            margin_expect(&run->log, run->since[i], &run->model.handles[i]).outcome ==
                OUTCOME_BUGCHECK)
            corrupt_fail(run, failure_missed, index,
                         "a sweep does not see bytes changed around a block");
    if (is_due)
        corrupt_fail(run, failure_missed, index, "a sweep does not see a freed block written to");
}

void corrupt_judge_check(struct corrupt_run *run, unsigned index, bool must_see)
{
    if (run->model.irql > APC && !must_see)
        return;
    const char *wrong = expool_pool_check();
    if (must_see && wrong == NULL)
        corrupt_fail(run, failure_missed, index, "the pool's check does not see a changed header");
    if (wrong != NULL && !wounds_spoil(&run->wounds))
        corrupt_fail(run, failure_unsound, index, wrong);
}
