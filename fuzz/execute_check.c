/* execute_check.c - what an operation promises beyond silence: results, alignment, zeroes,
 * contents. */
#include "fuzz/execute.h"

enum { STRIDE = 61 /* between the bytes looked at in the middle: no power of two */ };

static unsigned char content(const struct handle *handle, uint32_t at)
{
    return (unsigned char)(handle->seed + at * 31u + (at >> 8));
}

bool execution_contents_fit(const struct handle *handle)
{
    for (uint32_t i = 0; i < handle->size; i++) {
        if (i == EXECUTION_ENDS && handle->size > 2 * EXECUTION_ENDS)
            i = handle->size - EXECUTION_ENDS;
        if (handle->address[i] != content(handle, i))
            return false;
    }
    return true;
}

void execution_fill(const struct model *model, const struct op *op,
                    const struct expectation *expected)
{
    const struct handle *handle = &model->handles[op->handle];
    bool is_new = expected->outcome == OUTCOME_SUCCESS && handle->state == HANDLE_LIVE &&
                  (op->kind == OP_CHECK || op_allocates(op->kind));
    if (!is_new)
        return;
    for (uint32_t i = 0; i < handle->size; i++) {
        if (i == EXECUTION_ENDS && handle->size > 2 * EXECUTION_ENDS)
            i = handle->size - EXECUTION_ENDS;
        handle->address[i] = content(handle, i);
    }
}

/* Both ends whole, and one byte in STRIDE between them. */
static bool bytes_are_zero(const unsigned char *block, uint32_t size)
{
    uint32_t near = size < EXECUTION_ENDS ? size : EXECUTION_ENDS;
    for (uint32_t i = 0; i < near; i++)
        if (block[i] != 0 || block[size - 1 - i] != 0)
            return false;
    for (uint32_t i = near; i + near < size; i += STRIDE)
        if (block[i] != 0)
            return false;
    return true;
}

/* MemorySanitizer rightly says that such a block is unwritten; here the question is with what. */
#if defined(__clang__)
#define READS_UNWRITTEN __attribute__((no_sanitize("memory")))
#else
#define READS_UNWRITTEN
#endif

/* The verifier fills what nobody zeroed with a pattern that is never zero. */
READS_UNWRITTEN static bool bytes_are_soiled(const unsigned char *block, uint32_t size)
{
    uint32_t near = size < EXECUTION_ENDS ? size : EXECUTION_ENDS;
    for (uint32_t i = 0; i < near; i++)
        if (block[i] == 0)
            return false;
    return true;
}

static bool overlaps(const struct model *model, const struct handle *wanted)
{
    const unsigned char *end = wanted->address + (wanted->size > 0 ? wanted->size : 1);
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *other = &model->handles[i];
        if (other->state == HANDLE_LIVE && wanted->address < other->address + other->size &&
            other->address < end)
            return true;
    }
    return false;
}

/* Where special pool puts a block below a page. */
static const char *check_placement(const struct handle *wanted)
{
    uintptr_t unit = model_pool_is_aligned(wanted->pool) ? 64 : 16;
    uintptr_t block = (uintptr_t)wanted->address;
    if (wanted->side == PROGRAM_VERIFY_START)
        return block % PAGE_SIZE == 0 ? NULL : "not at the page's start";
    if (wanted->side == PROGRAM_VERIFY_EXACT && !model_pool_is_aligned(wanted->pool))
        return (block + wanted->size) % PAGE_SIZE == 0 ? NULL : "not flush with the guard";
    if (wanted->size >= PAGE_SIZE)
        return NULL;
    uintptr_t rounded = (wanted->size + unit - 1) / unit * unit;
    return (block + rounded) % PAGE_SIZE == 0 ? NULL : "not at the page's end";
}

static const char *check_block(const struct model *model, const struct handle *wanted,
                               bool is_zeroed)
{
    uintptr_t block = (uintptr_t)wanted->address;
    uint32_t size = wanted->size;
    bool is_exact = wanted->place == PLACE_SPECIAL && wanted->side == PROGRAM_VERIFY_EXACT;
    uintptr_t unit = model_pool_is_aligned(wanted->pool) ? 64 : is_exact ? 1 : 16;
    if (block == 0)
        return "NULL";
    if (block % unit != 0)
        return "misaligned";
    if (size >= PAGE_SIZE && !is_exact && block % PAGE_SIZE != 0)
        return "not page aligned";
    if (size > 0 && size < PAGE_SIZE && block / PAGE_SIZE != (block + size - 1) / PAGE_SIZE)
        return "crosses a page";
    if (overlaps(model, wanted))
        return "overlaps a live block";
    if (is_zeroed && !bytes_are_zero(wanted->address, size))
        return "not zeroed";
    if (wanted->place != PLACE_SPECIAL)
        return NULL;
    if (model_rests_too_short(model, wanted))
        return "where a block was freed a moment ago";
    return check_placement(wanted);
}

static const char *check_allocation(const struct execution *execution, const struct model *model,
                                    const struct op *op, const struct expectation *expected)
{
    struct handle wanted = model_wanted(model, op);
    bool is_zeroed = op->kind != OP_LIST_ALLOC && execution->is_zeroed;
    bool is_soiled = op->kind != OP_LIST_ALLOC && (form_of(op)->traits & TRAIT_ZEROED) == 0;
    if (expected->address != NULL) /* the entry that a list kept */
        return execution->result == expected->address ? NULL
                                                      : "another entry than the one kept last";
    wanted.address = execution->result;
    const char *wrong = check_block(model, &wanted, is_zeroed);
    if (wrong == NULL && is_soiled && wanted.place == PLACE_SPECIAL &&
        !bytes_are_soiled(wanted.address, wanted.size))
        wrong = "zeroes in a block that nobody zeroed";
    return wrong;
}

static const char *check_result(const struct execution *execution,
                                const struct expectation *expected)
{
    switch (expected->outcome) {
    case OUTCOME_NULL: return execution->result == NULL ? NULL : "not NULL";
    case OUTCOME_RAISE:
        return execution->result == NULL && (uint32_t)execution->raised == expected->code
                   ? NULL
                   : "not raised, or another status";
    default: return execution->result == NULL ? NULL : "a block in spite of the bug check";
    }
}

const char *execution_check(const struct execution *execution, const struct model *model,
                            const struct op *op, const struct expectation *expected)
{
    if (execution->was_changed)
        return "contents changed before the free";
    if (execution->complaint != NULL)
        return execution->complaint;
    if (expected->outcome != OUTCOME_SUCCESS && op->kind != OP_SWEEP)
        return check_result(execution, expected);
    if (execution->raised != 0)
        return "an exception was raised";
    if (op_allocates(op->kind))
        return check_allocation(execution, model, op, expected);
    switch (op->kind) {
    case OP_CHECK:
        return execution_contents_fit(&model->handles[op->handle]) ? NULL : "contents changed";
    case OP_RAISE:
    case OP_LOWER: return KeGetCurrentIrql() == op->irql ? NULL : "another IRQL";
    case OP_CHARGE: return execution->result != NULL ? NULL : "a charge was refused";
    case OP_SWEEP: return execution->swept == model_leaks(model) ? NULL : "swept other blocks";
    case OP_RESET: return execution->swept == model_leaks(model) ? NULL : "freed other blocks";
    default: return NULL;
    }
}
