/* model_peak.c - between what a peak of bytes must lie: of a tag, and of a class. */
#include "fuzz/model_rules.h"

static void note_change(struct peak_model *peak, const struct count_model *count)
{
    peak->changed += !count->has_changed;
}

static void note_higher(struct peak_model *peak, uint64_t higher)
{
    peak->highs += higher;
    if (peak->highs > peak->most)
        peak->most = peak->highs;
}

static void note_sure(struct peak_model *peak, uint64_t bytes)
{
    if (bytes > peak->sure)
        peak->sure = bytes;
}

static void note_pending(struct peak_model *peak, uint64_t bytes)
{
    if (bytes > peak->pending)
        peak->pending = bytes;
}

uint64_t model_peak_least(const struct peak_model *peak)
{
    return peak->changed == 1 && peak->pending > peak->sure ? peak->pending : peak->sure;
}

/* Special pool knows a tag by one spelling. */
static struct count_model *count_of(struct tag_model *tag, const struct handle *handle)
{
    enum { EXECUTABLE = 1, PROTECTED = 2 };
    bool is_spelled_apart = handle->is_protected && handle->place != PLACE_SPECIAL;
    return &tag->counts[(handle->pool == PROGRAM_POOL_EXECUTE ? EXECUTABLE : 0) +
                        (is_spelled_apart ? PROTECTED : 0)];
}

static bool is_of_pages(const struct handle *handle)
{
    enum { SMALL_MAX = PAGE - UNIT };
    return handle->place == PLACE_SPECIAL || handle->size + model_trailer(handle) > SMALL_MAX;
}

void note_charged(struct model *model, const struct handle *handle, bool has_come)
{
    unsigned class = model_class(handle->pool);
    struct tag_model *tag = &model->tags[handle->tag_index][class];
    struct count_model *count = count_of(tag, handle);
    struct peak_model *both[2] = {&tag->peak, &model->classes[class].peak};
    const uint64_t least[2] = {tag->least_bytes, model->classes[class].least_bytes};
    uint64_t before = count->high;
    count->bytes += has_come ? handle->charge.most : -(uint64_t)handle->charge.most;
    if (count->bytes > count->high)
        count->high = count->bytes;
    for (unsigned i = 0; i < 2; i++) {
        note_change(both[i], count);
        note_higher(both[i], count->high - before);
        if (has_come && both[i]->changed == 1 && is_of_pages(handle))
            note_pending(both[i], least[i]);
    }
    count->has_changed = true;
}

static void begin_again(struct peak_model *peak)
{
    peak->sure = model_peak_least(peak);
    peak->pending = 0;
    peak->highs = 0;
    peak->changed = 0;
}

static void read_counts(struct tag_model *tag, struct peak_model *class)
{
    begin_again(&tag->peak);
    for (unsigned i = 0; i < MODEL_COUNTS; i++) {
        struct count_model *count = &tag->counts[i];
        count->high = count->bytes;
        count->has_changed = false;
        note_higher(&tag->peak, count->bytes);
        note_higher(class, count->bytes);
    }
    note_sure(&tag->peak, tag->least_bytes);
}

void model_note_read(struct model *model)
{
    for (unsigned i = 0; i < MODEL_CLASSES; i++) {
        struct class_model *class = &model->classes[i];
        begin_again(&class->peak);
        for (unsigned j = 0; j < MODEL_TAGS; j++)
            read_counts(&model->tags[j][i], &class->peak);
        note_sure(&class->peak, class->least_bytes);
    }
}
