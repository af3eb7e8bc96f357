#include "verifier/stretch.h"

#include "pool/os_guard.h"

/* In `archived`; a handle of the archive stands two higher. */
enum { OPEN, CLOSING, FORGOTTEN };

static struct stretch *stretch_of(uint32_t unit)
{
    return &space.stretches[unit / STRETCH_UNITS];
}

/* The part of a block's units that lies in the stretch of the first of them. */
static uint32_t part_of(uint32_t unit, uint32_t count)
{
    uint32_t room = STRETCH_UNITS - unit % STRETCH_UNITS;
    return count < room ? count : room;
}

void stretch_take(uint32_t unit, uint32_t count)
{
    while (count > 0) {
        uint32_t part = part_of(unit, count);
        atomic_fetch_add_explicit(&stretch_of(unit)->taken, part, memory_order_relaxed);
        unit += part;
        count -= part;
    }
}

static bool is_passed(uint32_t unit)
{
    uint32_t end = unit % REGION_UNITS / STRETCH_UNITS * STRETCH_UNITS + STRETCH_UNITS;
    return atomic_load(&space_region(unit)->passed) >= end;
}

/* The slots' memory goes last: until then they tell. */
static void close_stretch(uint32_t first, unsigned char *scratch)
{
    struct stretch *stretch = stretch_of(first);
    uint64_t handle = archive_put(space_slot(first), scratch);
    space.tier->forget(space_data(first), STRETCH_UNITS * (size_t)UNIT_BYTES);
    atomic_store_explicit(&stretch->archived, handle == 0 ? FORGOTTEN : handle + FORGOTTEN,
                          memory_order_release);
    os_drop(space_slot(first), STRETCH_UNITS * sizeof(struct slot));
}

/* The region may be on its way to another lane: whoever comes second sees the first. */
static NOINLINE void try_to_close(uint32_t unit, unsigned char *scratch)
{
    struct region *region = space_region(unit);
    struct stretch *stretch = stretch_of(unit);
    uint64_t open = OPEN;
    atomic_fetch_add(&region->closing, 1);
    if (is_passed(unit) && atomic_load(&stretch->taken) == 0 &&
        atomic_compare_exchange_strong(&stretch->archived, &open, CLOSING))
        close_stretch(unit - unit % STRETCH_UNITS, scratch);
    atomic_fetch_sub(&region->closing, 1);
}

void stretch_give(uint32_t unit, uint32_t count, unsigned char *scratch)
{
    while (count > 0) {
        uint32_t part = part_of(unit, count);
        bool is_last = atomic_fetch_sub(&stretch_of(unit)->taken, part) == part;
        if (UNLIKELY(is_last) && is_passed(unit) && scratch != NULL)
            try_to_close(unit, scratch);
        unit += part;
        count -= part;
    }
}

void stretch_pass(uint32_t region, uint32_t cursor, unsigned char *scratch)
{
    uint32_t first = region * REGION_UNITS;
    uint32_t before = atomic_load(&space.regions[region].passed);
    cursor -= cursor % STRETCH_UNITS;
    atomic_store(&space.regions[region].passed, cursor);
    for (uint32_t at = before; scratch != NULL && at < cursor; at += STRETCH_UNITS)
        if (atomic_load(&stretch_of(first + at)->taken) == 0)
            try_to_close(first + at, scratch);
}

void stretch_open(uint32_t unit)
{
    struct stretch *stretch = stretch_of(unit);
    uint64_t archived = atomic_load_explicit(&stretch->archived, memory_order_relaxed);
    if (LIKELY(archived == OPEN))
        return;
    (void)archive_restore(archived == FORGOTTEN ? 0 : archived - FORGOTTEN,
                          space_slot(unit - unit % STRETCH_UNITS));
    atomic_store_explicit(&stretch->archived, OPEN, memory_order_release);
}

uint32_t stretch_live(uint32_t region)
{
    uint32_t live = 0;
    for (uint32_t i = 0; i < REGION_UNITS; i += STRETCH_UNITS)
        live += atomic_load_explicit(&stretch_of(region * REGION_UNITS + i)->taken,
                                     memory_order_relaxed);
    return live;
}

const struct slot *stretch_slot(uint32_t unit, struct slot *copy)
{
    const struct slot *slot = space_slot(unit);
    uint64_t archived = atomic_load_explicit(&stretch_of(unit)->archived, memory_order_acquire);
    if (LIKELY(archived == OPEN || archived == CLOSING))
        return slot;
    if (archived != FORGOTTEN && archive_get(archived - FORGOTTEN, unit % STRETCH_UNITS, copy))
        return copy;
    *copy = (struct slot){.word = slot_word_of((struct slot_facts){.state = SLOT_DEAD})};
    return copy;
}
