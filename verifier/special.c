#include "verifier/special.h"

#include "pool/budget.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/quota.h"
#include "pool/tag.h"
#include "verifier/lane.h"
#include "verifier/pattern.h"

#include <string.h>

/* User bytes of larger blocks are left as the system gives them: zeroed, not yet in memory. */
#define FILL_PAGES_MAX 4096

struct special special;

/* The request's wish, as far as the option leaves room for one. */
static unsigned placement_of(const struct request *request)
{
    if (request->placement == PLACEMENT_START)
        return OPTION_VERIFY_START;
    if (request->placement == PLACEMENT_END && special.placement == OPTION_VERIFY_START)
        return OPTION_VERIFY_END;
    return special.placement;
}

static struct slot_facts facts_of_request(const struct request *request, uint32_t unit)
{
    return (struct slot_facts){
        .size_bytes = request->size_bytes & SLOT_SIZE_MAX,
        .state = SLOT_LIVE,
        .irql_allocated = irql_current & 15u,
        .kind = (unsigned)request->kind & 3u,
        .placement = placement_of(request) & 3u,
        .alignment_log2 = request->alignment_log2 & 31u,
        .is_malloc = request->is_malloc,
        .fill = slot_fill(special.seed, unit) & 63u,
    };
}

/* One page, open: a resting slot, a ready one, or the next of the lane. */
static uint32_t take_one(struct lane *lane, const struct request *request)
{
    uint32_t unit = special.is_recycling ? lane_wake(lane) : UNIT_NONE;
    if (unit != UNIT_NONE) {
        special_judge_resting(unit, request->frame);
        return unit;
    }
    if (lane->ready_count > 0)
        return lane->ready[--lane->ready_count];
    unit = lane_next(lane, 1, 1);
    if (unit == UNIT_NONE || !space.tier->open(space_data(unit), PAGE_BYTES, lane->is_executable))
        return UNIT_NONE;
    return unit;
}

/* Units apart at which a block so aligned may begin. */
static uint32_t alignment_units(const struct request *request)
{
    size_t alignment = (size_t)1 << request->alignment_log2;
    return alignment <= UNIT_BYTES ? 1 : (uint32_t)(alignment / UNIT_BYTES);
}

static uint32_t take_many(struct lane *lane, const struct request *request, size_t pages)
{
    size_t units = slot_units(request->size_bytes);
    if (units > REGION_BLOCK_UNITS_MAX)
        return regions_take_large(units, pages * PAGE_BYTES, lane->is_executable);
    uint32_t unit = lane_next(lane, (uint32_t)units, alignment_units(request));
    if (unit == UNIT_NONE ||
        !space.tier->open(space_data(unit), pages * PAGE_BYTES, lane->is_executable))
        return UNIT_NONE;
    return unit;
}

static bool reserve_pages(size_t pages)
{
    if (LIKELY(counter_add(&counter_shared.live_pages, pages) <= special.pages_max))
        return true;
    counter_take(&counter_shared.live_pages, pages);
    return false;
}

static void fill_around(struct slot_facts facts, unsigned char *data, bool zero)
{
    size_t pages = slot_pages(facts.size_bytes);
    unsigned char *block = slot_block(facts, data);
    unsigned char *end = data + pages * PAGE_BYTES;
    unsigned char *slack = block + facts.size_bytes;
    if (pages <= FILL_PAGES_MAX) {
        pattern_fill(data, pages * PAGE_BYTES, slot_fill_byte(facts));
        if (zero)
            memset(block, 0, facts.size_bytes);
    } else {
        pattern_fill(data, (size_t)(block - data), slot_fill_byte(facts));
        pattern_fill(slack, (size_t)(end - slack), slot_fill_byte(facts));
    }
    pattern_poison(data, (size_t)(block - data));
    pattern_poison(slack, (size_t)(end - slack));
}

static void count_live(size_t size_bytes)
{
    counter_add(&counter_shared.live_bytes, size_bytes);
    counter_peak(&counter_shared.peak_blocks, counter_add(&counter_shared.live_blocks, 1));
}

/* Tails first: once the head says LIVE the block can be found from every page. */
static void write_slots(uint32_t unit, struct slot_facts facts, const struct request *request)
{
    struct slot *slot = space_slot(unit);
    size_t units = slot_units(facts.size_bytes);
    uint32_t step = space_tail_step(units);
    for (uint32_t i = step; i < units; i += step)
        slot_set(space_slot(unit + i), (struct slot_facts){.state = SLOT_TAIL, .size_bytes = i});
    SLOT_WRITE(slot->tag, request->tag);
    SLOT_WRITE(slot->allocated_stack, stack_record(request->frame));
    SLOT_WRITE(slot->freed_stack, 0);
    SLOT_WRITE(slot->thread_allocated, lanes_mine()->thread);
    SLOT_WRITE(slot->allocated_ms, (uint32_t)(os_clock_ms() - special.started_ms));
    SLOT_WRITE(slot->number, (uint32_t)counter_add(&counter_shared.allocations_special_pool, 1));
    slot_set(slot, facts);
    size_t in_region = units < REGION_UNITS ? units : REGION_UNITS;
    atomic_fetch_add_explicit(&space_region(unit)->live, (uint32_t)in_region, memory_order_relaxed);
}

enum special_answer special_allocate(const struct request *request, void **block)
{
    size_t pages = slot_pages(request->size_bytes);
    size_t units = slot_units(request->size_bytes);
    *block = NULL;
    if (request->size_bytes > SLOT_SIZE_MAX || pages > special.pages_max || units > space.units ||
        request->alignment_log2 > SLOT_ALIGNMENT_LOG2_MAX)
        return SPECIAL_TOO_LARGE;
    struct lanes *mine = lanes_mine();
    if (mine == NULL || !reserve_pages(pages))
        return SPECIAL_FULL;
    if (!budget_charge(budget_meter_of(request->kind), pages)) {
        counter_take(&counter_shared.live_pages, pages);
        return SPECIAL_REFUSED;
    }
    struct lane *lane = &mine->lane[request->kind == POOL_NONPAGED_EXECUTE];
    bool fits_any = units == 1 && alignment_units(request) == 1;
    uint32_t unit = fits_any ? take_one(lane, request) : take_many(lane, request, pages);
    if (UNLIKELY(unit == UNIT_NONE)) {
        counter_take(&counter_shared.live_pages, pages);
        budget_refund(budget_meter_of(request->kind), pages);
        return SPECIAL_FULL;
    }
    struct slot_facts facts = facts_of_request(request, unit);
    fill_around(facts, space_data(unit), request->zero);
    write_slots(unit, facts, request);
    count_live(facts.size_bytes);
    tag_charge(tag_without_protection(request->tag), request->kind, pages * PAGE_BYTES);
    budget_settle();
    *block = slot_block(facts, space_data(unit));
    return SPECIAL_SERVED;
}

/* Ready for its next block. It still tells of its last one, unless that had more units than this:
 * they are handed out on their own from now on. */
static void make_ready(struct slot *slot)
{
    struct slot_facts facts = slot_facts(slot);
    if (slot_units(facts.size_bytes) > 1) {
        facts.size_bytes = 0;
        facts.is_malloc = false;
    }
    facts.state = SLOT_READY;
    slot_set(slot, facts);
}

/* The dead block's page becomes the lane's next ready one; false: close it the other way. */
static bool move_on(struct lane *lane, unsigned char *data)
{
    if (space.tier->move == NULL || lane->ready_count == LANE_READY_MAX)
        return false;
    uint32_t next = lane_next(lane, 1, 1);
    if (next == UNIT_NONE)
        return false;
    bool moved = space.tier->move(space_data(next), data);
    if (!moved && !space.tier->open(space_data(next), PAGE_BYTES, lane->is_executable))
        return false;
    make_ready(space_slot(next));
    lane->ready[lane->ready_count++] = next;
    return moved;
}

/* Makes the pages inaccessible, or leaves the one page open under a pattern. */
static enum slot_state close_pages(uint32_t unit, struct slot_facts facts, bool may_rest)
{
    unsigned char *data = space_data(unit);
    size_t pages = slot_pages(facts.size_bytes);
    size_t units = slot_units(facts.size_bytes);
    struct lanes *mine = lanes_mine();
    struct lane *lane = mine == NULL ? NULL : &mine->lane[facts.kind == POOL_NONPAGED_EXECUTE];
    if (may_rest && special.is_recycling && units == 1 && lane != NULL && lane_rest(lane, unit)) {
        pattern_fill(data, PAGE_BYTES, SLOT_FREED_FILL);
        pattern_poison(data, PAGE_BYTES);
        return SLOT_RESTING;
    }
    pattern_unpoison(data, pages * PAGE_BYTES);
    if (units > REGION_BLOCK_UNITS_MAX)
        regions_close_large(unit, units);
    else if (pages > 1 || lane == NULL || !move_on(lane, data))
        INVARIANT(space.tier->close(data, pages * PAGE_BYTES));
    return SLOT_DEAD;
}

/* The state changes last: until then no lane takes the unit. */
static void retire(uint32_t unit, const void *frame, bool may_rest)
{
    struct slot *slot = space_slot(unit);
    struct slot_facts facts = slot_facts(slot);
    size_t pages = slot_pages(facts.size_bytes);
    size_t units = slot_units(facts.size_bytes);
    struct lanes *mine = lanes_mine();
    SLOT_WRITE(slot->freed_stack, frame == NULL ? 0 : stack_record(frame));
    SLOT_WRITE(slot->thread_freed, mine == NULL ? 0 : mine->thread);
    quota_return(slot_block(facts, space_data(unit)));
    tag_refund(tag_without_protection(SLOT_READ(slot->tag)), (enum pool_kind)facts.kind,
               pages * PAGE_BYTES);
    facts.state = (unsigned)close_pages(unit, facts, may_rest) & 7u;
    uint32_t step = space_tail_step(units);
    for (uint32_t i = step; i < units; i += step)
        slot_set_state(space_slot(unit + i), SLOT_TAIL_DEAD);
    slot_set(slot, facts);
    size_t in_region = units < REGION_UNITS ? units : REGION_UNITS;
    atomic_fetch_sub_explicit(&space_region(unit)->live, (uint32_t)in_region, memory_order_relaxed);
    counter_take(&counter_shared.live_blocks, 1);
    counter_take(&counter_shared.live_bytes, facts.size_bytes);
    counter_take(&counter_shared.live_pages, pages);
    COUNT(frees);
    budget_refund(budget_meter_of((enum pool_kind)facts.kind), pages);
    budget_settle();
}

bool special_free(const struct release *release)
{
    if (!space_has(release->address))
        return false;
    uint32_t unit = special_head(release->address);
    if (!special_judge(release, unit))
        return true;
    special_judge_pattern(unit, release->address, release->frame);
    retire(unit, release->frame, true);
    return true;
}

void special_each_live(void (*take)(uint32_t unit, void *context), void *context)
{
    uint32_t end = space.had_large ? space.region_count : space.touched;
    for (uint32_t i = 0; i < end; i++) {
        struct region *region = &space.regions[i];
        if (atomic_load_explicit(&region->live, memory_order_relaxed) == 0)
            continue;
        uint32_t used = atomic_load_explicit(&region->used, memory_order_acquire);
        uint32_t first = i * REGION_UNITS;
        /* A large block's stretch has but one slot in use. */
        uint32_t end_unit = first + (region->is_large ? 1 : used);
        for (uint32_t unit = first; unit < end_unit; unit++)
            if (slot_is_live(space_slot(unit)))
                take(unit, context);
    }
}

struct taker {
    live_take *take;
    void *context;
};

static void take_unit(uint32_t unit, void *context)
{
    const struct taker *taker = context;
    const struct slot *slot = space_slot(unit);
    struct slot_facts facts = slot_facts(slot);
    struct live_block live = {
        .address = slot_block(facts, space_data(unit)),
        .size_bytes = slot_pages(facts.size_bytes) * PAGE_BYTES,
        .tag = tag_without_protection(SLOT_READ(slot->tag)),
        .kind = (enum pool_kind)facts.kind,
        .stack = SLOT_READ(slot->allocated_stack),
        .is_big = facts.size_bytes >= PAGE_BYTES,
    };
    taker->take(&live, taker->context);
}

void special_each_block(live_take *take, void *context)
{
    struct taker taker = {take, context};
    special_each_live(take_unit, &taker);
}

struct sweep {
    const void *frame;
    size_t count;
};

static void sweep_one(uint32_t unit, void *context)
{
    struct sweep *sweep = context;
    sweep->count++;
    special_judge_pattern(unit, slot_block(slot_facts(space_slot(unit)), space_data(unit)),
                          sweep->frame);
}

static void sweep_resting(struct lane *lane, void *context)
{
    const struct sweep *sweep = context;
    for (uint32_t i = 0; i < lane->resting_count; i++)
        special_judge_resting(lane->resting[(lane->resting_first + i) % LANE_RESTING_MAX],
                              sweep->frame);
}

size_t special_sweep(const void *frame)
{
    struct sweep sweep = {.frame = frame};
    special_each_live(sweep_one, &sweep);
    lanes_each(sweep_resting, &sweep);
    return sweep.count;
}

static void reset_one(uint32_t unit, void *context)
{
    size_t *count = context;
    if (!slot_claim(space_slot(unit), slot_word(space_slot(unit))))
        return;
    retire(unit, NULL, true);
    (*count)++;
}

size_t special_reset(void)
{
    size_t count = 0;
    if (counter_get(&counter_shared.live_blocks) > 0)
        special_each_live(reset_one, &count);
    return count;
}
