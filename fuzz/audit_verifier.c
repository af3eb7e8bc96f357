/* audit_verifier.c - the verifier's counters, as `!verifier` prints them, against the model. They
 * grow since the verifier was first started. */
#include "fuzz/audit.h"

#include "expool/verifier.h"

#include <string.h>

/* At the beginning, and what programs that are over have added. */
static struct {
    struct expool_verifier_counters base;
    uint64_t requests;
    uint64_t injected;
    uint64_t refused;
    uint64_t not_selected;
    uint64_t tagless_least;
    uint64_t tagless_most;
    uint64_t raises;
    uint64_t locks_taken;
    uint64_t locks_refused;
    uint64_t trims_asked;
    uint64_t trims_least;
    uint64_t special_allocations;
    uint64_t special_frees;
    uint64_t special_peak;
    uint64_t stops;
    struct verified_model peak[MODEL_CLASSES];
} past;

static void raise_to(uint64_t *peak, uint64_t value)
{
    if (value > *peak)
        *peak = value;
}

void audit_verifier_begin(void)
{
    memset(&past, 0, sizeof past);
    expool_verifier_counters_get(&past.base);
    const struct expool_verifier_pool *pools[MODEL_CLASSES] = {&past.base.nonpaged,
                                                               &past.base.paged};
    for (unsigned i = 0; i < MODEL_CLASSES; i++) {
        past.peak[i].peak_blocks = pools[i]->peak_allocations;
        past.peak[i].peak_bytes = pools[i]->peak_bytes;
    }
    past.special_peak = past.base.peak_blocks;
}

/* What was not counted for sure is not compared: the next program begins with what there is. */
static void begin_again(const struct model *model)
{
    struct expool_verifier_counters now;
    expool_verifier_counters_get(&now);
    if (model->is_rough) {
        past.base.allocations_attempted = now.allocations_attempted - past.requests;
        past.base.allocations_failed = now.allocations_failed - past.refused;
        past.base.allocations_succeeded =
            now.allocations_succeeded - (past.requests - past.refused - past.injected);
        past.base.allocations_not_selected = now.allocations_not_selected - past.not_selected;
    }
    if (model->verifier.has_other_raises) {
        past.base.irql_raises = now.irql_raises - past.raises;
        past.base.trim_requests = now.trim_requests - past.trims_asked;
        past.base.trims = now.trims - past.trims_least;
        past.base.spin_locks_acquired = now.spin_locks_acquired - past.locks_taken;
    }
}

void audit_verifier_end(const struct model *model)
{
    const struct verifier_model *verifier = &model->verifier;
    past.requests += model->requests;
    past.injected += verifier->injected;
    past.refused += verifier->refused;
    past.not_selected += verifier->not_selected;
    past.tagless_least += verifier->tagless_least;
    past.tagless_most += verifier->tagless_most;
    past.raises += verifier->raises;
    past.locks_taken += verifier->locks_taken;
    past.locks_refused += verifier->locks_refused;
    past.trims_asked += verifier->trims_asked;
    past.trims_least += verifier->trims_least;
    past.special_allocations += model->special_allocations;
    past.special_frees += model->special_allocations - model->special_count;
    past.stops += model->stops;
    raise_to(&past.special_peak, model->special_peak);
    for (unsigned i = 0; i < MODEL_CLASSES; i++) {
        raise_to(&past.peak[i].peak_blocks, verifier->pool[i].peak_blocks);
        raise_to(&past.peak[i].peak_bytes, verifier->pool[i].peak_bytes);
    }
    if (model->is_rough || verifier->has_other_raises)
        begin_again(model);
}

static const char *check_pool(const struct verified_model *wanted,
                              const struct verified_model *before,
                              const struct expool_verifier_pool *seen)
{
    uint64_t peak_blocks = before->peak_blocks;
    uint64_t peak_bytes = before->peak_bytes;
    raise_to(&peak_blocks, wanted->peak_blocks);
    raise_to(&peak_bytes, wanted->peak_bytes);
    if (seen->allocations != wanted->blocks || seen->bytes != wanted->bytes)
        return "the verifier counts other blocks or bytes than there are";
    if (seen->peak_allocations != peak_blocks || seen->peak_bytes != peak_bytes)
        return "the verifier's peaks are not the most there were";
    return NULL;
}

static uint64_t special_bytes(const struct model *model)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        if (model->handles[i].state == HANDLE_LIVE && model->handles[i].place == PLACE_SPECIAL)
            bytes += model->handles[i].size;
    return bytes;
}

static const char *check_special(const struct model *model,
                                 const struct expool_verifier_counters *seen)
{
    uint64_t peak = past.special_peak;
    raise_to(&peak, model->special_peak);
    if (seen->live_blocks != model->special_count)
        return "special pool counts other live blocks than there are";
    if (seen->live_bytes != special_bytes(model))
        return "special pool counts other live bytes than there are";
    if (seen->peak_blocks != peak)
        return "special pool's peak is not the most it had";
    return seen->allocations_fallback == 0 ? NULL : "special pool fell back to normal pool";
}

static const char *check_requests(const struct model *model,
                                  const struct expool_verifier_counters *seen)
{
    const struct expool_verifier_counters *base = &past.base;
    uint64_t attempted = past.requests + model->requests;
    uint64_t injected = past.injected + model->verifier.injected;
    uint64_t refused = past.refused + model->verifier.refused;
    if (seen->allocations_attempted - base->allocations_attempted != attempted)
        return "the verifier counts other requests than were made";
    if (seen->faults_injected - base->faults_injected != injected)
        return "the verifier counts other requests as made to fail than were";
    if (seen->allocations_failed - base->allocations_failed != refused)
        return "the verifier counts other requests as refused than were";
    if (seen->allocations_succeeded - base->allocations_succeeded != attempted - injected - refused)
        return "the verifier counts other requests as served than were";
    if (seen->allocations_not_selected - base->allocations_not_selected !=
        past.not_selected + model->verifier.not_selected)
        return "the verifier counts other requests as not meant for special pool than were";
    return NULL;
}

static const char *check_levels(const struct model *model,
                                const struct expool_verifier_counters *seen)
{
    const struct verifier_model *verifier = &model->verifier;
    const struct expool_verifier_counters *base = &past.base;
    uint64_t locks = seen->spin_locks_acquired - base->spin_locks_acquired;
    uint64_t trims = seen->trims - base->trims;
    uint64_t least = past.locks_taken + verifier->locks_taken;
    if (seen->irql_raises - base->irql_raises != past.raises + verifier->raises)
        return "the verifier counts other raises of the IRQL than there were";
    if (seen->trim_requests - base->trim_requests != past.trims_asked + verifier->trims_asked)
        return "the verifier counts other raises to DISPATCH_LEVEL than there were";
    if (trims < past.trims_least + verifier->trims_least ||
        trims > past.trims_asked + verifier->trims_asked)
        return "the verifier counts other trims than there were";
    if (locks < least || locks > least + past.locks_refused + verifier->locks_refused)
        return "the verifier counts other spin locks than were acquired";
    return NULL;
}

/* What no program of ours does, and requests that name no tag. */
static const char *check_rest(const struct model *model,
                              const struct expool_verifier_counters *seen)
{
    const struct expool_verifier_counters *base = &past.base;
    uint64_t tagless = seen->allocations_without_tag - base->allocations_without_tag;
    if (tagless < past.tagless_least + model->verifier.tagless_least ||
        tagless > past.tagless_most + model->verifier.tagless_most)
        return "the verifier counts other requests without a tag than were made";
    if (seen->tier == EXPOOL_TIER_NONE)
        return "the verifier runs and says that it has no guards";
    if (seen->allocations_not_tracked != base->allocations_not_tracked)
        return "the verifier could not track a block";
    if (seen->executions_synchronized != base->executions_synchronized ||
        seen->loads != base->loads || seen->unloads != base->unloads)
        return "the verifier counts drivers or interrupts where there were none";
    return NULL;
}

static const char *check_all(const struct model *model, const struct expool_verifier_counters *seen)
{
    uint64_t allocations = past.special_allocations + model->special_allocations;
    uint64_t frees = past.special_frees + model->special_allocations - model->special_count;
    if (seen->allocations_special_pool - past.base.allocations_special_pool != allocations ||
        seen->frees - past.base.frees != frees)
        return "special pool counts other allocations or frees than were made";
    if (seen->violations - past.base.violations != past.stops + model->stops)
        return "the verifier counts other violations than there were";
    const char *wrong = model->is_rough ? NULL : check_requests(model, seen);
    if (wrong == NULL && !model->verifier.has_other_raises)
        wrong = check_levels(model, seen);
    if (wrong == NULL)
        wrong = check_pool(&model->verifier.pool[0], &past.peak[0], &seen->nonpaged);
    if (wrong == NULL)
        wrong = check_pool(&model->verifier.pool[1], &past.peak[1], &seen->paged);
    return wrong == NULL ? check_rest(model, seen) : wrong;
}

const char *audit_verifier(const struct model *model)
{
    struct expool_verifier_counters seen;
    expool_verifier_counters_get(&seen);
    const char *wrong = check_special(model, &seen);
    return wrong != NULL || !model->is_verifying ? wrong : check_all(model, &seen);
}
