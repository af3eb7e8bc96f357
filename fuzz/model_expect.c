/* model_expect.c - what must come of an operation, told before it is executed. */
#include "fuzz/model.h"

#include <stddef.h>

enum { APC = 1, DISPATCH = 2, PAGE = 4096, ENTRY_TINY = 4, NEAR = 64 };
enum { ACCESS_READ = 0, ACCESS_WRITE = 1 };
enum { KNOW_ALL = 15, KNOW_FIRST_THREE = 7 }; /* which parameters must be as given */

static struct expectation simply(enum outcome outcome)
{
    return (struct expectation){.outcome = outcome};
}

static struct expectation stop(uint32_t code, uint32_t subcode)
{
    return (struct expectation){.outcome = OUTCOME_BUGCHECK, .code = code, .subcode = subcode};
}

/* Bit i of `known`: parameter[i] must be as given. */
static struct expectation with(struct expectation expected, unsigned known,
                               const uint64_t parameter[4])
{
    expected.known = known;
    for (unsigned i = 0; i < 4; i++)
        expected.parameter[i] = parameter[i];
    return expected;
}

#define PARAMETERS(...) ((const uint64_t[4]){__VA_ARGS__})

static bool irql_forbids(const struct model *model, uint8_t pool)
{
    return model->irql > (model_pool_is_paged(pool) ? APC : DISPATCH);
}

static struct expectation expect_allocate(const struct model *model, const struct op *op)
{
    uint32_t type = model_pool_type(op->pool) | (model_pool_is_aligned(op->pool) ? 4u : 0u);
    uint32_t size = model_size(model, op);
    if (model->handles[op->handle].state == HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (irql_forbids(model, op->pool)) {
        bool paged = model_pool_is_paged(op->pool);
        uint32_t subcode = !model->is_verifying ? 8 : paged ? 1 : 2;
        return with(stop(model->is_verifying ? 0xC4 : 0xC2, subcode), KNOW_ALL,
                    PARAMETERS(subcode, model->irql, type, size));
    }
    if (size == 0 && model->is_verifying)
        return with(stop(0xC4, 0), KNOW_ALL, PARAMETERS(0, model->irql, type, 0));
    return simply(OUTCOME_SUCCESS);
}

/* A free of the handle's own address is at a wrong IRQL: true, and the stop. */
static bool irql_stops_free(const struct model *model, const struct handle *handle,
                            const unsigned char *address, struct expectation *expected)
{
    uint32_t type = model_pool_type(handle->pool);
    if (!irql_forbids(model, handle->pool))
        return false;
    if (model->is_verifying)
        *expected = with(stop(0xC1, 0x31), KNOW_ALL,
                         PARAMETERS(model->irql, type, (uintptr_t)address, 0x31));
    else
        *expected =
            with(stop(0xC2, 9), KNOW_ALL, PARAMETERS(9, model->irql, type, (uintptr_t)address));
    expected->about = handle;
    return true;
}

static struct expectation expect_damage(const struct handle *handle)
{
    static const uint32_t subcode[] = {0, 0x23, 0x24, 0x32};
    uint32_t code = subcode[handle->damage];
    struct expectation expected =
        with(stop(0xC1, code), 1 | 2 | 8,
             PARAMETERS((uintptr_t)handle->address, (uintptr_t)handle->damaged, 0, code));
    expected.about = handle;
    return expected;
}

static struct expectation expect_free(const struct model *model, const struct handle *handle)
{
    struct expectation expected = simply(OUTCOME_SUCCESS);
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (irql_stops_free(model, handle, handle->address, &expected))
        return expected;
    return handle->damage != DAMAGE_NONE ? expect_damage(handle) : expected;
}

static struct expectation expect_free_wrong_tag(const struct model *model,
                                                const struct handle *handle)
{
    struct expectation expected;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (irql_stops_free(model, handle, handle->address, &expected))
        return expected;
    expected =
        with(stop(0xC2, 0x0A), KNOW_ALL,
             PARAMETERS(0x0A, (uintptr_t)handle->address, handle->tag, handle->tag ^ 0x01010101));
    expected.about = handle;
    return expected;
}

static struct expectation expect_free_wrong_size(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    struct expectation expected = expect_free(model, handle);
    bool irql_stops = handle->state == HANDLE_LIVE && irql_forbids(model, handle->pool);
    if (expected.outcome == OUTCOME_SKIP || !model->is_verifying || irql_stops)
        return expected;
    expected = with(
        stop(0xC4, 0x13F), KNOW_ALL,
        PARAMETERS(0x13F, (uintptr_t)handle->address, handle->size + 1u + op->aux, handle->size));
    expected.about = handle;
    return expected;
}

/* The whole operation: a free that succeeds, and a second one of the same address. */
static struct expectation expect_free_twice(const struct model *model, const struct handle *handle)
{
    uintptr_t address = (uintptr_t)handle->address;
    if (expect_free(model, handle).outcome != OUTCOME_SUCCESS)
        return simply(OUTCOME_SKIP);
    if (model->is_verifying) {
        struct expectation expected =
            with(stop(0xC1, 0x20), KNOW_ALL, PARAMETERS(address, 0, 0, 0x20));
        expected.about = handle;
        return expected;
    }
    if (address % PAGE == 0) /* whole pages: nothing in them tells of the block */
        return with(stop(0x19, 0x22), KNOW_FIRST_THREE,
                    PARAMETERS(0x22, address, model_pool_type(handle->pool), 0));
    return with(stop(0xC2, 7), 1 | 2 | 8, PARAMETERS(7, 0, 0, address));
}

static struct expectation expect_free_moved(const struct model *model, const struct handle *handle,
                                            unsigned offset)
{
    unsigned char *address = handle->address + offset;
    struct expectation expected;
    if (model->is_verifying) {
        if (!irql_stops_free(model, handle, address, &expected)) {
            expected = with(stop(0xC1, 0x21), 1 | 2 | 8,
                            PARAMETERS((uintptr_t)address, handle->size, 0, 0x21));
            expected.about = handle;
        }
    } else if (offset % 16 != 0) {
        expected = with(stop(0xC2, 0x46), KNOW_ALL, PARAMETERS(0x46, (uintptr_t)address, 0, 0));
    } else if ((uintptr_t)handle->address % PAGE != 0) {
        expected = with(stop(0xC2, 0x99), KNOW_ALL, PARAMETERS(0x99, (uintptr_t)address, 0, 0));
        expected.about = handle;
    } else if (model_pool_is_paged(handle->pool)) {
        expected = with(stop(0xC2, 0x41286), KNOW_FIRST_THREE, PARAMETERS(0x41286, 0, 0, 0));
    } else {
        expected = with(stop(0xC2, 0x44), KNOW_ALL, PARAMETERS(0x44, (uintptr_t)address, 0, 0));
    }
    expected.address = address;
    return expected;
}

static struct expectation expect_free_inside(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    unsigned steps = handle->size > 16 ? (handle->size - 1) / 16 : 0;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (op->kind == OP_FREE_MISALIGNED)
        return expect_free_moved(model, handle, 1 + op->aux % 15u);
    if (steps == 0)
        return simply(OUTCOME_SKIP);
    return expect_free_moved(model, handle, 16 * (1 + op->aux % steps));
}

static struct expectation expect_not_pool(const struct model *model, uint32_t plain_subcode)
{
    uint32_t subcode = model->is_verifying ? 0x10 : plain_subcode;
    return with(stop(model->is_verifying ? 0xC4 : 0xC2, subcode), 1 | 4 | 8,
                PARAMETERS(subcode, 0, 0, 0));
}

static struct expectation expect_tag_zero(const struct op *op)
{
    uint32_t type = model_pool_type(op->pool) | (model_pool_is_aligned(op->pool) ? 4u : 0u);
    if (op->aux % 2 == 0)
        return simply(OUTCOME_NULL);
    return with(stop(0xC2, 0x9B), KNOW_FIRST_THREE, PARAMETERS(0x9B, type, op->size, 0));
}

static struct expectation expect_irql(const struct model *model, const struct op *op)
{
    bool raises = op->kind == OP_RAISE;
    if (raises ? op->irql >= model->irql : op->irql <= model->irql)
        return simply(OUTCOME_SUCCESS);
    uint32_t subcode = raises ? 0x30 : 0x31;
    if (model->is_verifying)
        return with(stop(0xC4, subcode), KNOW_ALL, PARAMETERS(subcode, model->irql, op->irql, 0));
    return with(stop(raises ? 0x09 : 0x0A, 0), KNOW_FIRST_THREE,
                PARAMETERS(op->irql, model->irql, 0, 0));
}

static struct expectation expect_lock(const struct model *model, const struct op *op)
{
    bool is_held = model->locks[op->handle % PROGRAM_LOCKS].is_held;
    if (op->kind == OP_ACQUIRE) {
        if (is_held)
            return model->irql > DISPATCH ? simply(OUTCOME_SKIP)
                                          : with(stop(0x0F, 0), 2 | 4 | 8, PARAMETERS(0, 0, 0, 0));
        if (model->irql > DISPATCH && model->is_verifying)
            return with(stop(0xC4, 0x42), 1 | 2 | 8, PARAMETERS(0x42, model->irql, 0, 0));
        return simply(OUTCOME_SUCCESS);
    }
    if (!is_held)
        return model->irql != DISPATCH ? simply(OUTCOME_SKIP)
                                       : with(stop(0x10, 0), 2 | 4 | 8, PARAMETERS(0, 0, 0, 0));
    if (model->irql != DISPATCH && model->is_verifying)
        return with(stop(0xC4, 0x32), 1 | 2 | 8, PARAMETERS(0x32, model->irql, 0, 0));
    return simply(OUTCOME_SUCCESS);
}

static struct expectation expect_list(const struct model *model, const struct op *op)
{
    const struct list_model *list = &model->lists[op->handle % PROGRAM_LISTS];
    if (model->irql > APC)
        return simply(OUTCOME_SKIP);
    if (op->kind == OP_LIST_DELETE) {
        if (list->is_initialized)
            return simply(OUTCOME_SUCCESS);
        return model->is_verifying ? with(stop(0xC4, 0xCB), 1 | 4 | 8, PARAMETERS(0xCB, 0, 0, 0))
                                   : simply(OUTCOME_SUCCESS);
    }
    if (list->is_initialized)
        return model->is_verifying ? with(stop(0xC4, 0xCA), 1 | 4 | 8, PARAMETERS(0xCA, 0, 0, 0))
                                   : simply(OUTCOME_SKIP);
    if (op->aux % 8 == 0 && model->is_verifying)
        return with(stop(0xC4, 0xCD), 1 | 4 | 8, PARAMETERS(0xCD, 0, ENTRY_TINY, 8));
    return simply(OUTCOME_SUCCESS);
}

static struct expectation expect_list_block(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (model->irql > APC)
        return simply(OUTCOME_SKIP);
    if (op->kind == OP_LIST_ALLOC) {
        bool ready = model->lists[op->aux % PROGRAM_LISTS].is_initialized;
        return simply(ready && handle->state != HANDLE_LIVE ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    }
    if (handle->state != HANDLE_LIVE || handle->list < 0)
        return simply(OUTCOME_SKIP);
    const struct list_model *list = &model->lists[handle->list];
    if (!list->is_initialized || list->generation != handle->generation)
        return simply(OUTCOME_SKIP);
    return expect_free(model, handle);
}

static bool any_damage(const struct model *model)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        if (model->handles[i].state == HANDLE_LIVE && model->handles[i].damage != DAMAGE_NONE)
            return true;
    return false;
}

static struct expectation expect_fault(const struct model *model, uint32_t code,
                                       unsigned char *address, unsigned access)
{
    struct expectation expected;
    if (model->irql >= DISPATCH)
        expected = with(stop(0xD1, 0), KNOW_FIRST_THREE,
                        PARAMETERS((uintptr_t)address, model->irql, access, 0));
    else
        expected = with(stop(code, 0), 1 | 2 | 8, PARAMETERS((uintptr_t)address, access, 0, 0));
    expected.address = address;
    return expected;
}

static struct expectation expect_guard(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    unsigned access = op->kind == OP_WRITE_GUARD ? ACCESS_WRITE : ACCESS_READ;
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (op->aux % 4 == 0) /* the guard in front belongs to whoever is nearer */
        return expect_fault(model, 0xD6, model_page(handle->address) - 1, access);
    struct expectation expected = expect_fault(model, 0xD6, model_guard(handle), access);
    expected.about = handle;
    return expected;
}

/* How far an overrun runs: a byte, a word, a unit, as far as there is room. */
static unsigned damage_length(const struct op *op, ptrdiff_t room)
{
    static const unsigned lengths[] = {1, 1, 8, 16};
    unsigned length = op->kind == OP_FLIP_SLACK ? 1 : lengths[op->aux >> 6];
    return (ptrdiff_t)length < room ? length : (unsigned)room;
}

static struct expectation expect_slack(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    struct expectation expected = simply(OUTCOME_SUCCESS);
    if (handle->state != HANDLE_LIVE)
        return simply(OUTCOME_SKIP);
    if (op->kind != OP_READ_SLACK && handle->damage != DAMAGE_NONE)
        return simply(OUTCOME_SKIP);
    unsigned char *end = handle->address + handle->size;
    ptrdiff_t room = model_guard(handle) - end;
    if (op->kind == OP_WRITE_BEFORE)
        room = handle->address - model_page(handle->address);
    if (room <= 0)
        return simply(OUTCOME_SKIP);
    ptrdiff_t at = op->aux % (room < NEAR ? room : NEAR);
    bool is_before = op->kind == OP_WRITE_BEFORE;
    expected.address = is_before ? handle->address - 1 - at : end + at;
    expected.length = damage_length(op, is_before ? at + 1 : room - at);
    return expected;
}

static struct expectation expect_freed(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (!model_is_still_freed(model, handle))
        return simply(OUTCOME_SKIP);
    struct expectation expected;
    unsigned char *address = handle->address + (handle->size > 0 ? op->aux % handle->size : 0);
    if (op->kind == OP_FREE_STALE) {
        expected =
            with(stop(0xC1, 0x20), KNOW_ALL, PARAMETERS((uintptr_t)handle->address, 0, 0, 0x20));
        expected.about = handle;
        return expected;
    }
    if (model->reuse == PROGRAM_REUSE_PROTECT) {
        unsigned access = op->kind == OP_WRITE_FREED ? ACCESS_WRITE : ACCESS_READ;
        expected = expect_fault(model, 0xD5, address, access);
        expected.about = handle;
        return expected;
    }
    /* Recycled memory stays open: a read is not seen, a write at the next look. */
    if (op->kind == OP_READ_FREED || handle->size > PAGE || any_damage(model))
        return simply(OUTCOME_SKIP);
    expected = with(stop(0xC6, 0), KNOW_ALL, PARAMETERS((uintptr_t)address, ACCESS_WRITE, 0, 0));
    expected.about = handle;
    expected.address = address;
    return expected;
}

struct expectation model_expect(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (op->kind >= OP_READ_GUARD && op->kind <= OP_SWEEP && !model->is_verifying)
        return simply(OUTCOME_SKIP);
    switch (op->kind) {
    case OP_ALLOC2:
    case OP_ALLOC_TAG:
    case OP_ALLOC_ZERO:
    case OP_ALLOC_PRIORITY:
    case OP_ALLOC_QUOTA:
    case OP_ALLOC3:
    case OP_ZERO_BYTES: return expect_allocate(model, op);
    case OP_FREE:
    case OP_FREE_TAG:
    case OP_FREE2: return expect_free(model, handle);
    case OP_CHECK: return simply(handle->state == HANDLE_LIVE ? OUTCOME_SUCCESS : OUTCOME_SKIP);
    case OP_RAISE:
    case OP_LOWER: return expect_irql(model, op);
    case OP_ACQUIRE:
    case OP_RELEASE: return expect_lock(model, op);
    case OP_LIST_INIT:
    case OP_LIST_DELETE: return expect_list(model, op);
    case OP_LIST_ALLOC:
    case OP_LIST_FREE: return expect_list_block(model, op);
    case OP_BAD_FLAGS: return simply(OUTCOME_NULL);
    case OP_TAG_ZERO: return expect_tag_zero(op);
    case OP_FREE_TWICE: return expect_free_twice(model, handle);
    case OP_FREE_WRONG_TAG: return expect_free_wrong_tag(model, handle);
    case OP_FREE_WRONG_SIZE: return expect_free_wrong_size(model, op);
    case OP_FREE_MIDDLE:
    case OP_FREE_MISALIGNED: return expect_free_inside(model, op);
    case OP_FREE_FOREIGN: return expect_not_pool(model, 0x42);
    case OP_FREE_NULL: return expect_not_pool(model, 0x46);
    case OP_READ_GUARD:
    case OP_WRITE_GUARD: return expect_guard(model, op);
    case OP_READ_SLACK:
    case OP_WRITE_SLACK:
    case OP_FLIP_SLACK:
    case OP_WRITE_BEFORE: return expect_slack(model, op);
    case OP_READ_FREED:
    case OP_WRITE_FREED:
    case OP_FREE_STALE: return expect_freed(model, op);
    case OP_SWEEP: return simply(any_damage(model) ? OUTCOME_SKIP : OUTCOME_SUCCESS);
    case OP_TRIM: return simply(OUTCOME_SUCCESS);
    case OP_KIND_COUNT: break;
    }
    return simply(OUTCOME_SKIP);
}
