/* model_verifier.c - what the verifier counts: requests and what became of them, raises of the
 * IRQL, spin locks, blocks in its care. */
#include "fuzz/model_rules.h"
#include "fuzz/scenes.h"

/* Each of the requests that an operation stands for has come to the same. */
void apply_requests(struct model *model, const struct op *op, const struct expectation *expected)
{
    struct verifier_model *verifier = &model->verifier;
    const struct form *form = form_of(op);
    if (!model->is_verifying)
        return;
    verifier->tagless_most += (form->traits & TRAIT_TAGLESS) != 0;
    verifier->tagless_least += form->call == CALL_POOL && expected->requests > 0;
    if (expected->requests == 0)
        return;
    struct op member = op->kind == OP_CROWD        ? model_crowd_member(op)
                       : op->kind == OP_SCENE_MORE ? model_scene_block(op)
                                                   : *op;
    struct handle wanted = model_wanted(model, &member);
    bool is_failed = expected->outcome == OUTCOME_NULL || expected->outcome == OUTCOME_RAISE;
    bool is_injected = is_failed && model->failing != 0 && model->requests + 1 == model->failing;
    verifier->is_paged_reachable |= model_pool_is_paged(wanted.pool);
    if (is_injected) {
        verifier->injected++;
        return;
    }
    verifier->refused += is_failed;
    if (wanted.place != PLACE_SPECIAL)
        verifier->not_selected += expected->requests;
}

void note_verified(struct model *model, const struct handle *handle, bool has_come)
{
    struct verified_model *pool = &model->verifier.pool[model_class(handle->pool)];
    if (handle->place == PLACE_POOL)
        return;
    pool->blocks += has_come ? 1 : (uint64_t)-1;
    pool->bytes += has_come ? handle->size : -(uint64_t)handle->size;
    if (pool->blocks > pool->peak_blocks)
        pool->peak_blocks = pool->blocks;
    if (pool->bytes > pool->peak_bytes)
        pool->peak_bytes = pool->bytes;
}

void apply_raises(struct model *model, const struct op *op, const struct expectation *expected,
                  uint8_t irql_before)
{
    struct verifier_model *verifier = &model->verifier;
    if (!model->is_verifying)
        return;
    if (op->kind == OP_ACQUIRE) {
        verifier->locks_taken += expected->outcome == OUTCOME_SUCCESS;
        verifier->locks_refused += expected->outcome != OUTCOME_SUCCESS;
    }
    /* A DPC runs at DISPATCH_LEVEL, wherever. */
    verifier->has_other_raises |= op->kind == OP_SCENE && scene_of(op) == SCENE_QUOTA_IN_DPC;
    bool is_for_a_moment = op->kind == OP_SCENE_MORE && scene_of(op) == SCENE_TOUCH_AWAY;
    uint8_t highest = is_for_a_moment ? DISPATCH : model->irql;
    if (highest <= irql_before)
        return;
    verifier->raises++;
    if (!model->forces_irql || irql_before >= DISPATCH || highest < DISPATCH)
        return;
    verifier->trims_asked++;
    verifier->trims_least += verifier->is_paged_reachable;
    verifier->is_paged_reachable = false;
}

const struct handle *model_oldest(const struct model *model, enum place place)
{
    const struct handle *oldest = NULL;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_LIVE && handle->place == place &&
            (oldest == NULL || handle->number < oldest->number))
            oldest = handle;
    }
    return oldest;
}
