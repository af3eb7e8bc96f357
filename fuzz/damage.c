#include "fuzz/damage.h"

#include <stddef.h>

enum {
    PAGE = 4096,
    HEADER = 16, /* in front of every small block of the plain pool, sealed */
    NEAR = 64,   /* how far from the block most damage lies */
};

bool damage_kind(enum op_kind kind)
{
    return kind == OP_WRITE_BEFORE || kind == OP_WRITE_SLACK || kind == OP_FLIP_SLACK ||
           kind == OP_WRITE_FREED || kind == OP_WRITE_GUARD;
}

static unsigned char *clamp(unsigned char *address, unsigned char *low, unsigned char *high)
{
    return address < low ? low : address > high ? high : address;
}

static unsigned char *choose_start(const struct handle *handle, const struct op *op)
{
    unsigned char *low = model_page(handle->address);
    size_t pages = (size_t)(model_guard(handle) - low);
    switch (op->kind) {
    case OP_WRITE_BEFORE: return handle->address - 1 - op->aux % NEAR;
    case OP_WRITE_FREED:
        return op->aux % 2 == 0 ? handle->address + op->aux % (handle->size + 1)
                                : handle->address - HEADER + op->aux / 2 % HEADER;
    case OP_WRITE_GUARD: return low + op->aux * (size_t)HEADER % pages;
    default: return handle->address + handle->size + op->aux % NEAR;
    }
}

/* Freed memory that special pool has not handed out again stays open when it is recycled. */
static bool is_open(const struct model *model, const struct handle *handle)
{
    if (handle->state == HANDLE_LIVE)
        return true;
    if (handle->state != HANDLE_FREED)
        return false;
    return !model->is_verifying ? handle->size < PAGE - 2 * HEADER
                                : model->reuse == PROGRAM_REUSE_RECYCLE && handle->size <= PAGE &&
                                      model_is_still_freed(model, handle);
}

/* The link of an entry that a driver's list keeps: who follows it is the driver. */
static bool hits_kept(const struct model *model, const struct damage_bytes *bytes)
{
    enum { LINK = 8 };
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        for (unsigned j = 0; j < model->lists[i].kept_count; j++) {
            const unsigned char *entry = model->lists[i].kept[j].address;
            if (bytes->start < entry + LINK && entry < bytes->start + bytes->length)
                return true;
        }
    return false;
}

bool damage_plan(const struct model *model, const struct op *op, struct damage_bytes *bytes)
{
    static const unsigned lengths[] = {1, 4, 8, DAMAGE_BYTES_MAX};
    const struct handle *handle = &model->handles[op->handle];
    bool wants_freed = op->kind == OP_WRITE_FREED;
    if (!is_open(model, handle) || wants_freed != (handle->state == HANDLE_FREED))
        return false;
    unsigned char *low = model_page(handle->address);
    unsigned char *high = model_guard(handle);
    unsigned length = op->kind == OP_FLIP_SLACK ? 1 : lengths[op->aux >> 6];
    bytes->start = clamp(choose_start(handle, op), low, high);
    bytes->length =
        (ptrdiff_t)length < high - bytes->start ? length : (unsigned)(high - bytes->start);
    for (unsigned i = 0; i < DAMAGE_BYTES_MAX; i++)
        bytes->mask[i] = (unsigned char)((op->aux * 37u + i * 29u) | 1u);
    if (op->kind == OP_FLIP_SLACK)
        bytes->mask[0] = (unsigned char)(1u << (op->aux & 7));
    return bytes->length > 0 && !hits_kept(model, bytes);
}

/* The bytes may be poisoned under AddressSanitizer; writing them is the point. */
__attribute__((no_sanitize("address"), noinline)) void damage_do(const struct damage_bytes *bytes)
{
    for (unsigned i = 0; i < bytes->length; i++)
        *(volatile unsigned char *)(bytes->start + i) ^= bytes->mask[i];
}

bool damage_hits(const struct handle *handle, const struct damage_bytes *bytes)
{
    return handle->state != HANDLE_EMPTY && bytes->start < handle->address + handle->size &&
           handle->address < bytes->start + bytes->length;
}
