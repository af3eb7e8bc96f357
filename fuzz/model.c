#include "fuzz/model.h"

#include "fuzz/model_rules.h"

#include <string.h>

enum { ENTRY_TINY = 4, ENTRY_BASE = 16, ENTRY_SPREAD = 200 };

unsigned char *model_page(const unsigned char *address)
{
    return (unsigned char *)((uintptr_t)address & ~(uintptr_t)(PAGE - 1));
}

uint32_t model_tag(uint8_t index)
{
    static const uint32_t tags[MODEL_TAGS] = {0x307a7546, 0x317a7546, 0x327a7546, 0x337a7546,
                                              0x656b6f54, 0x6d436d4d, 0x7644794d, 0x00007a46,
                                              0x656e6f4e, 0x2a2a2a41, 0x2a2a5a2a, 0x2a612a2a,
                                              0x7a2a2a2a, 0x2a2a2a30, 0x392a2a2a};
    return tags[index];
}

uint8_t model_tag_index(const struct op *op)
{
    unsigned traits = form_of(op)->traits;
    if ((traits & TRAIT_TAGLESS) != 0)
        return MODEL_TAG_NONE;
    return (traits & TRAIT_EDGE_TAG) != 0 ? (uint8_t)(MODEL_TAG_EDGE + op->tag % MODEL_TAGS_EDGE)
                                          : op->tag;
}

bool model_pool_is_paged(uint8_t pool)
{
    return pool == PROGRAM_POOL_PAGED || pool == PROGRAM_POOL_PAGED_ALIGNED;
}

bool model_pool_is_aligned(uint8_t pool)
{
    return pool == PROGRAM_POOL_NX_ALIGNED || pool == PROGRAM_POOL_PAGED_ALIGNED;
}

uint32_t model_pool_type(uint8_t pool)
{
    if (model_pool_is_paged(pool))
        return 1;
    return pool == PROGRAM_POOL_EXECUTE ? 0 : 0x200;
}

void model_start(struct model *model, bool is_verifying, const struct program *program)
{
    memset(model, 0, sizeof *model);
    model->is_verifying = is_verifying;
    model->is_special = true;
    model->is_tracking = true;
    model->verify = program->verify;
    model->reuse = program->reuse;
    model->special = program->special;
    model->failing = is_verifying ? program->failing : 0;
    for (unsigned i = 0; i < MODEL_CLASSES; i++) {
        model->classes[i].limit_pages = model_limit_pages(model_program_limit(program));
        model->classes[i].used_pages = UINT64_MAX;
    }
}

/* One in eight lists asks for entries that are too small. */
uint32_t model_entry_size(const struct op *op)
{
    return op->aux % 8 == 0 ? ENTRY_TINY : ENTRY_BASE + op->aux % (uint32_t)ENTRY_SPREAD;
}

uint32_t model_size(const struct model *model, const struct op *op)
{
    if (op->kind == OP_LIST_ALLOC)
        return model->lists[op->aux % PROGRAM_LISTS].size;
    return op->kind == OP_ZERO_BYTES ? 0 : op->size;
}

uint8_t model_pool(const struct model *model, const struct op *op)
{
    if (op->kind == OP_LIST_ALLOC)
        return model->lists[op->aux % PROGRAM_LISTS].pool;
    bool is_nx = (form_of(op)->traits & TRAIT_NO_EXECUTE) != 0;
    return is_nx && op->pool == PROGRAM_POOL_EXECUTE ? PROGRAM_POOL_NX : op->pool;
}

unsigned char *model_guard(const struct handle *handle)
{
    return model_page(handle->address + (handle->size > 0 ? handle->size : 1) - 1) + PAGE;
}

unsigned model_live(const struct model *model)
{
    unsigned live = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        live += model->handles[i].state == HANDLE_LIVE;
    return live;
}

bool model_is_touchable(const struct model *model, const struct handle *handle)
{
    bool may_be_out =
        model->forces_irql || (model->has_paged_out && handle->place != PLACE_SPECIAL);
    return model->irql < DISPATCH || !may_be_out || !model_pool_is_paged(handle->pool);
}

unsigned model_leaks(const struct model *model)
{
    unsigned leaks = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        leaks += model->handles[i].state == HANDLE_LIVE && model->handles[i].place != PLACE_POOL;
    return leaks;
}

static bool shares_pages(const struct handle *a, const struct handle *b)
{
    return model_page(a->address) < model_guard(b) && model_guard(a) > model_page(b->address);
}

/* A lookaside list has it: the pool takes it for a block in use. */
static bool is_kept(const struct model *model, const unsigned char *address)
{
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        for (unsigned j = 0; j < model->lists[i].kept_count; j++)
            if (model->lists[i].kept[j].address == address)
                return true;
    return false;
}

void model_note_freed(struct model *model, struct handle *handle)
{
    bool is_executable = handle->pool == PROGRAM_POOL_EXECUTE;
    model_give(model, handle);
    handle->freed_at = model->rests[is_executable];
    handle->left_at = model->walked[is_executable];
    handle->told_at = model->tracked_frees;
    handle->state = HANDLE_FREED;
    handle->damage = DAMAGE_NONE;
}

/* A lap of addresses is no shorter: what is freed moves its pages on, too, so that an address may
 * be somebody's again of whom the model does not know. */
static bool may_be_anothers(const struct model *model, const struct handle *freed)
{
    enum { LAP_LEAST = 4096 };
    uint32_t now = model->walked[freed->pool == PROGRAM_POOL_EXECUTE];
    return freed->place == PLACE_SPECIAL && now - freed->left_at >= LAP_LEAST;
}

/* Pool tracking remembers 65,536 freed blocks, so many by each of its sixteen locks: a crowd alone
 * makes it forget. */
static bool may_be_forgotten(const struct model *model, const struct handle *freed)
{
    enum { REMEMBERED_LEAST = 4096 };
    return freed->place == PLACE_TRACKED &&
           model->tracked_frees - freed->told_at >= REMEMBERED_LEAST;
}

bool model_is_still_freed(const struct model *model, const struct handle *handle)
{
    if (handle->state != HANDLE_FREED || is_kept(model, handle->address) ||
        may_be_anothers(model, handle) || may_be_forgotten(model, handle))
        return false;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *other = &model->handles[i];
        if (other->state != HANDLE_LIVE)
            continue;
        if (handle->place == PLACE_SPECIAL ? shares_pages(handle, other)
                                           : handle->address == other->address)
            return false;
    }
    return true;
}

bool model_any_damage(const struct model *model)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        if (model->handles[i].state == HANDLE_LIVE && model->handles[i].damage != DAMAGE_NONE)
            return true;
    return false;
}

/* Under reuse=recycle 256 pages rest before the first is somebody's again; under protect, and of
 * several pages, all other addresses come first. */
bool model_rests_too_short(const struct model *model, const struct handle *taken)
{
    enum { RESTING_LEAST = 255 };
    uint32_t now = model->rests[taken->pool == PROGRAM_POOL_EXECUTE];
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *freed = &model->handles[i];
        if (freed->state != HANDLE_FREED || freed->place != PLACE_SPECIAL || freed->is_reused ||
            may_be_anothers(model, freed) || !shares_pages(freed, taken))
            continue;
        bool may_rest = model->reuse == PROGRAM_REUSE_RECYCLE && freed->charge.most == PAGE;
        if (!may_rest || now - freed->freed_at < RESTING_LEAST)
            return true;
    }
    return false;
}

void model_note_reuse(struct model *model, const struct handle *taken)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_FREED)
            handle->is_reused |= taken == NULL || shares_pages(handle, taken);
    }
}

static void apply_allocate(struct model *model, const struct op *op, void *result)
{
    struct handle *handle = &model->handles[op->handle];
    struct handle wanted = model_wanted(model, op);
    if (result == NULL) {
        model_fail(model, &wanted);
        return;
    }
    *handle = wanted;
    handle->state = HANDLE_LIVE;
    handle->address = result;
    handle->number = ++model->numbers;
    model_take(model, handle);
    model_note_reuse(model, handle);
}

/* Damage is reported while a block is freed; everything else leaves it as it was. */
static bool is_freed_by(const struct expectation *expected)
{
    uint32_t subcode = expected->subcode;
    return expected->outcome == OUTCOME_SUCCESS ||
           (expected->code == 0xC1 && (subcode == 0x23 || subcode == 0x24 || subcode == 0x32)) ||
           (expected->code == 0xC4 && subcode == 0x51);
}

static void apply_free(struct model *model, const struct op *op, const struct expectation *expected)
{
    struct handle *handle = &model->handles[op->handle];
    if (op->kind != OP_FREE_TWICE && !is_freed_by(expected))
        return;
    model_note_freed(model, handle);
}

static void apply_damage(struct model *model, const struct op *op,
                         const struct expectation *expected)
{
    struct handle *handle = &model->handles[op->handle];
    bool is_too_far = expected->about == NULL;
    if (is_too_far || handle->damage == DAMAGE_BEFORE) /* which is told of first */
        return;
    handle->damaged = (unsigned char *)(uintptr_t)expected->parameter[1];
    handle->damage = op->kind == OP_WRITE_BEFORE  ? DAMAGE_BEFORE
                     : op->kind == OP_WRITE_SLACK ? DAMAGE_AFTER
                                                  : DAMAGE_BIT;
}

/* What the verifier has goes without a look; who freed it nobody can tell afterwards. */
static void apply_reset(struct model *model)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_LIVE && handle->place == PLACE_POOL)
            continue;
        if (handle->state == HANDLE_LIVE)
            model_give(model, handle);
        handle->state = HANDLE_EMPTY;
    }
}

static void apply_entry(struct model *model, const struct op *op)
{
    enum { POP = 2, FLUSH = 3 };
    unsigned what = op->aux % 4;
    if (what == FLUSH)
        model->entries_count = 0;
    else if (what == POP)
        model->entries_count -= model->entries_count > 0;
    else
        model->entries[model->entries_count++] = op->handle % MODEL_ENTRIES;
}

/* Alloc and free in turn: numbers grow, nothing stays. */
static void apply_churn(struct model *model, const struct op *op,
                        const struct expectation *expected)
{
    struct handle wanted = model_wanted(model, op);
    for (unsigned i = 0; i < expected->length; i++) {
        model_take(model, &wanted);
        model_give(model, &wanted);
    }
    model_note_reuse(model, NULL);
}

static void apply_rare(struct model *model, const struct op *op, const struct expectation *expected)
{
    switch (op->kind) {
    case OP_ATTACH:
        model->process = op->handle % PROGRAM_PROCESSES;
        model->processes[model->process].is_open = true;
        break;
    case OP_CHARGE: apply_charge(model, op, expected); break;
    case OP_SLIST: apply_entry(model, op); break;
    case OP_CHURN: apply_churn(model, op, expected); break;
    case OP_CROWD: apply_crowd(model, op, expected); break;
    case OP_RULES:
        model->is_special = (op->aux & 1) == 0;
        model->is_tracking = (op->aux & 2) == 0;
        break;
    case OP_RESET: apply_reset(model); break;
    case OP_PAGE_OUT: model->has_paged_out |= model->irql < DISPATCH; break;
    case OP_SCENE_MORE: apply_scene(model, op); break;
    case OP_FORCE_IRQL: model->forces_irql = (op->aux & 1) != 0; break;
    default: break;
    }
}

static void apply(struct model *model, const struct op *op, const struct expectation *expected,
                  void *result)
{
    if (op->kind == OP_LIST_ALLOC) {
        apply_list_alloc(model, op, result);
        return;
    }
    if (op_allocates(op->kind)) {
        if (expected->outcome != OUTCOME_BUGCHECK)
            apply_allocate(model, op, result);
        return;
    }
    switch (op->kind) {
    case OP_FREE:
    case OP_FREE_TAG:
    case OP_FREE2:
    case OP_FREE_FORM:
    case OP_FREE_TWICE:
    case OP_FREE_WRONG_SIZE: apply_free(model, op, expected); break;
    case OP_LIST_FREE: apply_list_free(model, op); break;
    case OP_CHECK: model->handles[op->handle].seed = op->aux; break;
    case OP_RAISE:
    case OP_LOWER:
        if (expected->outcome == OUTCOME_SUCCESS)
            model->irql = op->irql;
        break;
    case OP_ACQUIRE:
    case OP_RELEASE: apply_lock(model, op, expected); break;
    case OP_LIST_INIT:
    case OP_LIST_INIT_FORM:
    case OP_LIST_INIT_OWN:
    case OP_LIST_DELETE:
    case OP_LIST_FLUSH: apply_list(model, op); break;
    case OP_WRITE_SLACK:
    case OP_FLIP_SLACK:
    case OP_WRITE_BEFORE: apply_damage(model, op, expected); break;
    default: apply_rare(model, op, expected); break;
    }
}

void model_apply(struct model *model, const struct op *op, const struct expectation *expected,
                 void *result)
{
    uint8_t irql_before = model->irql;
    apply_requests(model, op, expected);
    model->requests += expected->requests;
    model->is_rough |= expected->is_unsure;
    model->stops += expected->outcome == OUTCOME_BUGCHECK;
    apply(model, op, expected, result);
    apply_level(model, op, irql_before);
    apply_raises(model, op, expected, irql_before);
}
