/* model_touch.c - what must come of touching memory that is not the block's: guards, the bytes
 * around it, freed blocks. */
#include "fuzz/model_rules.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { NEAR = 64, ACCESS_READ = 0, ACCESS_WRITE = 1 };

static struct expectation expect_fault(const struct model *model, uint32_t code,
                                       unsigned char *address, unsigned access)
{
    struct expectation expected;
    if (model->irql >= DISPATCH)
        expected = stops(0xD1, 0, KNOW_FIRST_THREE,
                         PARAMETERS((uintptr_t)address, model->irql, access, 0));
    else
        expected = stops(code, 0, 1 | 2 | 8, PARAMETERS((uintptr_t)address, access, 0, 0));
    expected.address = address;
    return expected;
}

/* The live block in special pool whose pages begin there; NULL: none. */
static const struct handle *begins_at(const struct model *model, const unsigned char *page)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_LIVE && handle->place == PLACE_SPECIAL &&
            model_page(handle->address) == page)
            return handle;
    }
    return NULL;
}

/* A guard between two blocks: its fault is about the one in front, from the guard's middle on about
 * the one behind if that begins right there. */
static const struct handle *nearer(const struct model *model, const struct handle *front,
                                   unsigned offset)
{
    const struct handle *behind = begins_at(model, model_guard(front) + PAGE);
    bool is_near = offset >= PAGE / 2 && behind != NULL && behind->side == PROGRAM_VERIFY_START;
    return is_near ? behind : front;
}

struct expectation expect_guard(const struct model *model, const struct op *op)
{
    static const uint16_t offsets[] = {0, 0, 1, PAGE / 2 - 1, PAGE / 2, PAGE / 2 + 1, PAGE - 1, 15};
    const struct handle *handle = &model->handles[op->handle];
    unsigned access = op->kind == OP_WRITE_GUARD ? ACCESS_WRITE : ACCESS_READ;
    if (handle->state != HANDLE_LIVE || handle->place != PLACE_SPECIAL)
        return simply(OUTCOME_SKIP);
    if (op->aux % 4 == 0) /* the guard in front belongs to whoever is nearer */
        return expect_fault(model, 0xD6, model_page(handle->address) - 1, access);
    unsigned offset = model->is_compared ? 0 : offsets[op->aux / 4 % COUNT_OF(offsets)];
    return stops_about(expect_fault(model, 0xD6, model_guard(handle) + offset, access),
                       nearer(model, handle, offset));
}

/* How far an overrun runs: a byte, a word, a unit, as far as there is room. */
static unsigned damage_length(const struct op *op, ptrdiff_t room)
{
    static const unsigned lengths[] = {1, 1, 8, 16};
    unsigned length = op->kind == OP_FLIP_SLACK ? 1 : lengths[op->aux >> 6];
    return (ptrdiff_t)length < room ? length : (unsigned)room;
}

/* So many bytes on either side carry a pattern. */
static ptrdiff_t reach_of(const struct model *model, const struct handle *handle)
{
    enum { REACH = 128, NARROW = 16 };
    if (handle->place == PLACE_TRACKED)
        return model_trailer(handle);
    if (model->special == PROGRAM_SPECIAL_WIDE)
        return PAGE;
    return model->special == PROGRAM_SPECIAL_NARROW ? NARROW : REACH;
}

/* Bytes in front of the block, or behind it, that nobody else has. */
static ptrdiff_t room_of(const struct handle *handle, bool is_before)
{
    if (handle->place == PLACE_SPECIAL)
        return is_before ? handle->address - model_page(handle->address)
                         : model_guard(handle) - (handle->address + handle->size);
    return handle->place == PLACE_TRACKED && !is_before ? (ptrdiff_t)model_trailer(handle) : 0;
}

/* Damage that the next look at the block finds: `about` is the block then, parameter[1] the first
 * byte that is in reach. */
static void note_damage(const struct model *model, const struct handle *handle, bool is_before,
                        struct expectation *expected)
{
    const unsigned char *end = handle->address + handle->size;
    ptrdiff_t reach = reach_of(model, handle);
    unsigned char *first = expected->address;
    if (is_before && first < handle->address - reach)
        first = handle->address - reach;
    bool is_seen = is_before ? first < expected->address + expected->length : first < end + reach;
    if (!is_seen)
        return;
    expected->about = handle;
    expected->parameter[1] = (uintptr_t)first;
}

/* Damage on both sides is told as that in front; more on a side that has some may mend it. What is
 * in front is eight bits at the least: behind it, whatever is written changes nothing. */
static bool may_be_damaged(const struct handle *handle, bool is_before)
{
    if (handle->damage == DAMAGE_NONE)
        return true;
    return handle->place == PLACE_SPECIAL && is_before != (handle->damage == DAMAGE_BEFORE);
}

struct expectation expect_slack(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    bool is_before = op->kind == OP_WRITE_BEFORE;
    struct expectation expected = simply(OUTCOME_SUCCESS);
    if (handle->state != HANDLE_LIVE || !model_is_touchable(model, handle) ||
        (op->kind != OP_READ_SLACK && !may_be_damaged(handle, is_before)))
        return simply(OUTCOME_SKIP);
    ptrdiff_t room = room_of(handle, is_before);
    if (room <= 0)
        return simply(OUTCOME_SKIP);
    ptrdiff_t at = op->aux % (room < NEAR ? room : NEAR);
    expected.address = is_before ? handle->address - 1 - at : handle->address + handle->size + at;
    expected.length = damage_length(op, is_before ? at + 1 : room - at);
    if (op->kind != OP_READ_SLACK)
        note_damage(model, handle, is_before, &expected);
    return expected;
}

/* Which byte of a freed block: near its start, and with the high bit of aux anywhere to its end. */
static uint32_t freed_offset(const struct handle *handle, const struct op *op)
{
    enum { SPREAD = 0x80, LAST = 0x7f };
    if (handle->size == 0)
        return 0;
    if ((op->aux & SPREAD) == 0)
        return op->aux % handle->size;
    return (uint32_t)((uint64_t)(op->aux & LAST) * (handle->size - 1) / LAST);
}

struct expectation expect_freed(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (op->kind == OP_FREE_STALE)
        return expect_free_stale(model, handle);
    if (!model_is_still_freed(model, handle) || handle->place != PLACE_SPECIAL)
        return simply(OUTCOME_SKIP);
    unsigned char *address = handle->address + freed_offset(handle, op);
    if (model->reuse == PROGRAM_REUSE_PROTECT) {
        unsigned access = op->kind == OP_WRITE_FREED ? ACCESS_WRITE : ACCESS_READ;
        return stops_about(expect_fault(model, 0xD5, address, access), handle);
    }
    /* Recycled memory stays open: a read is not seen, a write at the next look. */
    if (op->kind == OP_READ_FREED || handle->size > PAGE || model_any_damage(model))
        return simply(OUTCOME_SKIP);
    struct expectation expected =
        stops(0xC6, 0, KNOW_ALL, PARAMETERS((uintptr_t)address, ACCESS_WRITE, 0, 0));
    expected.address = address;
    return stops_about(expected, handle);
}
