/* model_level.c - what must come of changing the IRQL and of spin locks. */
#include "fuzz/model_rules.h"

struct expectation expect_irql(const struct model *model, const struct op *op)
{
    bool is_raise = op->kind == OP_RAISE;
    if (is_raise ? op->irql >= model->irql : op->irql <= model->irql)
        return simply(OUTCOME_SUCCESS);
    uint32_t subcode = is_raise ? 0x30 : 0x31;
    if (model->is_verifying)
        return stops(0xC4, subcode, KNOW_ALL, PARAMETERS(subcode, model->irql, op->irql, 0));
    return stops(is_raise ? 0x09 : 0x0A, 0, KNOW_FIRST_THREE,
                 PARAMETERS(op->irql, model->irql, 0, 0));
}

struct expectation expect_lock(const struct model *model, const struct op *op)
{
    bool is_held = model->locks[op->handle % PROGRAM_LOCKS].is_held;
    if (op->kind == OP_ACQUIRE) {
        if (is_held)
            return model->irql > DISPATCH ? simply(OUTCOME_SKIP)
                                          : stops(0x0F, 0, 2 | 4 | 8, PARAMETERS(0, 0, 0, 0));
        if (model->irql > DISPATCH && model->is_verifying)
            return stops(0xC4, 0x42, 1 | 2 | 8, PARAMETERS(0x42, model->irql, 0, 0));
        return simply(OUTCOME_SUCCESS);
    }
    if (!is_held)
        return model->irql != DISPATCH ? simply(OUTCOME_SKIP)
                                       : stops(0x10, 0, 2 | 4 | 8, PARAMETERS(0, 0, 0, 0));
    if (model->irql != DISPATCH && model->is_verifying)
        return stops(0xC4, 0x32, 1 | 2 | 8, PARAMETERS(0x32, model->irql, 0, 0));
    return simply(OUTCOME_SUCCESS);
}

void apply_lock(struct model *model, const struct op *op, const struct expectation *expected)
{
    struct lock_model *lock = &model->locks[op->handle % PROGRAM_LOCKS];
    if (op->kind == OP_ACQUIRE) {
        uint8_t old = model->irql;
        if (model->irql < DISPATCH)
            model->irql = DISPATCH;
        if (expected->code == 0x0F)
            return;
        lock->is_held = true;
        lock->old_irql = old;
        return;
    }
    uint8_t old = lock->is_held ? lock->old_irql : 0;
    lock->is_held = false;
    if (old <= model->irql)
        model->irql = old;
}
