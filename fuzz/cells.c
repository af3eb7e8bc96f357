#include "fuzz/cells.h"

#include <inttypes.h>

enum { FLAGS = 6, PLACES = 6, KIND_LEAK = OP_KIND_COUNT };

static uint64_t counts[OP_KIND_COUNT + 1][FLAGS][PLACES][2];

static const char *const flag_words[FLAGS] = {"plain",          "plain/raised", "recycle",
                                              "recycle/raised", "protect",      "protect/raised"};
static const char *const place_words[PLACES] = {"none", "normal", "tracked",
                                                "end",  "start",  "exact"};

static unsigned flags_of(const struct model *model)
{
    enum { APC = 1, RECYCLE = 2, PROTECT = 4 };
    unsigned mode = !model->is_verifying                    ? 0
                    : model->reuse == PROGRAM_REUSE_RECYCLE ? RECYCLE
                                                            : PROTECT;
    return mode + (model->irql > APC);
}

static unsigned place_of(const struct handle *handle)
{
    enum { NONE, NORMAL, TRACKED, END };
    if (handle == NULL || handle->state == HANDLE_EMPTY)
        return NONE;
    if (handle->place != PLACE_SPECIAL)
        return handle->place == PLACE_TRACKED ? TRACKED : NORMAL;
    return END + handle->side;
}

void cells_count(const struct model *model, const struct op *op, const struct expectation *expected,
                 bool is_found)
{
    bool has_handle = op != NULL && (op_rows[op->kind].fields & FIELD_HANDLE) != 0;
    const struct handle *handle = expected->about;
    if (handle == NULL && has_handle)
        handle = &model->handles[op->handle];
    uint64_t *cell = counts[op != NULL ? op->kind : KIND_LEAK][flags_of(model)][place_of(handle)];
    cell[0]++;
    cell[1] += is_found;
}

void cells_write(FILE *file)
{
    for (unsigned kind = 0; kind <= KIND_LEAK; kind++)
        for (unsigned flags = 0; flags < FLAGS; flags++)
            for (unsigned place = 0; place < PLACES; place++) {
                const uint64_t *cell = counts[kind][flags][place];
                if (cell[0] > 0)
                    fprintf(file, "cell %s %s %s %" PRIu64 " %" PRIu64 "\n",
                            kind == KIND_LEAK ? "leak" : op_rows[kind].name, flag_words[flags],
                            place_words[place], cell[0], cell[1]);
            }
}
