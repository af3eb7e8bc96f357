#include "verifier/space.h"

#include "pool/os.h"
#include "pool/os_guard.h"
#include "verifier/pattern.h"
#include "verifier/stretch.h"

#include <valgrind/valgrind.h>

#define SPACE_BYTES_MAX      ((size_t)8 << 40)
#define SPACE_BYTES_VALGRIND ((size_t)2 << 30) /* it takes note of each byte */
#define SPACE_BYTES_MIN      REGION_BYTES
#define FRONT_BYTES          UNIT_BYTES
#define MOSTLY_LIVE          (REGION_UNITS / 4 * 3)

struct space space = {.lock = LOCK_INITIALIZER};

/* Each region begins at a multiple of its size: so does a block that is to be aligned. The front
 * guard keeps strangers from lying right before unit 0. */
static unsigned char *reserve_regions(size_t bytes)
{
    unsigned char *front = os_reserve(REGION_BYTES + bytes, REGION_BYTES);
    if (front == NULL)
        return NULL;
    os_release(front, REGION_BYTES - FRONT_BYTES);
    return front + REGION_BYTES;
}

static bool reserve(size_t bytes)
{
    size_t units = bytes / UNIT_BYTES;
    unsigned char *start = reserve_regions(bytes);
    struct slot *slots = os_table(units * sizeof *slots);
    size_t stretches_bytes = round_up(units / STRETCH_UNITS * sizeof(struct stretch), PAGE_BYTES);
    struct stretch *stretches = os_table(stretches_bytes);
    struct region *regions = os_table(bytes / REGION_BYTES * sizeof *regions);
    if (start != NULL && slots != NULL && stretches != NULL && regions != NULL) {
        os_no_huge_pages(slots, units * sizeof *slots);
        space.slots = slots;
        space.stretches = stretches;
        space.regions = regions;
        space.region_count = (uint32_t)(bytes / REGION_BYTES);
        space.start = start;
        space.units = units;
        return true;
    }
    if (start != NULL)
        os_release(start - FRONT_BYTES, bytes + FRONT_BYTES);
    if (slots != NULL)
        os_release(slots, units * sizeof *slots);
    if (stretches != NULL)
        os_release(stretches, stretches_bytes);
    if (regions != NULL)
        os_release(regions, round_up(bytes / REGION_BYTES * sizeof *regions, PAGE_BYTES));
    return false;
}

/* Where address space is limited the program and the pool's tables need some, too: as
 * much again must be left. */
static bool reserve_with_room(size_t bytes)
{
    void *room = bytes == SPACE_BYTES_MAX ? NULL : os_reserve(bytes, PAGE_BYTES);
    bool done = (room != NULL || bytes == SPACE_BYTES_MAX) && reserve(bytes);
    if (room != NULL)
        os_release(room, bytes);
    return done;
}

/* Neighbours in one stretch, so that a child pays for a handful of calls. */
static bool each_prepared(bool (*prepared)(void *start, size_t bytes))
{
    uint32_t first = 0;
    bool done = true;
    for (uint32_t i = 0; done && i < space.region_count; i++) {
        if (!space.regions[i].is_prepared) {
            first = i + 1;
            continue;
        }
        bool is_last = i + 1 == space.region_count || !space.regions[i + 1].is_prepared;
        if (is_last)
            done = prepared(space_data(first * REGION_UNITS), (i + 1 - first) * REGION_BYTES);
    }
    return done;
}

/* Regions that go round. ASan's shadow of an address once used stays, an eighth of a unit. */
static uint32_t lap_of(size_t lap_units)
{
    enum { LAP_UNITS_ASAN = 1 << 20 };
    if (lap_units == 0)
        lap_units = checker_present == CHECKER_ASAN ? LAP_UNITS_ASAN : space.units;
    size_t lap = (lap_units + REGION_UNITS - 1) / REGION_UNITS;
    /* Half of the space stays free for large blocks and for a lap that must grow. */
    size_t most = space.region_count / 2 > 0 ? space.region_count / 2 : 1;
    return (uint32_t)(lap < most ? lap : most);
}

bool space_start(const struct tier *tier, size_t lap_units)
{
    size_t most = RUNNING_ON_VALGRIND ? SPACE_BYTES_VALGRIND : SPACE_BYTES_MAX;
    for (size_t bytes = most; space.start == NULL; bytes /= 2) {
        if (bytes < SPACE_BYTES_MIN)
            return false;
        if (reserve_with_room(bytes))
            os_no_huge_pages(space.start, bytes);
    }
    uint32_t lap = lap_of(lap_units);
    lock_take(&space.lock);
    if (lap > space.lap)
        space.lap = lap;
    if (space.tier == NULL) /* it stays; who frees reads it without the lock */
        space.tier = tier;
    tier_keep(each_prepared);
    lock_drop(&space.lock);
    return true;
}

static bool is_fit(const struct region *region, bool executable, uint32_t live_max)
{
    if (region->is_owned || region->is_large)
        return false;
    if (region->is_prepared && region->is_executable != executable)
        return false;
    return stretch_live((uint32_t)(region - space.regions)) <= live_max;
}

/* Nobody closes a stretch of it from now on, nor is at it. */
static bool claim(struct region *region)
{
    uint32_t passed = atomic_exchange(&region->passed, 0);
    if (atomic_load(&region->closing) == 0)
        return true;
    atomic_store(&region->passed, passed);
    return false;
}

/* The next region of the lap with room enough; region_count: none. */
static uint32_t find_locked(bool executable, uint32_t live_max)
{
    for (uint32_t tried = 0; tried < space.lap; tried++) {
        uint32_t index = space.next;
        space.next = index + 1 < space.lap ? index + 1 : 0;
        if (is_fit(&space.regions[index], executable, live_max) && claim(&space.regions[index]))
            return index;
    }
    return space.region_count;
}

/* The lap takes in the regions behind it; those of large blocks are passed over. */
static uint32_t grow_locked(void)
{
    while (space.lap < space.region_count) {
        uint32_t index = space.lap++;
        if (!space.regions[index].is_large)
            return index;
    }
    return space.region_count;
}

static uint32_t find_or_grow_locked(bool executable, bool wants_fresh)
{
    uint32_t index = wants_fresh ? grow_locked() : space.region_count;
    if (index == space.region_count)
        index = find_locked(executable, MOSTLY_LIVE);
    if (index == space.region_count)
        index = grow_locked();
    if (index == space.region_count)
        index = find_locked(executable, REGION_UNITS - 1);
    return index;
}

bool region_take(bool executable, bool wants_fresh, uint32_t *index)
{
    lock_take(&space.lock);
    *index = find_or_grow_locked(executable, wants_fresh);
    if (*index == space.region_count) {
        lock_drop(&space.lock);
        return false;
    }
    struct region *region = &space.regions[*index];
    region->is_owned = true;
    if (*index >= space.touched)
        RACY_WRITE(space.touched, *index + 1);
    bool is_new = !region->is_prepared;
    lock_drop(&space.lock);
    if (!is_new)
        return true;
    region->is_executable = executable;
    /* Threads whose regions are one mapping wait for each other when pages move. */
    region->has_gap = !os_is_single_threaded();
    bool done = space.tier->prepare(space_data(*index * REGION_UNITS),
                                    region_units(region) * (size_t)UNIT_BYTES, executable);
    lock_take(&space.lock);
    region->is_prepared = done;
    region->is_owned = done;
    lock_drop(&space.lock);
    return done;
}

void region_drop(uint32_t index)
{
    lock_take(&space.lock);
    space.regions[index].is_owned = false;
    lock_drop(&space.lock);
}

static bool is_free_for_large(const struct region *region)
{
    return !region->is_owned && !region->is_prepared &&
           atomic_load_explicit(&region->live, memory_order_relaxed) == 0;
}

/* `count` regions side by side behind the lap, the longest unused first. */
static uint32_t find_large_locked(uint32_t count)
{
    uint32_t run = 0;
    uint32_t room = space.region_count - space.lap;
    for (uint32_t tried = 0; count <= room && tried < room + count; tried++) {
        uint32_t index = space.large_next + 1;
        if (index >= space.region_count || index < space.lap) {
            index = space.lap;
            run = 0;
        }
        space.large_next = index;
        run = is_free_for_large(&space.regions[index]) ? run + 1 : 0;
        if (run == count)
            return index + 1 - count;
    }
    return space.region_count;
}

static void mark_large_locked(uint32_t first, uint32_t count, bool is_owned)
{
    for (uint32_t i = first; i < first + count; i++) {
        space.regions[i].is_owned = is_owned;
        space.regions[i].is_large = true;
    }
}

uint32_t regions_take_large(size_t units, size_t open_bytes, bool executable)
{
    size_t count = (units + REGION_UNITS - 1) / REGION_UNITS;
    if (count > space.region_count)
        return UNIT_NONE;
    lock_take(&space.lock);
    uint32_t first = find_large_locked((uint32_t)count);
    if (first < space.region_count) {
        mark_large_locked(first, (uint32_t)count, true);
        RACY_WRITE(space.had_large, true);
    }
    lock_drop(&space.lock);
    if (first == space.region_count)
        return UNIT_NONE;
    uint32_t unit = first * REGION_UNITS;
    if (os_allow(space_data(unit), open_bytes, executable))
        return unit;
    lock_take(&space.lock);
    mark_large_locked(first, (uint32_t)count, false);
    lock_drop(&space.lock);
    return UNIT_NONE;
}

void regions_close_large(uint32_t unit, size_t units)
{
    size_t count = (units + REGION_UNITS - 1) / REGION_UNITS;
    os_deny(space_data(unit), count * REGION_BYTES);
    os_drop(space_data(unit), count * REGION_BYTES);
    lock_take(&space.lock);
    mark_large_locked(unit / REGION_UNITS, (uint32_t)count, false);
    lock_drop(&space.lock);
}

bool space_after_fork(void)
{
    return tier_after_fork(space.tier, each_prepared);
}
