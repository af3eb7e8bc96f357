/* special_free.c - the way of a block out of special pool: its page moves on, closes or rests, what
 * was charged is returned, and its slot tells of it from then on. */
#include "verifier/special.h"

#include "pool/budget.h"
#include "pool/quota.h"
#include "pool/sanitizer.h"
#include "pool/tag.h"
#include "verifier/lane.h"
#include "verifier/pattern.h"

#include <string.h>

enum { LINE_BYTES = 64 };

/* A block on its way out. */
struct leaving {
    uint32_t unit;
    size_t offset;     /* of the block in its pages */
    const void *frame; /* whose call it is; NULL: nobody's, and no look */
    const struct stack_walk *walk;
    uint32_t moved; /* where its page is now; UNIT_NONE: where it was */
};

/* To be judged where it was. A fork in another thread may have shared the page meanwhile: then a
 * copy goes back. */
static NOINLINE void move_back(const struct lane *lane, unsigned char *data, unsigned char *from)
{
    if (space.tier->move(data, from, PAGE_BYTES))
        return;
    INVARIANT(space.tier->open(data, PAGE_BYTES, lane->is_executable));
    memcpy(data, from, PAGE_BYTES);
    INVARIANT(space.tier->close(from, PAGE_BYTES));
}

/* The dead block's page becomes the lane's next ready one: which; UNIT_NONE: close it the other
 * way. It will be looked at there, and lies there for the next block: the processor finds the way
 * while the stack is kept. */
static uint32_t move_on(struct lane *lane, const struct leaving *leaving)
{
    if (space.tier->move == NULL || RACY_READ(special.is_recycling))
        return UNIT_NONE;
    uint32_t next = lane_next(lane, 1, 1);
    if (next == UNIT_NONE)
        return UNIT_NONE;
    if (UNLIKELY(!space.tier->move(space_data(next), space_data(leaving->unit), PAGE_BYTES))) {
        lane_return(next, 1);
        return UNIT_NONE;
    }
    const unsigned char *block = space_data(next) + leaving->offset;
    __builtin_prefetch(block - 1, 1);
    __builtin_prefetch(block - LINE_BYTES - 1, 1);
    __builtin_prefetch(space_data(next) + PAGE_BYTES - 1, 1);
    return next;
}

/* The pattern is looked at where the page is now. False: it is damaged, and back to be judged. */
static bool is_settled(struct lane *lane, const struct leaving *leaving, struct slot_facts facts)
{
    unsigned char *moved = space_data(leaving->moved);
    if (leaving->frame != NULL &&
        UNLIKELY(!special_is_sound(facts, moved, moved + leaving->offset))) {
        move_back(lane, space_data(leaving->unit), moved);
        lane_return(leaving->moved, 1);
        return false;
    }
    ready_put(&lane->ready, leaving->moved);
    return true;
}

/* The pages of a block of several. */
static void move_or_close(struct lane *lane, uint32_t unit, size_t pages)
{
    bool may_move = lane != NULL && space.tier->move != NULL && !RACY_READ(special.is_recycling);
    if (!may_move || !ready_put_run(lane, unit, pages))
        INVARIANT(space.tier->close(space_data(unit), pages * PAGE_BYTES));
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
    checker_close(space_data(unit), PAGE_BYTES);
    return true;
}

/* Looks at the pattern, when a caller is to hear of it, and makes the pages inaccessible, or leaves
 * the one page open under a pattern. */
static enum slot_state close_pages(struct lanes *mine, const struct leaving *leaving,
                                   struct slot_facts facts)
{
    uint32_t unit = leaving->unit;
    unsigned char *data = space_data(unit);
    size_t pages = slot_pages(facts.size_bytes);
    size_t units = slot_units(facts.size_bytes);
    struct lane *lane = lane_of(mine, facts);
    if (LIKELY(leaving->moved != UNIT_NONE) && is_settled(lane, leaving, facts))
        return SLOT_DEAD;
    if (leaving->frame != NULL)
        special_judge_pattern(unit, leaving->frame);
    if (RACY_READ(special.is_recycling) && units == 1 && rest(lane, unit))
        return SLOT_RESTING;
    if (units > REGION_BLOCK_UNITS_MAX)
        regions_close_large(unit, units);
    else if (pages > 1)
        move_or_close(lane, unit, pages);
    else
        INVARIANT(space.tier->close(data, PAGE_BYTES));
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

/* What was charged for the block goes back. */
static void settle(struct lanes *mine, const struct leaving *leaving, struct slot_facts facts)
{
    enum pool_kind kind = (enum pool_kind)facts.kind;
    size_t pages = slot_pages(facts.size_bytes);
    uint32_t tag = tag_without_protection(SLOT_READ(space_slot(leaving->unit)->tag));
    quota_return(space_data(leaving->unit) + leaving->offset);
    tag_refund(tag, kind, pages * PAGE_BYTES);
    count_freed(mine, facts, pages);
    budget_refund(budget_meter_of(kind), pages);
    budget_settle();
}

/* The state changes last: until then no lane takes the unit. */
static void retire(struct leaving *leaving)
{
    uint32_t unit = leaving->unit;
    struct slot *slot = space_slot(unit);
    struct slot_facts facts = slot_facts(slot);
    size_t units = slot_units(facts.size_bytes);
    struct lanes *mine = lanes_mine();
    checker_take(space_data(unit) + leaving->offset, facts.size_bytes);
    checker_open(space_data(unit), slot_pages(facts.size_bytes) * PAGE_BYTES, true);
    sanitizer_take_back(space_data(unit), slot_pages(facts.size_bytes) * PAGE_BYTES);
    bool may_move = mine != NULL && slot_pages(facts.size_bytes) == 1;
    leaving->moved = may_move ? move_on(lane_of(mine, facts), leaving) : UNIT_NONE;
    stack_id stack = leaving->frame == NULL ? 0 : stack_keep(leaving->walk);
    facts.state = (unsigned)close_pages(mine, leaving, facts) & 7u;
    SLOT_WRITE(slot->freed_stack, stack);
    SLOT_WRITE(slot->thread_freed, mine == NULL ? 0 : mine->thread);
    if (UNLIKELY(checker_present == CHECKER_VALGRIND)) /* it has its say before the fault */
        checker_close(space_data(unit), slot_pages(facts.size_bytes) * PAGE_BYTES);
    settle(mine, leaving, facts);
    uint32_t step = space_tail_step(units);
    for (uint32_t i = step; i < units; i += step)
        slot_set_state(space_slot(unit + i), SLOT_TAIL_DEAD);
    slot_set(slot, facts);
    if (UNLIKELY(units > REGION_BLOCK_UNITS_MAX))
        atomic_store_explicit(&space_region(unit)->live, 0, memory_order_relaxed);
    else if (facts.state == SLOT_DEAD)
        stretch_give(unit, (uint32_t)units, mine == NULL ? NULL : mine->scratch);
}

void special_retire(uint32_t unit, const void *frame)
{
    unsigned char *data = space_data(unit);
    size_t offset = (size_t)(slot_block(slot_facts(space_slot(unit)), data) - data);
    struct stack_walk walk;
    if (frame != NULL)
        stack_walk(frame, &walk);
    retire(&(struct leaving){unit, offset, frame, &walk, UNIT_NONE});
}

bool special_free(const struct release *release)
{
    if (!space_has(release->address))
        return false;
    uint32_t unit = space_unit(release->address);
    struct stack_walk walk;
    __builtin_prefetch(space_slot(unit), 1); /* it comes while the stack is walked */
    stack_walk(release->frame, &walk);
    if (UNLIKELY(!special_is_plain(release, unit))) {
        unit = special_head(release->address);
        if (!special_judge(release, unit))
            return true;
    }
    size_t offset = (size_t)((unsigned char *)release->address - space_data(unit));
    retire(&(struct leaving){unit, offset, release->frame, &walk, UNIT_NONE});
    return true;
}
