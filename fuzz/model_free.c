/* model_free.c - what must come of giving a block back, rightly or wrongly. The order of the
 * questions is that of the page Freeing in docs/COMPATIBILITY.md: pointer, IRQL, tag, size, then
 * headers or patterns. */
#include "fuzz/model_rules.h"
#include "fuzz/scenes.h"

static bool is_page_start(const struct handle *handle)
{
    return (uintptr_t)handle->address % PAGE == 0;
}

/* A free of the handle's own address is at a wrong IRQL: true, and the stop. */
static bool irql_stops(const struct model *model, const struct handle *handle,
                       const unsigned char *address, struct expectation *expected)
{
    uint32_t type = model_pool_type(handle->pool);
    uint32_t subcode = model_pool_is_paged(handle->pool) ? 0x11 : 0x12;
    if (!model_irql_forbids(model, handle->pool))
        return false;
    if (handle->place == PLACE_SPECIAL)
        *expected =
            stops(0xC1, 0x31, KNOW_ALL, PARAMETERS(model->irql, type, (uintptr_t)address, 0x31));
    else if (model->is_verifying)
        *expected = stops(0xC4, subcode, KNOW_ALL,
                          PARAMETERS(subcode, model->irql, type, (uintptr_t)address));
    else
        *expected = stops(0xC2, 9, KNOW_ALL, PARAMETERS(9, model->irql, type, (uintptr_t)address));
    *expected = stops_about(*expected, handle);
    return true;
}

struct expectation expect_damage(const struct handle *handle)
{
    static const uint32_t subcode[] = {0, 0x23, 0x24, 0x32};
    uint32_t code = subcode[handle->damage];
    uintptr_t address = (uintptr_t)handle->address;
    if (handle->place == PLACE_TRACKED)
        return stops_about(
            stops(0xC4, 0x51, KNOW_ALL,
                  PARAMETERS(0x51, address, (uintptr_t)handle->damaged, handle->size)),
            handle);
    return stops_about(
        stops(0xC1, code, 1 | 2 | 8, PARAMETERS(address, (uintptr_t)handle->damaged, 0, code)),
        handle);
}

static struct expectation expect_other_tag(const struct handle *handle, uint32_t given)
{
    return stops_about(stops(0xC2, 0x0A, KNOW_ALL,
                             PARAMETERS(0x0A, (uintptr_t)handle->address, handle->tag, given)),
                       handle);
}

struct expectation expect_free_block(const struct model *model, const struct handle *handle)
{
    struct expectation expected = simply(OUTCOME_SUCCESS);
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (irql_stops(model, handle, handle->address, &expected))
        return expected;
    return handle->damage != DAMAGE_NONE ? expect_damage(handle) : expected;
}

/* ExFreePool gives no tag: wrong for a protected block. */
struct expectation expect_free(const struct model *model, const struct op *op)
{
    enum { FORM_NO_TAG = 1 };
    const struct handle *handle = &model->handles[op->handle];
    struct expectation expected = expect_free_block(model, handle);
    bool has_tag = op->kind == OP_FREE_TAG || op->kind == OP_FREE2 ||
                   (op->kind == OP_FREE_FORM && op->aux % 4 != FORM_NO_TAG);
    if (handle->state != HANDLE_LIVE || has_tag || !handle->is_protected ||
        model_irql_forbids(model, handle->pool))
        return expected;
    return expect_other_tag(handle, 0);
}

struct expectation expect_free_wrong_tag(const struct model *model, const struct handle *handle)
{
    struct expectation expected;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (irql_stops(model, handle, handle->address, &expected))
        return expected;
    return expect_other_tag(handle, handle->tag ^ 0x01010101);
}

uint32_t model_wrong_size(const struct handle *handle, const struct op *op)
{
    enum { IS_LESS = 0x80 };
    uint32_t by = 1u + op->aux % IS_LESS;
    bool is_less = (op->aux & IS_LESS) != 0 && handle->size > 1;
    return is_less ? handle->size - 1 - (by - 1) % (handle->size - 1) : handle->size + by;
}

static uint32_t units_of(uint32_t size)
{
    return ((size > 0 ? size : 1) + UNIT - 1) / UNIT;
}

/* Of whole pages that nobody tracks the size is known; of a small block its units, and it may have
 * one more than it needs: as many are right, others when they are far enough off. */
static struct expectation untracked_wrong_size(const struct handle *handle, uint32_t given)
{
    enum { SPARE = 2 };
    uint32_t own = units_of(handle->size);
    uint32_t asked = units_of(given);
    unsigned known = is_page_start(handle) ? KNOW_ALL : KNOW_FIRST_THREE;
    if (!is_page_start(handle)) {
        if (asked == own && !model_pool_is_aligned(handle->pool))
            return simply(OUTCOME_SUCCESS);
        if (model_pool_is_aligned(handle->pool) || (asked < own + SPARE && own < asked + SPARE))
            return simply(OUTCOME_SKIP);
    }
    return stops_about(stops(0xC4, 0x13F, known,
                             PARAMETERS(0x13F, (uintptr_t)handle->address, given, handle->size)),
                       handle);
}

struct expectation expect_free_wrong_size(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    struct expectation expected = expect_free_block(model, handle);
    bool stops_sooner = handle->state == HANDLE_LIVE && model_irql_forbids(model, handle->pool);
    if (expected.outcome == OUTCOME_SKIP || !model->is_verifying || stops_sooner)
        return expected;
    if (handle->place == PLACE_POOL)
        return untracked_wrong_size(handle, model_wrong_size(handle, op));
    return stops_about(stops(0xC4, 0x13F, KNOW_ALL,
                             PARAMETERS(0x13F, (uintptr_t)handle->address,
                                        model_wrong_size(handle, op), handle->size)),
                       handle);
}

/* The second of two frees of a block in normal pool. */
static struct expectation twice_in_pool(const struct model *model, const struct handle *handle)
{
    uintptr_t address = (uintptr_t)handle->address;
    if (is_page_start(handle)) { /* whole pages: nothing in them tells of the block */
        if (model->is_verifying)
            return stops(0xC4, 0x10, KNOW_ALL, PARAMETERS(0x10, address, 0, 0));
        return stops(0x19, 0x22, KNOW_FIRST_THREE,
                     PARAMETERS(0x22, address, model_pool_type(handle->pool), 0));
    }
    if (model->is_verifying)
        return stops(0xC4, 0x13, KNOW_FIRST_THREE, PARAMETERS(0x13, 0, address - UNIT, 0));
    return stops(0xC2, 7, 1 | 2 | 8, PARAMETERS(7, 0, 0, address));
}

static struct expectation expect_twice(const struct model *model, const struct handle *handle)
{
    uintptr_t address = (uintptr_t)handle->address;
    struct expectation expected = twice_in_pool(model, handle);
    if (handle->place == PLACE_SPECIAL)
        expected = stops(0xC1, 0x20, KNOW_ALL, PARAMETERS(address, 0, 0, 0x20));
    return handle->place == PLACE_POOL ? expected : stops_about(expected, handle);
}

static struct expectation or_stops(struct expectation expected, const uint32_t (*also)[2],
                                   unsigned count)
{
    expected.also_count = count;
    for (unsigned i = 0; i < count; i++) {
        expected.also[i][0] = also[i][0];
        expected.also[i][1] = also[i][1];
    }
    return expected;
}

/* Pages that nobody has any more, and not where they begin. */
static struct expectation expect_inside_freed(const struct model *model,
                                              const struct handle *handle, unsigned offset)
{
    static const uint32_t once[][2] = {{0xC2, 7}, {0x19, 0x22}};
    unsigned char *address = handle->address + offset;
    uint32_t subcode = model_pool_is_paged(handle->pool) ? 0x48 : 0x44;
    struct expectation expected =
        stops(0xC2, subcode, KNOW_FIRST_TWO, PARAMETERS(subcode, (uintptr_t)address, 0, 0));
    if ((uintptr_t)address % PAGE == 0)
        expected = stops(0x19, 0x22, KNOW_FIRST_TWO, PARAMETERS(0x22, (uintptr_t)address, 0, 0));
    expected.address = address;
    return model->is_haunted ? or_stops(expected, once, 2) : expected;
}

/* The whole operation: a free that succeeds, and a second one of the same address; of whole pages
 * in the plain pool also of one inside. */
struct expectation expect_free_twice(const struct model *model, const struct op *op)
{
    enum { INSIDE = 3 };
    const struct handle *handle = &model->handles[op->handle];
    if (expect_free_block(model, handle).outcome != OUTCOME_SUCCESS || handle->is_protected)
        return simply(OUTCOME_SKIP);
    unsigned steps = (handle->size > 0 ? handle->size - 1 : 0) / UNIT;
    unsigned offset = steps > 0 && op->aux % 4 == INSIDE ? UNIT * (1 + op->aux / 4 % steps) : 0;
    struct expectation expected = offset > 0 && !model->is_verifying && is_page_start(handle)
                                      ? expect_inside_freed(model, handle, offset)
                                      : expect_twice(model, handle);
    if (expected.address == NULL)
        expected.address = handle->address;
    return expected;
}

/* In normal pool, with an address that is no block's. */
static struct expectation moved_in_pool(const struct model *model, const struct handle *handle,
                                        int32_t offset)
{
    static const uint32_t once[][2] = {{0xC4, 0x13}};
    static const uint32_t once_plain[][2] = {{0xC2, 7}, {0x19, 0x22}};
    uintptr_t address = (uintptr_t)(handle->address + offset);
    if (offset % UNIT != 0)
        return model->is_verifying ? stops(0xC4, 0x16, KNOW_ALL, PARAMETERS(0x16, 0, address, 0))
                                   : stops(0xC2, 0x46, KNOW_ALL, PARAMETERS(0x46, address, 0, 0));
    if (model->is_verifying) {
        struct expectation expected = stops(0xC4, 0x10, KNOW_ALL, PARAMETERS(0x10, address, 0, 0));
        expected.is_rough = true;
        expected = or_stops(expected, once, 1); /* what was there once is remembered */
        return is_page_start(handle) ? expected : stops_about(expected, handle);
    }
    struct expectation expected = stops(0xC2, 0x44, KNOW_ALL, PARAMETERS(0x44, address, 0, 0));
    if (!is_page_start(handle))
        expected =
            stops_about(stops(0xC2, 0x99, KNOW_ALL, PARAMETERS(0x99, address, 0, 0)), handle);
    else if (model_pool_is_paged(handle->pool))
        expected = stops(0xC2, 0x41286, KNOW_FIRST_THREE, PARAMETERS(0x41286, 0, 0, 0));
    expected.about = handle;
    return model->is_haunted ? or_stops(expected, once_plain, 2) : expected;
}

static struct expectation expect_free_moved(const struct model *model, const struct handle *handle,
                                            int32_t offset)
{
    unsigned char *address = handle->address + offset;
    uint32_t subcode = offset > 0 ? 0x21 : 0x22;
    uint64_t calculated =
        address < model_guard(handle) ? (uint64_t)(model_guard(handle) - address) : 0;
    struct expectation expected;
    if (handle->place != PLACE_SPECIAL)
        expected = moved_in_pool(model, handle, offset);
    else if (!irql_stops(model, handle, address, &expected))
        expected =
            stops_about(stops(0xC1, subcode, KNOW_ALL,
                              PARAMETERS((uintptr_t)address, handle->size, calculated, subcode)),
                        handle);
    expected.address = address;
    return expected;
}

struct expectation expect_free_inside(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    unsigned steps = handle->size > UNIT ? (handle->size - 1) / UNIT : 0;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (op->kind == OP_FREE_MISALIGNED)
        return expect_free_moved(model, handle, 1 + op->aux % 15);
    if (steps == 0)
        return simply(OUTCOME_SKIP);
    return expect_free_moved(model, handle, (int32_t)(UNIT * (1 + op->aux % steps)));
}

/* Where nobody else's block can be: between the block and either end of its pages, and in normal
 * pool its own header. */
struct expectation expect_free_beside(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    bool is_behind = op->tag % 2 == 1;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (handle->place != PLACE_SPECIAL)
        return is_behind || model->is_compared || is_page_start(handle) ||
                       (uintptr_t)handle->address % PAGE == UNIT
                   ? simply(OUTCOME_SKIP)
                   : expect_free_moved(model, handle, -UNIT);
    uint32_t size = handle->size > 0 ? handle->size : 1;
    ptrdiff_t room = is_behind ? model_guard(handle) - handle->address - (ptrdiff_t)size
                               : handle->address - model_page(handle->address);
    if (room <= 0)
        return simply(OUTCOME_SKIP);
    int32_t at = (int32_t)(op->size % (uint32_t)room);
    return expect_free_moved(model, handle, is_behind ? (int32_t)size + at : -1 - at);
}

/* Far behind all blocks of its pool, at the start of a page or inside one. */
struct expectation expect_free_far(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (handle->state != HANDLE_LIVE || handle->place == PLACE_SPECIAL)
        return simply(OUTCOME_SKIP);
    unsigned char *address = model_page(handle->address) + SCENE_FAR;
    address += op->tag % 2 == 0 ? 0 : op->size % (PAGE / UNIT) * UNIT;
    uint32_t subcode = model->is_verifying ? 0x10 : model_pool_is_paged(handle->pool) ? 0x48 : 0x44;
    struct expectation expected = stops(model->is_verifying ? 0xC4 : 0xC2, subcode, KNOW_FIRST_TWO,
                                        PARAMETERS(subcode, (uintptr_t)address, 0, 0));
    expected.address = address;
    return expected;
}

/* Freed long ago. Special pool and the track table remember; in plain pool what lies there now may
 * be anybody's, and the stop is that of what it is. */
struct expectation expect_free_stale(const struct model *model, const struct handle *handle)
{
    static const uint32_t plain[][2] = {
        {0xC2, 0x99}, {0x19, 0x22}, {0xC2, 0x44}, {0xC2, 0x48}, {0xC2, 0x41286}};
    static const uint32_t verified[][2] = {{0xC4, 0x13}, {0xC4, 0x10}};
    if (!model_is_still_freed(model, handle) ||
        (model->is_compared && handle->place != PLACE_SPECIAL))
        return simply(OUTCOME_SKIP);
    if (handle->place != PLACE_POOL)
        return expect_twice(model, handle);
    struct expectation expected = stops(0xC2, 7, 0, PARAMETERS(0, 0, 0, 0));
    return model->is_verifying ? or_stops(expected, verified, 2) : or_stops(expected, plain, 5);
}

/* NULL, and addresses that never were pool. */
struct expectation expect_free_outside(const struct model *model, const struct op *op)
{
    uint32_t plain_subcode = op->kind == OP_FREE_NULL ? 0x46 : 0x42;
    uint32_t subcode = model->is_verifying ? 0x10 : plain_subcode;
    return stops(model->is_verifying ? 0xC4 : 0xC2, subcode, 1 | 4 | 8,
                 PARAMETERS(subcode, 0, 0, 0));
}
