#include "fuzz/model.h"

#include <stddef.h>
#include <string.h>

enum {
    DISPATCH = 2,
    PAGE = 4096,
    ENTRY_MIN = 16,
    ENTRY_TINY = 4,
    ENTRY_BASE = 16,
    ENTRY_SPREAD = 200
};

unsigned char *model_page(const unsigned char *address)
{
    return (unsigned char *)((uintptr_t)address & ~(uintptr_t)(PAGE - 1));
}

uint32_t model_tag(uint8_t code)
{
    static const uint32_t tags[PROGRAM_TAGS] = {0x307a7546, 0x317a7546, 0x327a7546, 0x337a7546,
                                                0x656b6f54, 0x6d436d4d, 0x7644794d, 0x00007a46};
    return tags[code];
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
    model->verify = program->verify;
    model->reuse = program->reuse;
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

bool model_is_still_freed(const struct model *model, const struct handle *handle)
{
    if (handle->state != HANDLE_FREED)
        return false;
    unsigned char *low = model_page(handle->address);
    unsigned char *high = model_guard(handle);
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *other = &model->handles[i];
        if (other->state == HANDLE_LIVE && model_page(other->address) < high &&
            model_guard(other) > low)
            return false;
    }
    return true;
}

static void apply_allocate(struct model *model, const struct op *op, void *result)
{
    struct handle *handle = &model->handles[op->handle];
    bool from_list = op->kind == OP_LIST_ALLOC;
    const struct list_model *list = &model->lists[op->aux % PROGRAM_LISTS];
    *handle = (struct handle){
        .state = HANDLE_LIVE,
        .address = result,
        .size = model_size(model, op),
        .tag = from_list ? list->tag : model_tag(op->tag),
        .pool = from_list ? list->pool : op->pool,
        .seed = (uint8_t)(op->handle * 7 + op->tag),
        .list = (int8_t)(from_list ? op->aux % PROGRAM_LISTS : -1),
        .generation = list->generation,
    };
}

/* Damage is reported while a block is freed; everything else leaves it as it was. */
static bool is_freed_by(const struct expectation *expected)
{
    return expected->outcome == OUTCOME_SUCCESS ||
           (expected->code == 0xC1 &&
            (expected->subcode == 0x23 || expected->subcode == 0x24 || expected->subcode == 0x32));
}

static void apply_free(struct model *model, const struct op *op, const struct expectation *expected)
{
    struct handle *handle = &model->handles[op->handle];
    if (op->kind != OP_FREE_TWICE && !is_freed_by(expected))
        return;
    /* A list keeps what is given to it: the address may come back at any time. */
    bool is_kept = op->kind == OP_LIST_FREE && !model->is_verifying;
    handle->state = is_kept ? HANDLE_EMPTY : HANDLE_FREED;
    handle->damage = DAMAGE_NONE;
}

static void apply_lock(struct model *model, const struct op *op, const struct expectation *expected)
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

static void apply_list(struct model *model, const struct op *op)
{
    struct list_model *list = &model->lists[op->handle % PROGRAM_LISTS];
    if (op->kind == OP_LIST_DELETE) {
        list->is_initialized = false;
        return;
    }
    if (list->is_initialized)
        return; /* initialised again with what it had */
    *list = (struct list_model){.is_initialized = true,
                                .generation = (uint8_t)(list->generation + 1),
                                .pool = op->pool,
                                .tag = model_tag(op->tag),
                                .size = model_entry_size(op)};
    if (list->size < ENTRY_MIN)
        list->size = ENTRY_MIN;
}

static void apply_damage(struct model *model, const struct op *op,
                         const struct expectation *expected)
{
    struct handle *handle = &model->handles[op->handle];
    handle->damaged = expected->address;
    handle->damage = op->kind == OP_WRITE_BEFORE  ? DAMAGE_BEFORE
                     : op->kind == OP_WRITE_SLACK ? DAMAGE_AFTER
                                                  : DAMAGE_BIT;
}

void model_apply(struct model *model, const struct op *op, const struct expectation *expected,
                 void *result)
{
    switch (op->kind) {
    case OP_ALLOC2:
    case OP_ALLOC_TAG:
    case OP_ALLOC_ZERO:
    case OP_ALLOC_PRIORITY:
    case OP_ALLOC_QUOTA:
    case OP_ALLOC3:
    case OP_ZERO_BYTES:
    case OP_LIST_ALLOC:
        if (expected->outcome == OUTCOME_SUCCESS)
            apply_allocate(model, op, result);
        break;
    case OP_FREE:
    case OP_FREE_TAG:
    case OP_FREE2:
    case OP_FREE_TWICE:
    case OP_FREE_WRONG_SIZE:
    case OP_LIST_FREE: apply_free(model, op, expected); break;
    case OP_CHECK: model->handles[op->handle].seed = op->aux; break;
    case OP_RAISE:
    case OP_LOWER:
        if (expected->outcome == OUTCOME_SUCCESS)
            model->irql = op->irql;
        break;
    case OP_ACQUIRE:
    case OP_RELEASE: apply_lock(model, op, expected); break;
    case OP_LIST_INIT:
    case OP_LIST_DELETE: apply_list(model, op); break;
    case OP_WRITE_SLACK:
    case OP_FLIP_SLACK:
    case OP_WRITE_BEFORE: apply_damage(model, op, expected); break;
    default: break;
    }
}
