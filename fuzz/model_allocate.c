/* model_allocate.c - what must come of asking for a block. */
#include "fuzz/bad_calls.h"
#include "fuzz/model_rules.h"

bool model_irql_forbids(const struct model *model, uint8_t pool)
{
    return model->irql > (model_pool_is_paged(pool) ? APC : DISPATCH);
}

static uint32_t type_asked(uint8_t pool)
{
    return model_pool_type(pool) | (model_pool_is_aligned(pool) ? 4u : 0u);
}

static struct expectation fails_as(unsigned traits, uint32_t status)
{
    return (traits & TRAIT_RAISES) != 0 ? raises(status) : simply(OUTCOME_NULL);
}

static struct expectation expect_wrong_irql(const struct model *model, uint8_t pool, uint32_t size)
{
    uint32_t subcode = !model->is_verifying ? 8 : model_pool_is_paged(pool) ? 1 : 2;
    return stops(model->is_verifying ? 0xC4 : 0xC2, subcode, KNOW_ALL,
                 PARAMETERS(subcode, model->irql, type_asked(pool), size));
}

static bool is_over_quota(const struct model *model, const struct handle *wanted)
{
    unsigned class = model_class(wanted->pool);
    size_t limit = model_process_limit(wanted->process, class);
    size_t used = model->processes[wanted->process].used[class];
    return wanted->quota > 0 && (wanted->quota > limit || used > limit - wanted->quota);
}

/* The verifier makes one request fail; a limit those for which nothing is left. What is modest, and
 * goes without, nobody else is asked for. */
static struct expectation expect_memory(const struct model *model, const struct handle *wanted,
                                        unsigned traits)
{
    struct expectation expected = fails_as(traits, STATUS_WORD_NO_MEMORY);
    enum room left = model_room_left(model, wanted, traits);
    expected.requests = model->is_verifying;
    expected.is_unsure = left == ROOM_UNKNOWN;
    if (model->failing != 0 && model->requests + 1 == model->failing)
        return expected;
    enum room room = model_room(model, wanted);
    expected.is_told = model_refusal_is_told(model, wanted);
    if (room == ROOM_NONE)
        return expected;
    struct expectation success = simply(OUTCOME_SUCCESS);
    success.is_unsure = expected.is_unsure;
    success.is_told = expected.is_told && left == ROOM_ENOUGH;
    success.requests = model->is_verifying;
    success.may_fail = room == ROOM_UNKNOWN || left == ROOM_UNKNOWN;
    success.failure = expected.outcome;
    success.failure_status = expected.code;
    return success;
}

struct expectation expect_allocate(const struct model *model, const struct op *op)
{
    unsigned traits = form_of(op)->traits;
    if (model->handles[op->handle].state == HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    bool is_nx = op->pool == PROGRAM_POOL_NX || op->pool == PROGRAM_POOL_NX_ALIGNED;
    if ((traits & TRAIT_NODE) != 0 && !is_nx) /* a bad parameter: asked before everything else */
        return fails_as(traits, STATUS_WORD_PARAMETER);
    struct handle wanted = model_wanted(model, op);
    if (model_irql_forbids(model, wanted.pool))
        return expect_wrong_irql(model, wanted.pool, wanted.size);
    if (wanted.size == 0 && model->is_verifying)
        return stops(0xC4, 0, KNOW_ALL, PARAMETERS(0, model->irql, type_asked(wanted.pool), 0));
    if (model_room_left(model, &wanted, traits) == ROOM_NONE)
        return fails_as(traits, STATUS_WORD_NO_MEMORY);
    if (is_over_quota(model, &wanted))
        return fails_as(traits, STATUS_WORD_OVER_QUOTA);
    return expect_memory(model, &wanted, traits);
}

/* One after the other, so often; none may be one that fails. */
struct expectation expect_churn(const struct model *model, const struct op *op)
{
    enum { TIMES_MAX = 64 };
    struct handle wanted = model_wanted(model, op);
    struct expectation expected = simply(OUTCOME_SUCCESS);
    expected.length = 1 + op->aux % TIMES_MAX;
    expected.requests = model->is_verifying ? expected.length : 0;
    bool fails =
        model->failing > model->requests && model->failing <= model->requests + expected.requests;
    if (model_irql_forbids(model, op->pool) || fails || model_room(model, &wanted) != ROOM_ENOUGH)
        return simply(OUTCOME_SKIP);
    return expected;
}

struct expectation expect_tag_zero(const struct op *op)
{
    if (op->aux % 2 == 0)
        return simply(OUTCOME_NULL);
    return stops(0xC2, 0x9B, KNOW_FIRST_THREE, PARAMETERS(0x9B, type_asked(op->pool), op->size, 0));
}

static struct expectation expect_must_succeed(const struct model *model, const struct op *op)
{
    enum { MUST_SUCCEED = 2 };
    uint32_t type = MUST_SUCCEED | (model_pool_is_aligned(op->pool) ? 4u : 0u);
    if (op->size > PAGE && model->is_verifying)
        return stops(0xC4, 3, KNOW_ALL, PARAMETERS(3, model->irql, type, op->size));
    return stops(0xC2, 0x9A, KNOW_ALL,
                 PARAMETERS(0x9A, type, op->size, bad_is_twice(op) ? 0 : model_tag(0)));
}

/* Of no letter or digit: only the verifier minds. */
static struct expectation expect_unreadable(const struct model *model, const struct op *op,
                                            uint32_t tag)
{
    if (!model->is_verifying || model_irql_forbids(model, op->pool))
        return simply(OUTCOME_SKIP);
    return stops(0xC2, 0x9D, KNOW_FIRST_THREE, PARAMETERS(0x9D, tag, type_asked(op->pool), 0));
}

static struct expectation expect_bad_level(const struct model *model, const struct op *op,
                                           uint32_t subcode)
{
    uint32_t level = bad_level(op);
    if (model->is_verifying)
        return stops(0xC4, subcode, KNOW_ALL, PARAMETERS(subcode, model->irql, level, 0));
    return stops(subcode == 0x30 ? 0x09 : 0x0A, 0, KNOW_FIRST_THREE,
                 PARAMETERS(level, model->irql, 0, 0));
}

struct expectation expect_bad_call(const struct model *model, const struct op *op)
{
    uint32_t type = type_asked(op->pool);
    switch (bad_call_of(op)) {
    case BAD_MUST_SUCCEED: return expect_must_succeed(model, op);
    case BAD_TAG_BIG:
        return stops(0xC2, 0x9C, KNOW_FIRST_THREE, PARAMETERS(0x9C, type, bad_tag_size(op), 0));
    case BAD_TAG_UNREADABLE: return expect_unreadable(model, op, BAD_TAG_VALUE);
    case BAD_TAG_EDGE: return expect_unreadable(model, op, bad_edge_tag(op));
    case BAD_LEVEL_RAISED: return expect_bad_level(model, op, 0x30);
    case BAD_LEVEL_LOWERED: return expect_bad_level(model, op, 0x31);
    case BAD_FLAGS_RAISING:
    case BAD_TAG_ZERO_RAISING:
    case BAD_PARAMETER_RAISING:
    case BAD_PRIORITY_RAISING:
    case BAD_FLAG_BIT_RAISING:
    case BAD_QUOTA_TYPE_RAISING:
    case BAD_NODE_RAISING:
    case BAD_LIST_TOO_LARGE: return raises(STATUS_WORD_PARAMETER);
    case BAD_FSRTL_TYPE: return raises(STATUS_WORD_NO_MEMORY);
    case BAD_DESTROY_POOL:
        return stops(0xC2, 0x42, KNOW_ALL, PARAMETERS(0x42, BAD_POOL_HANDLE, 0, 0));
    case BAD_QUERY: return simply(model->irql > APC ? OUTCOME_SKIP : OUTCOME_NULL);
    default: return simply(OUTCOME_NULL);
    }
}
