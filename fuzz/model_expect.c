/* model_expect.c - which rule says what must come of an operation, told before it is executed. */
#include "fuzz/model_rules.h"

struct expectation simply(enum outcome outcome)
{
    return (struct expectation){.outcome = outcome};
}

struct expectation raises(uint32_t status)
{
    return (struct expectation){.outcome = OUTCOME_RAISE, .code = status};
}

struct expectation stops(uint32_t code, uint32_t subcode, unsigned known,
                         const uint64_t parameter[4])
{
    struct expectation expected = {
        .outcome = OUTCOME_BUGCHECK, .code = code, .subcode = subcode, .known = known};
    for (unsigned i = 0; i < 4; i++)
        expected.parameter[i] = parameter[i];
    return expected;
}

struct expectation stops_about(struct expectation expected, const struct handle *handle)
{
    expected.about = handle->is_reused ? NULL : handle;
    return expected;
}

/* A sweep finds what a free would find; of several finds the order is not said. Where a damaged
 * block's page may be out and must not come in, whether it is seen is not said either. */
static struct expectation expect_sweep(const struct model *model)
{
    const struct handle *damaged = NULL;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state != HANDLE_LIVE || handle->damage == DAMAGE_NONE)
            continue;
        if (damaged != NULL || !model_is_touchable(model, handle))
            return simply(OUTCOME_SKIP);
        damaged = handle;
    }
    return damaged == NULL ? simply(OUTCOME_SUCCESS) : expect_damage(damaged);
}

static struct expectation expect_query(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    bool is_known = handle->state == HANDLE_LIVE ||
                    (!model->is_compared && model_is_still_freed(model, handle));
    return simply(is_known && !model_irql_forbids(model, handle->pool) ? OUTCOME_SUCCESS
                                                                       : OUTCOME_SKIP);
}

static struct expectation expect_entry_op(const struct model *model, const struct op *op)
{
    enum { POP = 2 };
    if (op->aux % 4 >= POP)
        return simply(OUTCOME_SUCCESS);
    for (unsigned i = 0; i < model->entries_count; i++)
        if (model->entries[i] == op->handle % MODEL_ENTRIES)
            return simply(OUTCOME_SKIP);
    return simply(OUTCOME_SUCCESS);
}

/* A header that is damaged for a moment: of a small block in normal pool. The bit that says "in a
 * cache" is not sealed. */
static struct expectation expect_probe_header(const struct model *model, const struct op *op)
{
    enum { HANDLES_PROBED = 8, TYPE_AT = 4, CACHED_BIT = 3, HEADER = 16 };
    const struct handle *handle = &model->handles[op->handle];
    unsigned at = op->aux >> 4;
    bool is_small = handle->charge.most < PAGE && (uintptr_t)handle->address % PAGE != 0;
    if (model->is_compared || handle->state != HANDLE_LIVE || handle->place == PLACE_SPECIAL ||
        !is_small || op->handle >= HANDLES_PROBED || model->irql >= DISPATCH ||
        (at == TYPE_AT && op->aux % 8 == CACHED_BIT))
        return simply(OUTCOME_SKIP);
    struct expectation expected = simply(OUTCOME_SUCCESS);
    expected.address = handle->address - HEADER + at;
    return expected;
}

static struct expectation expect_rare(const struct model *model, const struct op *op)
{
    enum { RARELY = 16 };
    switch (op->kind) {
    case OP_CHARGE: return expect_charge(model, op);
    case OP_QUERY: return expect_query(model, op);
    case OP_SLIST: return expect_entry_op(model, op);
    case OP_CHURN: return expect_churn(model, op);
    case OP_CROWD: return expect_crowd(model, op);
    case OP_ATTACH:
    case OP_AUDIT: return simply(OUTCOME_SUCCESS);
    case OP_RULES:
    case OP_RESET: return simply(model->is_verifying ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    case OP_PAGE_OUT:
        return simply(op->aux % RARELY == 1 && model->irql <= DISPATCH ? OUTCOME_SUCCESS
                                                                       : OUTCOME_SKIP);
    case OP_PROBE_HEADER: return expect_probe_header(model, op);
    case OP_BAD_CALL:
    case OP_BAD_MORE: return expect_bad_call(model, op);
    case OP_TOUCH: return expect_touch(model, op);
    case OP_FORCE_IRQL: return expect_force_irql(model);
    case OP_SCENE:
    case OP_SCENE_MORE: return expect_scene(model, op);
    default: return simply(OUTCOME_SKIP);
    }
}

/* What takes the verifier to be seen. */
static bool is_of_verifier(enum op_kind kind)
{
    return kind >= OP_READ_GUARD && kind <= OP_SWEEP && kind != OP_FREE_STALE;
}

struct expectation model_expect(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (is_of_verifier(op->kind) && !model->is_verifying)
        return simply(OUTCOME_SKIP);
    if (op->kind == OP_LIST_ALLOC)
        return expect_list_block(model, op);
    if (op_allocates(op->kind))
        return expect_allocate(model, op);
    switch (op->kind) {
    case OP_FREE:
    case OP_FREE_TAG:
    case OP_FREE2:
    case OP_FREE_FORM: return expect_free(model, op);
    case OP_CHECK:
        return simply(handle->state == HANDLE_LIVE && model_is_touchable(model, handle)
                          ? OUTCOME_SUCCESS
                          : OUTCOME_SKIP);
    case OP_RAISE:
    case OP_LOWER: return expect_irql(model, op);
    case OP_ACQUIRE:
    case OP_RELEASE: return expect_lock(model, op);
    case OP_LIST_INIT:
    case OP_LIST_INIT_FORM:
    case OP_LIST_INIT_OWN:
    case OP_LIST_FLUSH:
    case OP_LIST_DELETE: return expect_list(model, op);
    case OP_LIST_FREE: return expect_list_block(model, op);
    case OP_BAD_FLAGS: return simply(OUTCOME_NULL);
    case OP_TAG_ZERO: return expect_tag_zero(op);
    case OP_FREE_TWICE: return expect_free_twice(model, op);
    case OP_FREE_WRONG_TAG: return expect_free_wrong_tag(model, handle);
    case OP_FREE_WRONG_SIZE: return expect_free_wrong_size(model, op);
    case OP_FREE_MIDDLE:
    case OP_FREE_MISALIGNED: return expect_free_inside(model, op);
    case OP_FREE_FOREIGN:
    case OP_FREE_NULL: return expect_free_outside(model, op);
    case OP_READ_GUARD:
    case OP_WRITE_GUARD: return expect_guard(model, op);
    case OP_READ_SLACK:
    case OP_WRITE_SLACK:
    case OP_FLIP_SLACK:
    case OP_WRITE_BEFORE: return expect_slack(model, op);
    case OP_READ_FREED:
    case OP_WRITE_FREED:
    case OP_FREE_STALE: return expect_freed(model, op);
    case OP_SWEEP: return expect_sweep(model);
    case OP_TRIM: return simply(model->irql <= DISPATCH ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    default: return expect_rare(model, op);
    }
}
