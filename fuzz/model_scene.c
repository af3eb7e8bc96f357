/* model_scene.c - what must come of scenes, of Force IRQL checking, and of touching a block as its
 * owner does. */
#include "fuzz/model_rules.h"
#include "fuzz/scenes.h"

#define STATUS_WORD_MISALIGNED 0x80000002u
#define STATUS_WORD_ASSERTION  0xC0000420u
#define STATUS_WORD_ACCESS     0xC0000005u
#define STATUS_WORD_UNCAUGHT   0xE0000001u

enum { CODE_VERIFIER = 0xC4, IN_USE_CLASSES = 2 };

static const struct op raise_to_dpc = {.kind = OP_RAISE, .irql = DISPATCH};

static struct expectation in_verifier(const struct model *model, bool is_wrong,
                                      struct expectation stop)
{
    return model->is_verifying && is_wrong ? stop : simply(OUTCOME_SUCCESS);
}

static struct expectation expect_copy(const struct model *model)
{
    uintptr_t from = (uintptr_t)scene_copied;
    return in_verifier(model, true,
                       stops(CODE_VERIFIER, 0xF0, KNOW_ALL,
                             PARAMETERS(0xF0, from + SCENE_COPY_OFFSET, from, SCENE_COPY_BYTES)));
}

static struct expectation expect_raise(const struct model *model, const struct op *op)
{
    static const uint32_t statuses[SCENE_RAISES] = {STATUS_WORD_OVER_QUOTA, STATUS_WORD_ACCESS,
                                                    STATUS_WORD_MISALIGNED};
    return model->irql > 0 ? simply(OUTCOME_SKIP) : raises(statuses[op->size % SCENE_RAISES]);
}

/* The pool's address space is there, but not its memory. Without the verifier that is a fault of
 * the program's. */
static struct expectation expect_unused(const struct model *model, const struct op *op)
{
    enum { NEVER_WAS = 2 }; /* no page-table entry, not one that was given back */
    const struct handle *handle = &model->handles[op->handle];
    if (!model->is_verifying || model->is_compared || handle->state != HANDLE_LIVE ||
        handle->place == PLACE_SPECIAL)
        return simply(OUTCOME_SKIP);
    unsigned char *address = handle->address + SCENE_FAR;
    struct expectation expected =
        model->irql >= DISPATCH
            ? stops(0xD1, 0, KNOW_FIRST_THREE, PARAMETERS((uintptr_t)address, model->irql, 0, 0))
            : stops(0x50, 0, 1 | 2 | 8, PARAMETERS((uintptr_t)address, 0, 0, NEVER_WAS));
    expected.address = address;
    return expected;
}

/* What the freed block, or its neighbours, tell of the damage. */
static struct expectation expect_header(const struct model *model, const struct op *op)
{
    static const uint8_t subcodes[SCENE_HEADERS] = {0x44, 0x48, 0x06, 0x05, 0x07, 0x08, 0x09,
                                                    0x05, 0x20, 0x0A, 0x20, 0x20, 0x05, 0x05};
    unsigned which = op->handle % SCENE_HEADERS;
    uint32_t code = which < SCENE_HEADERS_UNUSED ? 0xC2 : 0x19;
    return model->is_verifying
               ? simply(OUTCOME_SKIP)
               : stops(code, subcodes[which], KNOW_FIRST, PARAMETERS(subcodes[which], 0, 0, 0));
}

struct op model_scene_block(const struct op *op)
{
    uint32_t bytes = scene_of(op) == SCENE_LARGE ? SCENE_LARGE_BYTES : SCENE_OBJECT_BYTES;
    return (struct op){.kind = OP_ALLOC_TAG,
                       .handle = op->handle,
                       .size = bytes + op->size,
                       .tag = op->tag,
                       .pool = op->pool};
}

/* In normal pool the size is known to a unit only. */
static struct expectation expect_object(const struct model *model, const struct op *op)
{
    struct op block = model_scene_block(op);
    struct handle wanted = model_wanted(model, &block);
    uint32_t subcode = scene_object(op) == OBJECT_RESOURCE ? 0xD2 : 0xCC;
    struct expectation expected = simply(OUTCOME_SUCCESS);
    bool is_last = model->failing != 0 && model->requests + 1 == model->failing;
    /* Force IRQL checking has rules of its own for a resource that may be away. */
    bool is_pageable = scene_object(op) == OBJECT_RESOURCE && model_pool_is_paged(op->pool);
    if (model->irql > APC || is_last || model_room(model, &wanted) != ROOM_ENOUGH ||
        (is_pageable && model->forces_irql) ||
        (!model->is_verifying && !scene_object_is_deleted(op)))
        return simply(OUTCOME_SKIP);
    if (!scene_object_is_deleted(op))
        expected = stops(CODE_VERIFIER, subcode, wanted.place == PLACE_POOL ? 1 : 1 | 8,
                         PARAMETERS(subcode, 0, 0, wanted.size));
    expected.requests = model->is_verifying;
    return expected;
}

/* Filling so much takes milliseconds: one in 64 of these is done. */
static struct expectation expect_large(const struct model *model, const struct op *op)
{
    enum { RARELY = 8 };
    struct op block = model_scene_block(op);
    struct handle wanted = model_wanted(model, &block);
    bool is_last = model->failing != 0 && model->requests + 1 == model->failing;
    if (op->tag != 0 || op->handle % RARELY != 0 || wanted.place != PLACE_SPECIAL ||
        model->irql > APC || is_last || model_any_damage(model) ||
        model_room(model, &wanted) != ROOM_ENOUGH)
        return simply(OUTCOME_SKIP);
    struct expectation expected = simply(OUTCOME_SUCCESS);
    expected.requests = 1;
    return expected;
}

/* A page that is out comes in below DISPATCH_LEVEL only; `length`: the level it is touched at. */
static struct expectation expect_touch_away(const struct model *model, const struct op *op)
{
    enum { LEVELS = 4, IS_WRITE = 1 };
    const struct handle *handle = &model->handles[op->handle];
    if (model->irql > APC || handle->state != HANDLE_LIVE || handle->size == 0 ||
        handle->place == PLACE_SPECIAL || !model_pool_is_paged(handle->pool))
        return simply(OUTCOME_SKIP);
    unsigned level = DISPATCH + op->tag / 2 % LEVELS;
    unsigned char *address = handle->address + op->size % handle->size;
    struct expectation expected =
        stops(0xD1, 0, KNOW_FIRST_THREE,
              PARAMETERS((uintptr_t)address, level, op->tag % 2 == IS_WRITE, 0));
    expected.address = address;
    expected.length = level;
    return expected;
}

void apply_scene(struct model *model, const struct op *op)
{
    struct op block = model_scene_block(op);
    struct handle wanted = model_wanted(model, &block);
    switch (scene_of(op)) {
    case SCENE_LARGE:
    case SCENE_OBJECT_IN_BLOCK:
        model_take(model, &wanted);
        model_give(model, &wanted);
        model_note_reuse(model, NULL);
        break;
    case SCENE_TOUCH_AWAY: model->has_paged_out = true; break;
    case SCENE_RAISE_TO_DPC: model->irql = model->irql < DISPATCH ? DISPATCH : model->irql; break;
    default: break;
    }
}

static struct expectation expect_alone(const struct model *model, const struct op *op)
{
    enum { LEAKED = 1, UNREADABLE_LEAST = 1 };
    if (!model->is_alone || model->irql > 0)
        return simply(OUTCOME_SKIP);
    struct expectation tracked =
        simply(model->is_verifying && model->is_tracking ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    switch (scene_of(op)) {
    case SCENE_DRIVER_LEAKS:
        return tracked.outcome == OUTCOME_SKIP
                   ? tracked
                   : stops(CODE_VERIFIER, 0x62, 1 | 8, PARAMETERS(0x62, 0, 0, LEAKED));
    case SCENE_DRIVER_LATE:
        return tracked.outcome == OUTCOME_SKIP
                   ? tracked
                   : stops(CODE_VERIFIER, 0x61, KNOW_ALL, PARAMETERS(0x61, 0, op->size, LEAKED));
    case SCENE_CONTIGUOUS_WRONG: return stops(0xC2, 0x60, 1 | 4 | 8, PARAMETERS(0x60, 0, 0, 0));
    case SCENE_ASKED_BY_HOST: return simply(model->is_verifying ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    case SCENE_ASSERTION:
        return stops(0x1E, 0, 1 | 4 | 8, PARAMETERS(STATUS_WORD_ASSERTION, 0, 0, 0));
    case SCENE_RAISE_UNCAUGHT:
        return stops(0x1E, 0, 1 | 4 | 8, PARAMETERS(STATUS_WORD_UNCAUGHT, 0, 0, 0));
    case SCENE_BUGCHECK:
        if (op->size % 2 == 0)
            return stops(SCENE_STOP_CODE, 0, KNOW_ALL, PARAMETERS(0, 0, 0, 0));
        return stops(SCENE_STOP_CODE, 0, KNOW_ALL, PARAMETERS(op->size, 2, 3, 4));
    case SCENE_HEADER: return expect_header(model, op);
    case SCENE_FAULT:
        return model->is_verifying ? simply(OUTCOME_SKIP)
                                   : stops(0x50, 0, 0, PARAMETERS(0, 0, 0, 0));
    default: return simply(OUTCOME_SUCCESS);
    }
}

struct expectation expect_scene(const struct model *model, const struct op *op)
{
    switch (scene_of(op)) {
    case SCENE_PAGED_CODE:
        return in_verifier(
            model, model->irql > APC,
            stops(CODE_VERIFIER, 0xE5, KNOW_ALL, PARAMETERS(0xE5, model->irql, 0, 0)));
    case SCENE_COPY_OVERLAP: return expect_copy(model);
    case SCENE_EXECUTABLE:
        if (!model->is_verifying || model->irql > 0)
            return simply(OUTCOME_SKIP);
        return stops(CODE_VERIFIER, 0x2000, 1 | 4 | 8,
                     PARAMETERS(0x2000, 0, 0, model_tag(op->tag)));
    case SCENE_QUOTA_IN_DPC:
        if (!model->is_verifying || !model->is_tracking || model->irql > 0)
            return simply(OUTCOME_SKIP);
        return stops(CODE_VERIFIER, 0x10B, KNOW_ALL, PARAMETERS(0x10B, 0, 0, 0));
    case SCENE_RAISE_CAUGHT: return expect_raise(model, op);
    case SCENE_LIST_UNALIGNED: return raises(STATUS_WORD_MISALIGNED);
    case SCENE_UNUSED_POOL: return expect_unused(model, op);
    case SCENE_TELL: return simply(OUTCOME_SUCCESS);
    case SCENE_RAISE_TO_DPC: return expect_irql(model, &raise_to_dpc);
    case SCENE_OBJECT_IN_BLOCK: return expect_object(model, op);
    case SCENE_TOUCH_AWAY: return expect_touch_away(model, op);
    case SCENE_FREE_BESIDE: return expect_free_beside(model, op);
    case SCENE_FREE_FAR: return expect_free_far(model, op);
    case SCENE_LARGE: return expect_large(model, op);
    case SCENE_DDI_LEVEL:
        return in_verifier(model, model->irql > DISPATCH,
                           stops(CODE_VERIFIER, 0x20011, 1 | 4 | 8, PARAMETERS(0x20011, 0, 0, 0)));
    default: return expect_alone(model, op);
    }
}

/* The rule is put in force below DISPATCH_LEVEL only: what is away is known then. */
struct expectation expect_force_irql(const struct model *model)
{
    return simply(model->is_verifying && model->irql < DISPATCH ? OUTCOME_SUCCESS : OUTCOME_SKIP);
}

struct expectation expect_touch(const struct model *model, const struct op *op)
{
    enum { WRITES = 0x80, ACCESS_READ = 0, ACCESS_WRITE = 1 };
    const struct handle *handle = &model->handles[op->handle];
    bool is_paged_high = model->irql >= DISPATCH && model_pool_is_paged(handle->pool);
    if (handle->state != HANDLE_LIVE || handle->size == 0)
        return simply(OUTCOME_SKIP);
    unsigned char *address = handle->address + (op->aux * 37u) % handle->size;
    struct expectation expected = simply(OUTCOME_SUCCESS);
    unsigned access = (op->aux & WRITES) != 0 ? ACCESS_WRITE : ACCESS_READ;
    if (is_paged_high && model->forces_irql && model->is_away)
        expected = stops(0xD1, 0, KNOW_FIRST_THREE,
                         PARAMETERS((uintptr_t)address, model->irql, access, 0));
    else if (is_paged_high && !model_is_touchable(model, handle))
        return simply(OUTCOME_SKIP);
    expected.address = address;
    return handle->place == PLACE_SPECIAL && expected.outcome == OUTCOME_BUGCHECK
               ? stops_about(expected, handle)
               : expected;
}

/* Paged pool goes away with a raise to DISPATCH_LEVEL, and may come back whenever the pool itself
 * looks at a block. */
void apply_level(struct model *model, const struct op *op, uint8_t irql_before)
{
    bool is_raise = op->kind == OP_SCENE_MORE && scene_of(op) == SCENE_RAISE_TO_DPC;
    bool keeps_away = is_raise || op->kind == OP_RAISE || op->kind == OP_LOWER ||
                      op->kind == OP_TOUCH || op->kind == OP_CHECK || op->kind == OP_ACQUIRE ||
                      op->kind == OP_RELEASE;
    if (model->irql < DISPATCH)
        model->is_away = false;
    else if (irql_before < DISPATCH)
        model->is_away = model->forces_irql;
    else
        model->is_away &= keeps_away;
}
