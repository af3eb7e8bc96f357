/* special_free.c - the way of a block out of special pool: its page moves on, closes or rests, what
 * was charged is returned, and its slot tells of it from then on. */
#include "verifier/special.h"

#include "pool/budget.h"
#include "pool/quota.h"
#include "pool/tag.h"
#include "verifier/lane.h"
#include "verifier/pattern.h"

#include <string.h>

/* Ready for its next block. It still tells of its last one, unless that had more units than this:
 * they are handed out on their own from now on. */
static void make_ready(struct slot *slot)
{
    struct slot_facts facts = slot_facts(slot);
    if (slot_units(facts.size_bytes) > 1) {
        facts.size_bytes = 0;
        facts.family = 0;
    }
    facts.state = SLOT_READY;
    slot_set(slot, facts);
}

/* To be judged where it was. A fork in another thread may have shared the page meanwhile: then a
 * copy goes back. */
static NOINLINE void move_back(const struct lane *lane, unsigned char *data, unsigned char *from)
{
    if (space.tier->move(data, from))
        return;
    INVARIANT(space.tier->open(data, PAGE_BYTES, lane->is_executable));
    memcpy(data, from, PAGE_BYTES);
    INVARIANT(space.tier->close(from, PAGE_BYTES));
}

/* The dead block's page becomes the lane's next ready one; false: close it the other way. The
 * pattern is looked at where the page is now, which the next block needs in the processor's tables
 * anyway; what is damaged goes back to be judged. */
static bool move_on(struct lane *lane, uint32_t unit, struct slot_facts facts, bool is_checked)
{
    if (space.tier->move == NULL || lane->ready_count == LANE_READY_MAX)
        return false;
    uint32_t next = lane_next(lane, 1, 1);
    if (next == UNIT_NONE)
        return false;
    unsigned char *data = space_data(unit);
    if (UNLIKELY(!space.tier->move(space_data(next), data))) {
        lane_return(next, 1);
        return false;
    }
    if (is_checked && UNLIKELY(!special_is_sound(facts, space_data(next)))) {
        move_back(lane, data, space_data(next));
        lane_return(next, 1);
        return false;
    }
    make_ready(space_slot(next));
    lane->ready[lane->ready_count++] = next;
    return true;
}

static struct lane *lane_of(struct lanes *mine, struct slot_facts facts)
{
    return mine == NULL ? NULL : &mine->lane[facts.kind == POOL_NONPAGED_EXECUTE];
}

static bool rest(struct lane *lane, uint32_t unit)
{
    if (lane == NULL || !lane_rest(lane, unit))
        return false;
    pattern_fill(space_data(unit), PAGE_BYTES, SLOT_FREED_FILL);
    pattern_poison(space_data(unit), PAGE_BYTES);
    return true;
}

/* Looks at the pattern, when a caller is to hear of it, and makes the pages inaccessible, or leaves
 * the one page open under a pattern. */
static enum slot_state close_pages(struct lanes *mine, uint32_t unit, struct slot_facts facts,
                                   const void *frame)
{
    unsigned char *data = space_data(unit);
    size_t pages = slot_pages(facts.size_bytes);
    size_t units = slot_units(facts.size_bytes);
    struct lane *lane = lane_of(mine, facts);
    bool is_small = units == 1 && pages == 1 && lane != NULL;
    pattern_unpoison(data, pages * PAGE_BYTES);
    if (LIKELY(is_small && !special.is_recycling) && move_on(lane, unit, facts, frame != NULL))
        return SLOT_DEAD;
    if (frame != NULL)
        special_judge_pattern(unit, frame);
    if (special.is_recycling && units == 1 && rest(lane, unit))
        return SLOT_RESTING;
    if (units > REGION_BLOCK_UNITS_MAX)
        regions_close_large(unit, units);
    else
        INVARIANT(space.tier->close(data, pages * PAGE_BYTES));
    return SLOT_DEAD;
}

static void count_freed(struct lanes *mine, struct slot_facts facts, size_t pages)
{
    COUNT(frees);
    COUNT_MORE(live_blocks, (uint64_t)-1);
    COUNT_MORE(live_bytes, 0 - (uint64_t)facts.size_bytes);
    count_verified(pool_is_paged((enum pool_kind)facts.kind), (uint64_t)-1,
                   0 - (uint64_t)facts.size_bytes);
    COUNT_MORE(live_pages, 0 - (uint64_t)pages);
    special_return_pages(mine, pages);
}

/* The state changes last: until then no lane takes the unit. */
static void retire(uint32_t unit, const void *frame, stack_id stack)
{
    struct slot *slot = space_slot(unit);
    struct slot_facts facts = slot_facts(slot);
    size_t pages = slot_pages(facts.size_bytes);
    size_t units = slot_units(facts.size_bytes);
    struct lanes *mine = lanes_mine();
    facts.state = (unsigned)close_pages(mine, unit, facts, frame) & 7u;
    SLOT_WRITE(slot->freed_stack, stack);
    SLOT_WRITE(slot->thread_freed, mine == NULL ? 0 : mine->thread);
    quota_return(slot_block(facts, space_data(unit)));
    tag_refund(tag_without_protection(SLOT_READ(slot->tag)), (enum pool_kind)facts.kind,
               pages * PAGE_BYTES);
    uint32_t step = space_tail_step(units);
    for (uint32_t i = step; i < units; i += step)
        slot_set_state(space_slot(unit + i), SLOT_TAIL_DEAD);
    slot_set(slot, facts);
    if (UNLIKELY(units > REGION_BLOCK_UNITS_MAX))
        atomic_store_explicit(&space_region(unit)->live, 0, memory_order_relaxed);
    else if (facts.state == SLOT_DEAD)
        stretch_give(unit, (uint32_t)units, mine == NULL ? NULL : mine->scratch);
    count_freed(mine, facts, pages);
    budget_refund(budget_meter_of((enum pool_kind)facts.kind), pages);
    budget_settle();
}

void special_retire(uint32_t unit, const void *frame)
{
    retire(unit, frame, frame == NULL ? 0 : stack_record(frame));
}

bool special_free(const struct release *release)
{
    if (!space_has(release->address))
        return false;
    uint32_t unit = space_unit(release->address);
    /* The slot comes from memory while the stack is taken. */
    __builtin_prefetch(space_slot(unit), 1);
    stack_id stack = stack_record(release->frame);
    if (UNLIKELY(!special_is_plain(release, unit))) {
        unit = special_head(release->address);
        if (!special_judge(release, unit))
            return true;
    }
    retire(unit, release->frame, stack);
    return true;
}
