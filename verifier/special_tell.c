/* special_tell.c - which block an address belongs to, and its story. Reads slots only: no lock, no
 * memory of the blocks, so that the fault handler can ask. */
#include "verifier/special.h"

#include "pool/options.h"
#include "verifier/lane.h"
#include "verifier/stretch.h"

/* READY: the page waits for its next block, the slot still tells of the last one. */
static bool is_freed(unsigned state)
{
    return state == SLOT_READY || state == SLOT_FREEING || state == SLOT_DEAD ||
           state == SLOT_RESTING;
}

static bool has_story(struct slot_facts facts)
{
    return facts.state == SLOT_LIVE || (is_freed(facts.state) && slot_has_block(facts));
}

/* Freed so long ago that nobody knows what it was. */
static bool is_forgotten(struct slot_facts facts)
{
    return facts.state == SLOT_DEAD && !slot_has_block(facts);
}

static struct slot_facts facts_told(uint32_t unit)
{
    struct slot copy;
    return slot_facts(stretch_slot(unit, &copy));
}

/* A tail outlives its block's record: the first unit may have been handed out again since. */
static uint32_t head_of_unit(uint32_t unit)
{
    if (space_region(unit)->is_large)
        unit -= unit % REGION_UNITS;
    struct slot_facts facts = facts_told(unit);
    if (facts.state != SLOT_TAIL && facts.state != SLOT_TAIL_DEAD)
        return unit;
    if (facts.size_bytes > unit)
        return UNIT_NONE;
    uint32_t head = unit - (uint32_t)facts.size_bytes;
    struct slot_facts first = facts_told(head);
    bool covers = has_story(first) && slot_units(first.size_bytes) > facts.size_bytes;
    return covers ? head : UNIT_NONE;
}

uint32_t special_head(const void *address)
{
    return head_of_unit(space_unit(address));
}

/* Low and high half of the count may belong to different billions. */
static uint64_t whole_number(uint32_t low)
{
    uint64_t now = atomic_load(&special.numbers);
    uint64_t number = (now & ~UINT64_C(0xffffffff)) | low;
    return number > now ? number - (UINT64_C(1) << 32) : number;
}

static const unsigned char *guard_of(struct slot_facts facts, const unsigned char *data)
{
    if (facts.placement == OPTION_VERIFY_START)
        return data - PAGE_BYTES;
    return data + slot_pages(facts.size_bytes) * PAGE_BYTES;
}

void special_tell_unit(uint32_t unit, struct story *story)
{
    struct slot copy;
    const struct slot *slot = stretch_slot(unit, &copy);
    struct slot_facts facts = slot_facts(slot);
    if (!has_story(facts))
        return;
    unsigned char *data = space_data(unit);
    *story = (struct story){
        .place = STORY_SPECIAL,
        .is_live = facts.state == SLOT_LIVE,
        .is_readable = facts.state == SLOT_LIVE || facts.state == SLOT_RESTING,
        .block = slot_block(facts, data),
        .size_bytes = facts.size_bytes,
        .window = data,
        .window_bytes = slot_pages(facts.size_bytes) * PAGE_BYTES,
        .guard = guard_of(facts, data),
        .placement = slot_placement_name(facts),
        .pool = (enum pool_kind)facts.kind,
        .tag = tag_without_protection(SLOT_READ(slot->tag)),
        .slot = unit,
        .fill = facts.state == SLOT_RESTING ? (uint8_t)SLOT_FREED_FILL : slot_fill_byte(facts),
        .reach_bytes = RACY_READ(special.reach),
        .irql_allocated = (uint8_t)facts.irql_allocated,
        .has_details = true,
        .thread_allocated = lane_thread_id(SLOT_READ(slot->thread_allocated)),
        .thread_freed = lane_thread_id(SLOT_READ(slot->thread_freed)),
        .allocated_ms = SLOT_READ(slot->allocated_ms),
        .number = whole_number(SLOT_READ(slot->number)),
        .allocated_stack = SLOT_READ(slot->allocated_stack),
        .freed_stack = SLOT_READ(slot->freed_stack),
    };
}

/* A unit of a freed block has been handed out on its own, before those in front of it: the page
 * between is its guard now. */
static bool is_cut_off(uint32_t head, const void *address)
{
    uint32_t unit = space_unit(address);
    size_t offset = (uintptr_t)address - (uintptr_t)space_data(unit);
    if (offset < PAGE_BYTES || unit + 1 >= space.units || space_region(unit)->is_large)
        return false;
    struct slot_facts facts = facts_told(head);
    unsigned next = facts_told(unit + 1).state;
    bool was_inside = slot_units(facts.size_bytes) > unit + 1 - head;
    return was_inside && is_freed(facts.state) && next != SLOT_TAIL && next != SLOT_TAIL_DEAD;
}

static bool is_data_of(uint32_t head, const void *address)
{
    if (is_cut_off(head, address))
        return false;
    struct slot_facts facts = facts_told(head);
    size_t offset = (uintptr_t)address - (uintptr_t)space_data(head);
    size_t room = slot_pages(facts.size_bytes) * PAGE_BYTES;
    if (facts.size_bytes == 0 && is_freed(facts.state) && !is_forgotten(facts))
        room = UNIT_BYTES; /* it lay at the guard */
    return (has_story(facts) || is_forgotten(facts)) && offset < room;
}

static bool is_live(uint32_t head)
{
    if (head == UNIT_NONE)
        return false;
    struct slot_facts facts = facts_told(head);
    return facts.state == SLOT_LIVE;
}

/* The block behind a guard is the nearer one when it begins right there and was the one missed. */
static uint32_t nearest(const void *address)
{
    uint32_t unit = space_unit(address);
    uint32_t head = head_of_unit(unit);
    if ((head != UNIT_NONE && is_data_of(head, address)) || unit + 1 >= space.units)
        return head;
    uint32_t behind = unit + 1;
    struct slot_facts next = facts_told(behind);
    if (next.state != SLOT_LIVE)
        return head;
    size_t to_next = (uintptr_t)space_data(behind) - (uintptr_t)address;
    bool next_is_near = next.placement == OPTION_VERIFY_START && to_next <= PAGE_BYTES / 2;
    return !is_live(head) || next_is_near ? behind : head;
}

/* The page in front of unit 0 guards it as each unit's guard page does the next. */
static bool is_front_guard(const void *address)
{
    return space.start != NULL &&
           (uintptr_t)space.start - (uintptr_t)address - 1 < (uintptr_t)PAGE_BYTES;
}

bool special_size(const void *address, size_t *size_bytes)
{
    if (!space_has(address))
        return false;
    uint32_t head = special_head(address);
    if (head == UNIT_NONE)
        return false;
    struct slot_facts facts = slot_facts(space_slot(head));
    if (facts.state != SLOT_LIVE || slot_block(facts, space_data(head)) != address)
        return false;
    *size_bytes = facts.size_bytes;
    return true;
}

bool special_tell(const void *address, struct story *story)
{
    bool in_front = is_front_guard(address);
    if (!in_front && !space_has(address))
        return false;
    uint32_t head = in_front ? 0 : nearest(address);
    if (head != UNIT_NONE)
        special_tell_unit(head, story);
    return true;
}

/* A page of a freed block whose first unit is another's by now. Its last unit may begin with the
 * guard; how far it went nobody knows any more. */
static bool is_left_over(const void *address)
{
    uint32_t unit = space_unit(address);
    struct slot_facts facts = facts_told(unit);
    if (facts.state != SLOT_TAIL_DEAD)
        return false;
    if ((uintptr_t)address - (uintptr_t)space_data(unit) < PAGE_BYTES)
        return true;
    struct slot_facts next = unit + 1 < space.units ? facts_told(unit + 1) : (struct slot_facts){0};
    return next.state == SLOT_TAIL_DEAD && next.size_bytes == facts.size_bytes + 1;
}

enum special_place special_place(const void *address)
{
    if (is_front_guard(address))
        return SPECIAL_NO_PAGE;
    if (!space_has(address))
        return SPECIAL_ELSEWHERE;
    uint32_t head = special_head(address);
    if (head == UNIT_NONE)
        return is_left_over(address) ? SPECIAL_FREED_PAGE : SPECIAL_NO_PAGE;
    if (!is_data_of(head, address))
        return SPECIAL_NO_PAGE;
    return is_freed(facts_told(head).state) ? SPECIAL_FREED_PAGE : SPECIAL_LIVE_PAGE;
}

bool special_is_paged(const void *address)
{
    uint32_t unit = space_has(address) ? special_head(address) : UNIT_NONE;
    if (unit == UNIT_NONE)
        return false;
    struct slot_facts facts = slot_facts(space_slot(unit));
    return facts.state == SLOT_LIVE && pool_is_paged((enum pool_kind)facts.kind);
}
