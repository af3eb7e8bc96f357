#include "verifier/ready.h"

#include "pool/os_guard.h"
#include "verifier/lane.h"

#include <string.h>

enum { ONES_KEPT = READY_ONES_MAX / 4 * 3 };

/* Ready for its next block. It still tells of its last one, unless that had more units than this:
 * they are handed out on their own from now on. */
static void mark_ready(struct slot *slot)
{
    struct slot_facts facts = slot_facts(slot);
    if (facts.state == SLOT_TAIL_DEAD || slot_units(facts.size_bytes) > 1) {
        facts.size_bytes = 0;
        facts.family = 0;
    }
    facts.state = SLOT_READY;
    slot_set(slot, facts);
}

/* Closed again: neighbours of one page each, or the units of a run. */
static void give_back(uint32_t unit, uint32_t units, size_t bytes, unsigned char *scratch)
{
    INVARIANT(space.tier->close(space_data(unit), bytes));
    for (uint32_t i = 0; i < units; i++)
        slot_set_state(space_slot(unit + i), SLOT_DEAD);
    stretch_give(unit, units, scratch);
}

/* The oldest, which lie side by side as the lane walked. */
static NOINLINE void shrink(struct ready *ready)
{
    unsigned char *scratch = lanes_mine()->scratch;
    uint32_t end = ready->ones_count - ONES_KEPT;
    for (uint32_t first = 0, i = 1; i <= end; i++) {
        if (i < end && ready->ones[i] == ready->ones[i - 1] + 1)
            continue;
        uint32_t units = i - first;
        give_back(ready->ones[first], units, units * (size_t)UNIT_BYTES - PAGE_BYTES, scratch);
        first = i;
    }
    memmove(ready->ones, ready->ones + end, ONES_KEPT * sizeof ready->ones[0]);
    ready->ones_count = ONES_KEPT;
}

void ready_put(struct ready *ready, uint32_t unit)
{
    if (UNLIKELY(ready->ones_count == READY_ONES_MAX))
        shrink(ready);
    mark_ready(space_slot(unit));
    ready->ones[ready->ones_count++] = unit;
}

static uint32_t units_of(size_t pages)
{
    return (uint32_t)slot_units(pages * PAGE_BYTES);
}

static struct ready_run take_out(struct ready *ready, uint32_t index)
{
    struct ready_run run = ready->runs[index];
    ready->runs_count--;
    ready->runs_pages -= run.pages;
    memmove(&ready->runs[index], &ready->runs[index + 1],
            (ready->runs_count - index) * sizeof ready->runs[0]);
    return run;
}

static void drop_oldest_run(struct ready *ready)
{
    struct ready_run run = take_out(ready, 0);
    give_back(run.unit, units_of(run.pages), run.pages * (size_t)PAGE_BYTES, lanes_mine()->scratch);
}

bool ready_put_run(struct lane *lane, uint32_t unit, size_t pages)
{
    struct ready *ready = &lane->ready;
    if (pages > READY_RUN_PAGES_MAX)
        return false;
    uint32_t count = units_of(pages);
    uint32_t next = lane_next(lane, count, 1);
    if (next == UNIT_NONE)
        return false;
    if (UNLIKELY(!space.tier->move(space_data(next), space_data(unit), pages * PAGE_BYTES))) {
        INVARIANT(space.tier->close(space_data(next), pages * PAGE_BYTES)); /* those that went */
        lane_return(next, count);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        slot_set(space_slot(next + i), (struct slot_facts){.state = SLOT_READY});
    while (ready->runs_count == READY_RUNS_MAX || ready->runs_pages + pages > READY_RUNS_PAGES_MAX)
        drop_oldest_run(ready);
    ready->runs[ready->runs_count++] = (struct ready_run){next, (uint32_t)pages};
    ready->runs_pages += (uint32_t)pages;
    return true;
}

uint32_t ready_take_run(struct ready *ready, size_t pages)
{
    for (uint32_t i = ready->runs_count; i > 0; i--)
        if (ready->runs[i - 1].pages == pages)
            return take_out(ready, i - 1).unit;
    return UNIT_NONE;
}

void ready_leave(struct ready *ready, uint32_t region)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ready->ones_count; i++)
        if (ready->ones[i] / REGION_UNITS == region)
            give_back(ready->ones[i], 1, PAGE_BYTES, NULL);
        else
            ready->ones[kept++] = ready->ones[i];
    ready->ones_count = kept;
    for (uint32_t i = ready->runs_count; i > 0; i--) {
        if (ready->runs[i - 1].unit / REGION_UNITS != region)
            continue;
        struct ready_run run = take_out(ready, i - 1);
        give_back(run.unit, units_of(run.pages), run.pages * (size_t)PAGE_BYTES, NULL);
    }
}

static bool are_ready(uint32_t unit, uint32_t units)
{
    for (uint32_t i = 0; i < units; i++)
        if (slot_state(space_slot(unit + i)) != SLOT_READY)
            return false;
    return true;
}

static void distrust(uint32_t unit, uint32_t units, size_t bytes)
{
    if (are_ready(unit, units))
        give_back(unit, units, bytes, NULL);
}

void ready_distrust(struct ready *ready)
{
    for (uint32_t i = 0; i < ready->ones_count && i < READY_ONES_MAX; i++)
        distrust(ready->ones[i], 1, PAGE_BYTES);
    for (uint32_t i = 0; i < ready->runs_count && i < READY_RUNS_MAX; i++)
        distrust(ready->runs[i].unit, units_of(ready->runs[i].pages),
                 ready->runs[i].pages * (size_t)PAGE_BYTES);
    ready->ones_count = 0;
    ready->runs_count = 0;
    ready->runs_pages = 0;
}

/* Put in from behind, so that they are handed out in the order of their addresses. */
bool ready_ahead(struct lane *lane)
{
    uint32_t units[OS_AHEAD_MAX];
    void *pages[OS_AHEAD_MAX];
    size_t count = 0;
    if (lane->ready.opened < READY_SINGLY) {
        lane->ready.opened++;
        return false;
    }
    while (count < OS_AHEAD_MAX && (units[count] = lane_next(lane, 1, 1)) != UNIT_NONE) {
        pages[count] = space_data(units[count]);
        count++;
    }
    bool done = count > 0 && space.tier->open_ahead(pages, count);
    while (count-- > 0)
        if (done)
            ready_put(&lane->ready, units[count]);
        else
            lane_return(units[count], 1);
    return done;
}
