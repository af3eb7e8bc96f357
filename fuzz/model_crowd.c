/* model_crowd.c - what must come of many blocks at once, and of many entries of one list. */
#include "fuzz/model_rules.h"

enum {
    COUNT_LEAST = 2,
    MASS_FROM = 252, /* aux from there on */
    MASS_SIZE_MAX = 64,
    MASS_SPECIAL = 1280, /* more pages than wait in a lane, ready or resting */
    BYTES_MAX = 4 << 20,
};

struct op model_crowd_member(const struct op *op)
{
    static const enum op_kind kinds[] = {OP_ALLOC_TAG, OP_ALLOC2, OP_ALLOC_ZERO, OP_ALLOC_QUOTA};
    struct op member = *op;
    member.kind = kinds[op->handle % 4];
    member.aux = 1; /* of OP_ALLOC2: zeroed */
    if (op->aux >= MASS_FROM)
        member.size = 1 + (op->size - 1) % MASS_SIZE_MAX;
    return member;
}

/* More than any table, cache or history has room for, of blocks that take little. */
static unsigned count_of(const struct op *op, const struct handle *wanted)
{
    bool is_mass = op->aux >= MASS_FROM;
    unsigned most = BYTES_MAX / wanted->charge.most;
    unsigned count = COUNT_LEAST + op->aux;
    if (is_mass && wanted->place == PLACE_SPECIAL)
        return MASS_SPECIAL;
    return is_mass && wanted->charge.most < PAGE ? MODEL_CROWD_MAX : count < most ? count : most;
}

enum crowd_order model_crowd_order(const struct op *op)
{
    enum { ORDER_SHIFT = 2 };
    return (enum crowd_order)(op->handle >> ORDER_SHIFT & 3);
}

/* Those that are asked for again. */
static unsigned refilled_of(const struct op *op, unsigned count)
{
    bool is_refilled = model_crowd_order(op) == CROWD_REFILLED;
    return is_refilled ? (count + CROWD_REFILLED - 1) / CROWD_REFILLED : 0;
}

static bool quota_allows(const struct model *model, const struct handle *wanted, unsigned count)
{
    unsigned class = model_class(wanted->pool);
    size_t limit = model_process_limit(wanted->process, class);
    size_t used = model->processes[wanted->process].used[class];
    return wanted->quota == 0 || (limit - used) / wanted->quota >= count;
}

/* All at the same time; none may be one that fails. A program of nothing but masses would take
 * seconds: two are enough to fill a table and to fill it again. */
struct expectation expect_crowd(const struct model *model, const struct op *op)
{
    struct op member = model_crowd_member(op);
    struct handle wanted = model_wanted(model, &member);
    struct expectation expected = simply(OUTCOME_SUCCESS);
    expected.length = count_of(op, &wanted);
    if (model->is_verifying)
        expected.requests = expected.length + refilled_of(op, expected.length);
    bool fails =
        model->failing > model->requests && model->failing <= model->requests + expected.requests;
    if (model_irql_forbids(model, op->pool) || fails ||
        expected.length > MODEL_CROWDS_MAX - model->crowded ||
        !quota_allows(model, &wanted, expected.length) ||
        model_room_for_many(model, &wanted, expected.length) != ROOM_ENOUGH)
        return simply(OUTCOME_SKIP);
    return expected;
}

void apply_crowd(struct model *model, const struct op *op, const struct expectation *expected)
{
    struct op member = model_crowd_member(op);
    struct handle wanted = model_wanted(model, &member);
    for (unsigned i = 0; i < expected->length; i++)
        model_take(model, &wanted);
    for (unsigned i = 0; i < expected->length; i++)
        model_give(model, &wanted);
    for (unsigned i = refilled_of(op, expected->length); i > 0; i--) {
        model_take(model, &wanted);
        model_give(model, &wanted);
    }
    model->crowded += expected->length;
    model_note_reuse(model, NULL);
}
