/* special_sweep.c - every block, one after the other: for leaks, tools, sweeps and resets. */
#include "verifier/special.h"

#include "pool/counters.h"
#include "pool/os_report.h"
#include "pool/pool_code.h"
#include "pool/tag.h"
#include "verifier/lane.h"

static void each_in_stretch(uint32_t first, uint32_t end,
                            void (*take)(uint32_t unit, void *context), void *context)
{
    for (uint32_t unit = first; unit < end; unit++)
        if (slot_is_live(space_slot(unit)))
            take(unit, context);
}

void special_each_live(void (*take)(uint32_t unit, void *context), void *context)
{
    uint32_t end = RACY_READ(space.had_large) ? space.region_count : RACY_READ(space.touched);
    for (uint32_t i = 0; i < end; i++) {
        struct region *region = &space.regions[i];
        uint32_t first = i * REGION_UNITS;
        uint32_t used = first + atomic_load_explicit(&region->used, memory_order_acquire);
        if (atomic_load_explicit(&region->live, memory_order_relaxed) != 0)
            each_in_stretch(first, first + 1, take, context); /* a large block has one slot */
        for (uint32_t at = first; at < used; at += STRETCH_UNITS) {
            uint32_t stretch_end = at + STRETCH_UNITS < used ? at + STRETCH_UNITS : used;
            if (atomic_load(&space.stretches[at / STRETCH_UNITS].taken) > 0)
                each_in_stretch(at, stretch_end, take, context);
        }
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

struct look {
    struct slot_facts facts;
    unsigned char *data;
    bool is_sound;
};

static void look_at(void *context)
{
    struct look *look = context;
    unsigned char *block = slot_block(look->facts, look->data);
    look->is_sound = special_is_sound(look->facts, look->data, block);
}

/* What was read of a block that went meanwhile, and a fault, say nothing. At DISPATCH_LEVEL we may
 * look at paged blocks, too. */
bool special_is_damaged(uint32_t unit)
{
    const struct slot *slot = space_slot(unit);
    uint64_t word = slot_word(slot);
    uint32_t number = SLOT_READ(slot->number);
    struct look look = {slot_facts_of(word), space_data(unit), true};
    if (look.facts.state != SLOT_LIVE)
        return false;
    pool_code_enter(PAGE_BYTES);
    bool has_looked = os_try(look_at, &look);
    pool_code_leave();
    return has_looked && !look.is_sound && slot_word(slot) == word &&
           SLOT_READ(slot->number) == number;
}

static void sweep_one(uint32_t unit, void *context)
{
    struct sweep *sweep = context;
    sweep->count++;
    if (special_is_damaged(unit))
        special_judge_pattern(unit, sweep->frame);
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
    special_retire(unit, NULL);
    (*count)++;
}

size_t special_reset(void)
{
    size_t count = 0;
    if (COUNTED(live_blocks) > 0)
        special_each_live(reset_one, &count);
    return count;
}
