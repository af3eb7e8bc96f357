/* model_list.c - what must come of lookaside lists, with what they keep and count. Under the
 * verifier nothing is kept: each entry is a block of its own. */
#include "fuzz/model_rules.h"

enum { ENTRY_MIN = 16, ENTRY_TINY = 4, ENTRY_LEAST = 8, DEPTH_LEAST = 4, LOOKS_EVERY = 32 };
enum { BIT_RAISES = 16, BIT_NO_RAISE = 8 };

static struct list_model *list_of(struct model *model, const struct op *op)
{
    return &model->lists[op->handle % PROGRAM_LISTS];
}

static bool is_too_high(const struct model *model, uint8_t pool)
{
    return model->irql > (model_pool_is_paged(pool) ? APC : DISPATCH);
}

/* A list that is not there has no counters to speak of; what is in use is not initialised again. */
static struct expectation expect_init(const struct model *model, const struct op *op)
{
    const struct list_model *list = &model->lists[op->handle % PROGRAM_LISTS];
    if (list->is_initialized)
        return model->is_verifying ? stops(0xC4, 0xCA, 1 | 4 | 8, PARAMETERS(0xCA, 0, 0, 0))
                                   : simply(OUTCOME_SKIP);
    if (op->aux % 8 == 0 && model->is_verifying)
        return stops(0xC4, 0xCD, 1 | 4 | 8, PARAMETERS(0xCD, 0, ENTRY_TINY, ENTRY_LEAST));
    return simply(OUTCOME_SUCCESS);
}

static bool is_init(enum op_kind kind)
{
    return kind == OP_LIST_INIT || kind == OP_LIST_INIT_FORM || kind == OP_LIST_INIT_OWN;
}

struct expectation expect_list(const struct model *model, const struct op *op)
{
    const struct list_model *list = &model->lists[op->handle % PROGRAM_LISTS];
    if (model->irql > APC)
        return simply(OUTCOME_SKIP);
    if (is_init(op->kind))
        return expect_init(model, op);
    if (op->kind == OP_LIST_FLUSH) /* only the new lists have the routine */
        return simply(list->is_initialized && list->form != LIST_OLD ? OUTCOME_SUCCESS
                                                                     : OUTCOME_SKIP);
    if (list->is_initialized || !model->is_verifying)
        return simply(OUTCOME_SUCCESS);
    return stops(0xC4, 0xCB, 1 | 4 | 8, PARAMETERS(0xCB, 0, 0, 0));
}

static struct expectation expect_entry(const struct model *model, const struct op *op)
{
    const struct list_model *list = &model->lists[op->aux % PROGRAM_LISTS];
    if (!list->is_initialized || model->handles[op->handle].state == HANDLE_LIVE ||
        is_too_high(model, list->pool))
        return simply(OUTCOME_SKIP);
    struct expectation expected = simply(OUTCOME_SUCCESS);
    if (list->kept_count > 0) { /* what came last goes first */
        expected.address = list->kept[list->kept_count - 1].address;
        return expected;
    }
    struct handle wanted = model_wanted(model, op);
    enum room room = model_room(model, &wanted);
    bool fails = model->failing != 0 && model->requests + 1 == model->failing;
    struct expectation failure =
        list->raises ? raises(STATUS_WORD_NO_MEMORY) : simply(OUTCOME_NULL);
    if (fails || room == ROOM_NONE)
        expected = failure;
    expected.may_fail = expected.outcome == OUTCOME_SUCCESS && room == ROOM_UNKNOWN;
    expected.failure = failure.outcome;
    expected.failure_status = failure.code;
    expected.is_told = !fails && model_refusal_is_told(model, &wanted);
    expected.requests = model->is_verifying;
    return expected;
}

struct expectation expect_list_block(const struct model *model, const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    if (op->kind == OP_LIST_ALLOC)
        return expect_entry(model, op);
    if (handle->state != HANDLE_LIVE || handle->list < 0 || is_too_high(model, handle->pool))
        return simply(OUTCOME_SKIP);
    const struct list_model *list = &model->lists[handle->list];
    if (!list->is_initialized || list->generation != handle->generation ||
        list->kept_count == MODEL_KEPT_MAX)
        return simply(OUTCOME_SKIP);
    return expect_free_block(model, handle);
}

/* A second in which an entry was asked for so often, and not found. */
static unsigned depth_after(unsigned depth, uint32_t allocates, uint32_t misses)
{
    enum { FEW = 32, HUNDRED = 100, DEPTH_MOST = 256 };
    unsigned half = depth / 2 > DEPTH_LEAST ? depth / 2 : DEPTH_LEAST;
    if (allocates < FEW)
        return half;
    if (misses * HUNDRED < allocates)
        return depth > DEPTH_LEAST ? depth - 1 : DEPTH_LEAST;
    return depth + half < DEPTH_MOST ? depth + half : DEPTH_MOST;
}

/* The list looks at the clock: when it has nothing to give, or no place, and at each 32nd call. Of
 * seconds in which it did not nobody asked for an entry. */
static void follow_demand(const struct model *model, struct list_model *list)
{
    if (model->second == list->second)
        return;
    while (++list->second < model->second)
        list->depth = depth_after(list->depth, 0, 0);
    list->depth = depth_after(list->depth, list->allocates - list->seen_allocates,
                              list->allocate_misses - list->seen_misses);
    if (model->classes[model_class(list->pool)].is_low)
        list->depth = depth_after(list->depth, 0, 0);
    list->seen_allocates = list->allocates;
    list->seen_misses = list->allocate_misses;
}

/* Each kept entry goes back to its pool. */
static void flush(struct model *model, struct list_model *list)
{
    for (unsigned i = 0; i < list->kept_count; i++)
        model_give(model, &list->kept[i]);
    list->kept_count = 0;
}

/* The older lists know no alignment, and paged or not by the routine. */
static uint8_t pool_of_form(uint8_t form, uint8_t pool)
{
    if (form != LIST_OLD)
        return pool;
    return pool == PROGRAM_POOL_NX_ALIGNED      ? PROGRAM_POOL_NX
           : pool == PROGRAM_POOL_PAGED_ALIGNED ? PROGRAM_POOL_PAGED
                                                : pool;
}

/* Which routines are the driver's, and which flags: the upper bits of the handle. */
static void take_own(struct list_model *list, const struct op *op)
{
    enum { ALLOCATES = 1, FREES = 2, FLAGS_SHIFT = 2 };
    enum { FLAGS_NONE, FLAGS_RAISE, FLAGS_NO_RAISE, FORM_OLD };
    enum { OLD_RAISES = 0x80 };
    unsigned variant = op->handle / PROGRAM_LISTS;
    unsigned flags = variant >> FLAGS_SHIFT;
    list->form = flags == FORM_OLD ? LIST_OLD : LIST_EX;
    list->has_own_allocate = (variant & ALLOCATES) != 0;
    list->has_own_free = (variant & FREES) != 0;
    list->raises = flags == FLAGS_RAISE || (flags == FORM_OLD && (op->aux & OLD_RAISES) != 0);
    list->bits = list->raises ? BIT_RAISES : flags == FLAGS_NO_RAISE ? BIT_NO_RAISE : 0;
}

struct list_model model_list_wanted(const struct op *op)
{
    enum { OWN_ROUTINES = 0x80 };
    uint32_t size = model_entry_size(op);
    struct list_model list = {.is_initialized = true,
                              .pool = op->pool,
                              .tag_index = op->tag,
                              .tag = model_tag(op->tag),
                              .size = size < ENTRY_MIN ? ENTRY_MIN : size};
    if (op->kind == OP_LIST_INIT_FORM) {
        bool is_own = (op->aux & OWN_ROUTINES) != 0;
        list.form = is_own ? LIST_EX : LIST_OLD;
        list.has_own_allocate = list.has_own_free = is_own;
    } else if (op->kind == OP_LIST_INIT_OWN) {
        take_own(&list, op);
    }
    return list;
}

static void initialize(const struct model *model, struct list_model *list, const struct op *op)
{
    if (list->is_initialized) { /* again, with what it had: its counters begin anew */
        list->allocates = list->allocate_misses = list->frees = list->free_misses = 0;
    } else {
        uint8_t generation = (uint8_t)(list->generation + 1);
        *list = model_list_wanted(op);
        list->generation = generation;
        list->pool = pool_of_form(list->form, op->pool);
    }
    list->depth = DEPTH_LEAST;
    list->second = model->second;
    list->seen_allocates = list->seen_misses = 0;
}

void apply_list(struct model *model, const struct op *op)
{
    struct list_model *list = list_of(model, op);
    if (is_init(op->kind)) {
        initialize(model, list, op);
        return;
    }
    flush(model, list);
    if (op->kind == OP_LIST_DELETE)
        list->is_initialized = false;
}

void apply_list_alloc(struct model *model, const struct op *op, void *result)
{
    struct list_model *list = &model->lists[op->aux % PROGRAM_LISTS];
    struct handle *handle = &model->handles[op->handle];
    list->allocates++;
    if (list->kept_count == 0 || list->allocates % LOOKS_EVERY == 0)
        follow_demand(model, list);
    if (list->kept_count > 0) {
        *handle = list->kept[--list->kept_count];
        handle->state = HANDLE_LIVE;
        handle->seed = (uint8_t)(op->handle * 7 + op->tag);
        return;
    }
    list->allocate_misses++;
    if (result == NULL)
        return;
    *handle = model_wanted(model, op);
    handle->state = HANDLE_LIVE;
    handle->address = result;
    handle->number = ++model->numbers;
    model_take(model, handle);
    model_note_reuse(model, handle);
}

void apply_list_free(struct model *model, const struct op *op)
{
    struct handle *handle = &model->handles[op->handle];
    struct list_model *list = &model->lists[handle->list];
    bool is_kept = !model->is_verifying && list->kept_count < list->depth;
    list->frees++;
    list->free_misses += !is_kept;
    if (is_kept) { /* the address may come back at any time */
        list->kept[list->kept_count] = *handle;
        list->kept[list->kept_count++].damage = DAMAGE_NONE;
        handle->state = HANDLE_EMPTY;
        return;
    }
    follow_demand(model, list);
    model_note_freed(model, handle);
}
