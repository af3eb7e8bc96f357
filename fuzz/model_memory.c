/* model_memory.c - what blocks cost and who pays: tags, processes, the limits of a class. */
#include "fuzz/model_rules.h"

#include <string.h>

enum { HEADER = 16, SMALL_MAX = PAGE - HEADER, UNITS_PAGE = PAGE / UNIT, TRAILER_LEAST = 8 };
enum { ALIGNED_MORE = 2 * LINE, ALIGNED_SMALL_MAX = PAGE - 3 * LINE, PERCENT = 100 };

static uint32_t round_up_to(uint32_t bytes, uint32_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

unsigned model_class(uint8_t pool)
{
    return model_pool_is_paged(pool);
}

static uint32_t trailer_of(enum place place, uint32_t size)
{
    return place == PLACE_TRACKED ? round_up_to(size + TRAILER_LEAST, UNIT) - size : 0;
}

uint32_t model_trailer(const struct handle *handle)
{
    return trailer_of(handle->place, handle->size);
}

/* Rounded to 16 and a header, or whole pages; nothing is left over that no block could use. */
struct charge model_charge(enum place place, uint8_t pool, uint32_t size)
{
    uint32_t bytes = (size > 0 ? size : 1) + trailer_of(place, size);
    uint32_t pages = round_up_to(bytes, PAGE);
    if (place == PLACE_SPECIAL || bytes > SMALL_MAX)
        return (struct charge){pages, pages};
    if (model_pool_is_aligned(pool)) {
        uint32_t lines = round_up_to(bytes, LINE);
        uint32_t most = lines + HEADER + ALIGNED_MORE;
        return (struct charge){lines + HEADER < PAGE ? lines + HEADER : PAGE,
                               lines > ALIGNED_SMALL_MAX || most > PAGE ? PAGE : most};
    }
    uint32_t charged = round_up_to(bytes, UNIT) + HEADER;
    if (charged == PAGE - UNIT)
        charged = PAGE;
    return (struct charge){charged, charged};
}

uint64_t model_limit_pages(enum program_limit limit)
{
    static const uint64_t pages[PROGRAM_LIMIT_COUNT] = {UINT64_MAX, 256, 64, 12};
    return pages[limit];
}

enum program_limit model_program_limit(const struct program *program)
{
    return program->failing == 0 ? (enum program_limit)program->limit : PROGRAM_LIMIT_NONE;
}

size_t model_process_limit(unsigned process, unsigned pool_class)
{
    static const size_t limits[PROGRAM_PROCESSES][MODEL_CLASSES] = {
        {SIZE_MAX, SIZE_MAX}, {SIZE_MAX, SIZE_MAX}, {8192, 2048}, {256, 0}};
    return limits[process][pool_class];
}

static bool is_selected(const struct model *model, const struct handle *wanted)
{
    enum { TAGS_SELECTED = 5, SIZE_LEAST = 17, SIZE_MOST = 512 };
    switch (model->special) {
    case PROGRAM_SPECIAL_NONE: return false;
    case PROGRAM_SPECIAL_TAGS: return wanted->tag_index < TAGS_SELECTED;
    case PROGRAM_SPECIAL_SIZES: return wanted->size >= SIZE_LEAST && wanted->size <= SIZE_MOST;
    default: return true;
    }
}

static enum place place_of(const struct model *model, const struct handle *wanted, unsigned traits)
{
    if (!model->is_verifying)
        return PLACE_POOL;
    if ((traits & TRAIT_SPECIAL) != 0 || (model->is_special && is_selected(model, wanted)))
        return PLACE_SPECIAL;
    return model->is_tracking ? PLACE_TRACKED : PLACE_POOL;
}

static uint8_t side_of(const struct model *model, unsigned traits)
{
    if ((traits & TRAIT_AT_START) != 0)
        return PROGRAM_VERIFY_START;
    if ((traits & TRAIT_AT_END) != 0 && model->verify != PROGRAM_VERIFY_EXACT)
        return PROGRAM_VERIFY_END;
    return model->verify;
}

/* What a process pays: the block with its header; pages of its own are free of charge. */
static uint32_t quota_of(const struct model *model, const struct handle *wanted, unsigned traits)
{
    if ((traits & TRAIT_CHARGED) == 0 || model->process == 0 || wanted->size > SMALL_MAX)
        return 0;
    uint32_t size = wanted->size > 0 ? wanted->size : 1;
    uint32_t bytes = model_pool_is_aligned(wanted->pool) ? round_up_to(size, LINE) + ALIGNED_MORE
                                                         : round_up_to(size, UNIT) + HEADER;
    return bytes <= PAGE ? bytes : 0;
}

struct handle model_wanted(const struct model *model, const struct op *op)
{
    bool from_list = op->kind == OP_LIST_ALLOC;
    const struct list_model *list = &model->lists[op->aux % PROGRAM_LISTS];
    unsigned traits = from_list ? 0 : form_of(op)->traits;
    uint8_t index = from_list ? list->tag_index : model_tag_index(op);
    struct handle wanted = {
        .size = model_size(model, op),
        .tag = from_list ? list->tag : model_tag(index),
        .tag_index = index,
        .pool = model_pool(model, op),
        .seed = (uint8_t)(op->handle * 7 + op->tag),
        .process = model->process,
        .side = side_of(model, traits),
        .is_protected = (traits & TRAIT_PROTECTED) != 0,
        .list = (int8_t)(from_list ? op->aux % PROGRAM_LISTS : -1),
        .generation = list->generation,
    };
    wanted.place = place_of(model, &wanted, traits);
    wanted.charge = model_charge(wanted.place, wanted.pool, wanted.size);
    wanted.quota = quota_of(model, &wanted, traits);
    return wanted;
}

static void note_peak(struct process_model *process, unsigned class)
{
    if (process->used[class] > process->peak[class])
        process->peak[class] = process->used[class];
    if (process->used[class] > process->peak_most[class])
        process->peak_most[class] = process->used[class];
}

/* Charged, then no memory was left: returned. */
void model_fail(struct model *model, const struct handle *wanted)
{
    unsigned class = model_class(wanted->pool);
    struct process_model *process = &model->processes[wanted->process];
    size_t most = process->used[class] + wanted->quota;
    if (most <= model_process_limit(wanted->process, class) && most > process->peak_most[class])
        process->peak_most[class] = most;
}

/* Two pages a unit, one more page than the block has. */
static void walk(struct model *model, const struct handle *handle)
{
    uint64_t pages = handle->charge.most / PAGE;
    model->walked[handle->pool == PROGRAM_POOL_EXECUTE] += (uint32_t)(pages + 2) / 2;
}

void model_take(struct model *model, const struct handle *handle)
{
    unsigned class = model_class(handle->pool);
    struct tag_model *tag = &model->tags[handle->tag_index][class];
    struct process_model *process = &model->processes[handle->process];
    tag->allocations++;
    tag->least_bytes += handle->charge.least;
    if (tag->least_bytes > tag->peak_bytes)
        tag->peak_bytes = tag->least_bytes;
    tag->most_bytes += handle->charge.most;
    model->classes[class].least_bytes += handle->charge.least;
    note_charged(model, handle, true);
    note_verified(model, handle, true);
    if (handle->quota > 0) {
        process->used[class] += handle->quota;
        note_peak(process, class);
    }
    if (handle->place == PLACE_SPECIAL) {
        walk(model, handle);
        struct class_model *pages = &model->classes[class];
        pages->special_pages += handle->charge.most / PAGE;
        if (pages->special_pages > pages->peak_pages)
            pages->peak_pages = pages->special_pages;
        model->special_count++;
        model->special_allocations++;
        if (model->special_count > model->special_peak)
            model->special_peak = model->special_count;
    } else {
        model->classes[class].is_mixed = true;
    }
}

void model_give(struct model *model, const struct handle *handle)
{
    unsigned class = model_class(handle->pool);
    struct tag_model *tag = &model->tags[handle->tag_index][class];
    tag->frees++;
    tag->least_bytes -= handle->charge.least;
    tag->most_bytes -= handle->charge.most;
    model->classes[class].least_bytes -= handle->charge.least;
    note_charged(model, handle, false);
    model->processes[handle->process].used[class] -= handle->quota;
    note_verified(model, handle, false);
    model->tracked_frees += handle->place == PLACE_TRACKED;
    if (handle->place == PLACE_SPECIAL) {
        walk(model, handle);
        model->classes[class].special_pages -= handle->charge.most / PAGE;
        model->special_count--;
        if (handle->charge.most == PAGE)
            model->rests[handle->pool == PROGRAM_POOL_EXECUTE]++;
    }
}

uint64_t model_part_of(uint64_t pages, unsigned percent)
{
    return pages / PERCENT * percent + pages % PERCENT * percent / PERCENT;
}

/* Pages that blocks in normal pool need at least, and at most: the most is one a block. */
static void count_normal(const struct model *model, unsigned class, uint64_t *least, uint64_t *most)
{
    uint64_t small_bytes = 0;
    *least = 0;
    *most = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state != HANDLE_LIVE || handle->place == PLACE_SPECIAL ||
            model_class(handle->pool) != class)
            continue;
        bool is_big = handle->charge.least >= PAGE;
        *least += is_big ? handle->charge.least / PAGE : 0;
        *most += is_big ? handle->charge.most / PAGE : 1;
        small_bytes += is_big ? 0 : handle->charge.least;
    }
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        if (model_class(model->lists[i].pool) == class)
            *most += model->lists[i].kept_count;
    *least += (small_bytes + PAGE - 1) / PAGE;
}

/* Ten, or two, in a hundred pages are for those that matter more. */
static enum room room_left(const struct class_model *class, unsigned traits)
{
    enum { LOW_PERCENT = 10, EXHAUSTED_PERCENT = 2 };
    unsigned percent = (traits & TRAIT_MODEST) != 0   ? LOW_PERCENT
                       : (traits & TRAIT_NORMAL) != 0 ? EXHAUSTED_PERCENT
                                                      : 0;
    if (percent == 0)
        return ROOM_ENOUGH;
    if (class->used_pages == UINT64_MAX)
        return ROOM_UNKNOWN;
    uint64_t limit = class->limit_pages;
    uint64_t left = class->used_pages < limit ? limit - class->used_pages : 0;
    return left < model_part_of(limit, percent) ? ROOM_NONE : ROOM_ENOUGH;
}

/* What fits beside what is in use is served. Special pool's pages are counted exactly while normal
 * pool was not asked; what normal pool's caches keep is known to nobody outside, and given back
 * when a request would fail for it. */
static enum room room_for(const struct model *model, const struct handle *wanted, unsigned count)
{
    const struct class_model *class = &model->classes[model_class(wanted->pool)];
    if (class->limit_pages == UINT64_MAX)
        return ROOM_ENOUGH;
    uint64_t limit = class->limit_pages;
    uint64_t normal_least = 0;
    uint64_t normal_most = 0;
    count_normal(model, model_class(wanted->pool), &normal_least, &normal_most);
    uint64_t used = class->base_pages + class->special_pages;
    uint64_t need =
        count * (uint64_t)(wanted->charge.most >= PAGE ? wanted->charge.most / PAGE : 1);
    if (class->used_pages != UINT64_MAX && class->used_pages + need <= limit)
        return ROOM_ENOUGH;
    bool is_exact = wanted->place == PLACE_SPECIAL && !class->is_mixed;
    if (wanted->charge.least >= PAGE && used + normal_least + need > limit)
        return ROOM_NONE;
    if (is_exact)
        return ROOM_ENOUGH;
    bool is_trimmed = wanted->place != PLACE_SPECIAL && model->irql < DISPATCH;
    bool is_enough = is_trimmed && used + normal_most + need <= limit;
    return is_enough ? ROOM_ENOUGH : ROOM_UNKNOWN;
}

enum room model_room(const struct model *model, const struct handle *wanted)
{
    return room_for(model, wanted, 1);
}

enum room model_room_left(const struct model *model, const struct handle *wanted, unsigned traits)
{
    const struct class_model *class = &model->classes[model_class(wanted->pool)];
    return class->limit_pages == UINT64_MAX ? ROOM_ENOUGH : room_left(class, traits);
}

bool model_refusal_is_told(const struct model *model, const struct handle *wanted)
{
    const struct class_model *class = &model->classes[model_class(wanted->pool)];
    return class->limit_pages != UINT64_MAX && wanted->charge.most <= class->limit_pages * PAGE;
}

enum room model_room_for_many(const struct model *model, const struct handle *wanted,
                              unsigned count)
{
    return room_for(model, wanted, count);
}

/* By hand: aux % 4 of the first two charges, of the third returns. */
struct expectation expect_charge(const struct model *model, const struct op *op)
{
    enum { RAISING = 1, RETURN = 2 };
    unsigned number = op->handle % PROGRAM_PROCESSES;
    unsigned class = model_class(op->pool);
    const struct process_model *process = &model->processes[number];
    if (!process->is_open || model->irql > APC)
        return simply(OUTCOME_SKIP);
    size_t limit = model_process_limit(number, class);
    if ((op->aux & RETURN) == 0) {
        if (number == 0 || (op->size <= limit && process->used[class] <= limit - op->size))
            return simply(OUTCOME_SUCCESS);
        return (op->aux & RAISING) != 0 ? raises(STATUS_WORD_OVER_QUOTA) : simply(OUTCOME_NULL);
    }
    if (number == 0 || op->size <= process->by_hand[class])
        return simply(OUTCOME_SUCCESS);
    /* What blocks are charged with is theirs to return. */
    return op->size > process->used[class] ? raises(STATUS_WORD_OVER_QUOTA) : simply(OUTCOME_SKIP);
}

void apply_charge(struct model *model, const struct op *op, const struct expectation *expected)
{
    enum { RETURN = 2 };
    unsigned class = model_class(op->pool);
    struct process_model *process = &model->processes[op->handle % PROGRAM_PROCESSES];
    if (expected->outcome != OUTCOME_SUCCESS || op->handle % PROGRAM_PROCESSES == 0)
        return;
    if ((op->aux & RETURN) != 0) {
        process->used[class] -= op->size;
        process->by_hand[class] -= op->size;
        return;
    }
    process->used[class] += op->size;
    process->by_hand[class] += op->size;
    note_peak(process, class);
}
