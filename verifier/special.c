#include "verifier/special.h"

#include "pool/budget.h"
#include "pool/cache.h"
#include "pool/counters.h"
#include "pool/mix.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/tag.h"
#include "pool/unwind.h"
#include "verifier/lane.h"
#include "verifier/pattern.h"

#include <string.h>

enum {
    CREDIT_PAGES = 64,     /* so much of the budget a thread takes in advance */
    NUMBERS_A_LANE = 64,   /* so many numbers of allocations */
    FILL_BYTES_MAX = 4096, /* of a block that is not zeroed; the rest is as the system gives it */
};

struct special special;

/* Where in a page a return address lies no loader changes. */
unsigned special_side(const struct request *request)
{
    enum { SIDE_BIT = 40 };
    unsigned placement = RACY_READ(special.placement);
    if (placement != OPTION_VERIFY_ALTERNATE)
        return placement;
    uint64_t site = unwind_caller(request->frame) & (PAGE_BYTES - 1);
    uint64_t mixed = (RACY_READ(special.seed) * 2 + 1 + site) * MIX_FACTOR;
    mixed = (mixed ^ mixed >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return mixed >> SIDE_BIT & 1 ? OPTION_VERIFY_START : OPTION_VERIFY_END;
}

/* The request's wish, as far as the option leaves room for one. */
static unsigned placement_of(const struct request *request)
{
    if (request->placement == PLACEMENT_START)
        return OPTION_VERIFY_START;
    if (request->placement == PLACEMENT_END && RACY_READ(special.placement) != OPTION_VERIFY_EXACT)
        return OPTION_VERIFY_END;
    return special_side(request);
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
        .family = request->is_malloc ? (request->family + 1u) & 3u : 0,
        .fill = slot_fill(RACY_READ(special.seed), unit) & 63u,
    };
}

static uint32_t open_units(const struct lane *lane, uint32_t unit, uint32_t units, size_t pages)
{
    if (LIKELY(space.tier->open(space_data(unit), pages * PAGE_BYTES, lane->is_executable)))
        return unit;
    lane_return(unit, units);
    return UNIT_NONE;
}

/* One page, open: a resting slot, a ready one, or the next of the lane. `is_zero` becomes true when
 * nobody had it before. */
static uint32_t take_one(struct lane *lane, const struct request *request, bool *is_zero)
{
    uint32_t unit = RACY_READ(special.is_recycling) ? lane_wake(lane) : UNIT_NONE;
    if (unit != UNIT_NONE) {
        special_judge_resting(unit, request->frame);
        return unit;
    }
    if (lane->ready.ones_count > 0 || (space.tier->open_ahead != NULL && ready_ahead(lane)))
        return ready_take(&lane->ready);
    unit = lane_next(lane, 1, 1);
    *is_zero = true;
    return unit == UNIT_NONE ? UNIT_NONE : open_units(lane, unit, 1, 1);
}

/* Units apart at which a block so aligned may begin. */
static uint32_t alignment_units(const struct request *request)
{
    size_t alignment = (size_t)1 << request->alignment_log2;
    return alignment <= UNIT_BYTES ? 1 : (uint32_t)(alignment / UNIT_BYTES);
}

static uint32_t take_many(struct lane *lane, const struct request *request, size_t pages,
                          bool *is_zero)
{
    size_t units = slot_units(request->size_bytes);
    bool fits_any = alignment_units(request) == 1;
    uint32_t ready = fits_any ? ready_take_run(&lane->ready, pages) : UNIT_NONE;
    if (ready != UNIT_NONE)
        return ready;
    *is_zero = true;
    if (units > REGION_BLOCK_UNITS_MAX)
        return regions_take_large(units, pages * PAGE_BYTES, lane->is_executable);
    uint32_t unit = lane_next(lane, (uint32_t)units, alignment_units(request));
    return unit == UNIT_NONE ? UNIT_NONE : open_units(lane, unit, (uint32_t)units, pages);
}

/* Of the blocks in use, what this thread's row says: below zero where others' were freed. */
static int64_t live_of_thread(void)
{
    const struct expool_counter_row *row = counters_mine;
    return (int64_t)counter_get(row != NULL ? &row->live_blocks : &counter_shared.live_blocks);
}

/* While this row was at its highest the others are taken to have been as they are now: exact for
 * one thread, close for several. */
void special_note_peak(void)
{
    struct lanes *mine = lanes_mine();
    int64_t live = (int64_t)COUNTED(live_blocks);
    int64_t above = mine == NULL ? 0 : mine->high_blocks - live_of_thread();
    int64_t most = live + (above > 0 ? above : 0);
    counter_peak(&counter_shared.peak_blocks, most > 0 ? (uint64_t)most : 0);
    if (mine != NULL)
        mine->high_blocks = live_of_thread();
}

/* Takes from the budget in advance, so that threads seldom meet there; near its end only what is
 * needed. */
static NOINLINE bool take_credit(struct lanes *mine, size_t pages)
{
    special_note_peak();
    for (size_t wanted = pages + CREDIT_PAGES;; wanted = pages) {
        uint64_t taken =
            atomic_fetch_add_explicit(&special.pages_taken, wanted, memory_order_relaxed);
        if (LIKELY(taken + wanted <= RACY_READ(special.pages_max))) {
            mine->credit_pages += wanted;
            return true;
        }
        atomic_fetch_sub_explicit(&special.pages_taken, wanted, memory_order_relaxed);
        if (wanted == pages)
            return false;
    }
}

static bool reserve_pages(struct lanes *mine, size_t pages)
{
    if (UNLIKELY(mine->credit_pages < pages) && !take_credit(mine, pages))
        return false;
    mine->credit_pages -= pages;
    return true;
}

void special_return_pages(struct lanes *mine, size_t pages)
{
    size_t back = pages;
    if (LIKELY(mine != NULL)) {
        mine->credit_pages += pages;
        if (LIKELY(mine->credit_pages <= (uint64_t)2 * CREDIT_PAGES))
            return;
        back = mine->credit_pages - CREDIT_PAGES;
        mine->credit_pages = CREDIT_PAGES;
    }
    atomic_fetch_sub_explicit(&special.pages_taken, back, memory_order_relaxed);
}

/* What goes into a block. NOTHING: it is of zeros already. */
enum fill { FILL_PATTERN, FILL_ZERO, FILL_NOTHING };

static enum fill fill_of(const struct request *request, bool is_zero)
{
    if (!request->zero)
        return FILL_PATTERN;
    return is_zero ? FILL_NOTHING : FILL_ZERO;
}

/* Margins and block lie one behind the other. */
static void fill_around(struct slot_facts facts, unsigned char *data, unsigned char *block,
                        enum fill wanted)
{
    size_t pages = slot_pages(facts.size_bytes);
    unsigned char *end = data + pages * PAGE_BYTES;
    struct slot_margins margins = slot_margins(facts, data, block, RACY_READ(special.reach));
    unsigned char fill = slot_fill_byte(facts);
    checker_open(data, (size_t)(end - data), true);
    if (LIKELY(wanted == FILL_PATTERN && pages == 1)) {
        memset(margins.front, fill, margins.front_bytes + facts.size_bytes + margins.slack_bytes);
    } else {
        memset(margins.front, fill, margins.front_bytes);
        if (wanted == FILL_ZERO)
            memset(block, 0, facts.size_bytes);
        if (wanted == FILL_PATTERN)
            memset(block, fill, FILL_BYTES_MAX);
        memset(margins.slack, fill, margins.slack_bytes);
    }
    checker_close(data, (size_t)(block - data));
    checker_close(margins.slack, (size_t)(end - margins.slack));
}

static uint32_t next_number(struct lanes *mine)
{
    if (UNLIKELY(mine->number == mine->number_end)) {
        mine->number =
            atomic_fetch_add_explicit(&special.numbers, NUMBERS_A_LANE, memory_order_relaxed) + 1;
        mine->number_end = mine->number + NUMBERS_A_LANE;
    }
    return (uint32_t)mine->number++;
}

/* Tails first: once the head says LIVE the block can be found from every page. */
static void write_slots(struct lanes *mine, uint32_t unit, struct slot_facts facts,
                        const struct request *request)
{
    struct slot *slot = space_slot(unit);
    size_t units = slot_units(facts.size_bytes);
    uint32_t step = space_tail_step(units);
    for (uint32_t i = step; i < units; i += step)
        slot_set(space_slot(unit + i), (struct slot_facts){.state = SLOT_TAIL, .size_bytes = i});
    SLOT_WRITE(slot->tag, request->tag);
    SLOT_WRITE(slot->allocated_stack, stack_record(request->frame));
    SLOT_WRITE(slot->freed_stack, 0);
    SLOT_WRITE(slot->thread_allocated, mine->thread);
    SLOT_WRITE(slot->allocated_ms, (uint32_t)(os_clock_ms() - special.started_ms));
    SLOT_WRITE(slot->number, next_number(mine));
    slot_set(slot, facts);
    if (UNLIKELY(units > REGION_BLOCK_UNITS_MAX))
        atomic_store_explicit(&space_region(unit)->live, 1, memory_order_relaxed);
}

/* In the calling thread's own table of tags, which the pool's cache brings. */
static void charge_tag(struct lanes *mine, const struct request *request, size_t pages)
{
    if (UNLIKELY(!mine->has_tags[request->kind])) {
        (void)cache_is_open(request->kind);
        mine->has_tags[request->kind] = true;
    }
    tag_charge(tag_without_protection(request->tag), request->kind, pages * PAGE_BYTES);
}

static void count_served(struct lanes *mine, struct slot_facts facts, size_t pages)
{
    COUNT(allocations_special_pool);
    COUNT(live_blocks);
    COUNT_MORE(live_bytes, facts.size_bytes);
    count_verified(pool_is_paged((enum pool_kind)facts.kind), 1, facts.size_bytes);
    COUNT_MORE(live_pages, pages);
    int64_t live = live_of_thread();
    if (live > mine->high_blocks)
        mine->high_blocks = live;
}

enum special_answer special_allocate(const struct request *request, void **block)
{
    size_t pages = slot_pages(request->size_bytes);
    size_t units = slot_units(request->size_bytes);
    *block = NULL;
    if (request->size_bytes > SLOT_SIZE_MAX || pages > RACY_READ(special.pages_max) ||
        units > space.units || request->alignment_log2 > SLOT_ALIGNMENT_LOG2_MAX)
        return SPECIAL_TOO_LARGE;
    struct lanes *mine = lanes_mine();
    if (mine == NULL || !reserve_pages(mine, pages))
        return SPECIAL_FULL;
    if (!budget_charge(budget_meter_of(request->kind), pages)) {
        special_return_pages(mine, pages);
        return SPECIAL_REFUSED;
    }
    struct lane *lane = &mine->lane[request->kind == POOL_NONPAGED_EXECUTE];
    bool fits_any = units == 1 && alignment_units(request) == 1;
    bool is_zero = false;
    uint32_t unit =
        fits_any ? take_one(lane, request, &is_zero) : take_many(lane, request, pages, &is_zero);
    if (UNLIKELY(unit == UNIT_NONE)) {
        special_return_pages(mine, pages);
        budget_refund(budget_meter_of(request->kind), pages);
        return SPECIAL_NO_PAGES;
    }
    struct slot_facts facts = facts_of_request(request, unit);
    unsigned char *begin = slot_block(facts, space_data(unit));
    fill_around(facts, space_data(unit), begin, fill_of(request, is_zero));
    write_slots(mine, unit, facts, request);
    count_served(mine, facts, pages);
    charge_tag(mine, request, pages);
    budget_settle();
    *block = begin;
    return SPECIAL_SERVED;
}
