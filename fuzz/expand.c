#include "fuzz/expand.h"

/* Handles that have nothing to lose. */
static unsigned idle_handles(const struct model *model, unsigned wanted, uint8_t *handles)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES && count < wanted; i++)
        if (model->handles[i].state != HANDLE_LIVE)
            handles[count++] = (uint8_t)i;
    return count;
}

/* So many entries of one list are taken, and come back: half the time in the order in which they
 * were taken, half the time the other way round. */
static unsigned list_crowd(const struct model *model, const struct op *op, struct op *parts)
{
    enum { IS_BACKWARD = 0x80 };
    uint8_t handles[EXPAND_ENTRIES_MAX];
    uint8_t list = op->handle % PROGRAM_LISTS;
    if (!model->lists[list].is_initialized)
        return 0;
    unsigned count = idle_handles(model, 1 + op->aux % EXPAND_ENTRIES_MAX, handles);
    for (unsigned i = 0; i < count; i++) {
        unsigned last = (op->aux & IS_BACKWARD) != 0 ? count - 1 - i : i;
        parts[i] = (struct op){.kind = OP_LIST_ALLOC, .handle = handles[i], .aux = list};
        parts[count + i] = (struct op){.kind = OP_LIST_FREE, .handle = handles[last]};
    }
    return 2 * count;
}

unsigned expand(const struct model *model, const struct op *op, struct op *parts)
{
    return op->kind == OP_LIST_CROWD ? list_crowd(model, op, parts) : 0;
}
