/* space.h - the address range of special pool: one reservation, cut into units and regions, and a
 * slot for each unit in a table beside it, found by arithmetic.
 *
 *   | front guard | region 0                     | region 1 ...                | region n |
 *                 | data guard | data guard | .. |   8,192 units, 64 MiB
 *                   unit 0       unit 1
 *
 * Addresses are new ones until all there are were used; only then, or after `lap`, regions go round
 * again. A lane owns one at a time and walks it; blocks larger
 * than a quarter of a region take whole regions from behind the lap. Guarded by space.lock; the
 * lock is never held over a system call. */
#ifndef VERIFIER_SPACE_H
#define VERIFIER_SPACE_H

#include "pool/lock.h"
#include "verifier/slot.h"
#include "verifier/tier.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    UNIT_BYTES = 2 * 4096,
    REGION_UNITS = 8192,
    STRETCH_UNITS = 256,
    REGION_BLOCK_UNITS_MAX = REGION_UNITS / 4, /* larger blocks take whole regions */
};
#define REGION_BYTES ((size_t)REGION_UNITS * UNIT_BYTES)
#define UNIT_NONE    UINT32_MAX

struct region {
    _Atomic uint32_t live;    /* of a large block: not 0 while it lives */
    _Atomic uint32_t passed;  /* units that the lane will not come to again on this walk */
    _Atomic uint32_t closing; /* threads that are closing a stretch */
    _Atomic uint32_t used;    /* units ever walked over: what lies behind holds nothing */
    bool is_owned;            /* by a lane, or by a large block */
    bool is_prepared;         /* the tier has it; large blocks use mprotect instead */
    bool is_large;            /* part of a large block's stretch, live or freed */
    bool is_executable;
    bool has_gap; /* its last unit stays out of use: no mapping in common with the next region */
};

/* See stretch.h. */
struct stretch {
    _Atomic uint32_t taken;
    _Atomic uint64_t archived;
};

struct space {
    unsigned char *start; /* of unit 0 */
    size_t units;
    struct slot *slots;
    struct stretch *stretches;
    struct region *regions;
    uint32_t region_count;
    struct lock lock;
    uint32_t lap;        /* regions that go round */
    uint32_t next;       /* the next of them */
    uint32_t large_next; /* where the search for whole regions goes on */
    uint32_t touched;    /* regions from here on were never taken, large blocks' apart */
    bool had_large;
    const struct tier *tier;
};

extern struct space space;

/* Reserves, once per process; false when there is no address space at all. `lap_units` is how many
 * units are handed out before an address comes round again; 0: all there are, under
 * ASan a million. */
bool space_start(const struct tier *tier, size_t lap_units);

/* The calling lane owns the region that comes back, prepared; false: no region is to be had. Where
 * the lap's regions proved too broken up, `wants_fresh` asks for one never used. */
bool region_take(bool executable, bool wants_fresh, uint32_t *index);
void region_drop(uint32_t index);

/* Regions side by side for one large block: the first `open_bytes` accessible, the rest not. The
 * index of the first unit, or UNIT_NONE. */
uint32_t regions_take_large(size_t units, size_t open_bytes, bool executable);
/* The block is gone: nothing of its stretch is accessible any more. */
void regions_close_large(uint32_t unit, size_t units);

/* After a fork, in the child: the guards of every prepared region again. */
bool space_after_fork(void);

static inline bool space_has(const void *address)
{
    return (uintptr_t)address - (uintptr_t)space.start < space.units * (size_t)UNIT_BYTES;
}

static inline uint32_t space_unit(const void *address)
{
    return (uint32_t)(((uintptr_t)address - (uintptr_t)space.start) / UNIT_BYTES);
}

static inline unsigned char *space_data(uint32_t unit)
{
    return space.start + (size_t)unit * UNIT_BYTES;
}

static inline struct slot *space_slot(uint32_t unit)
{
    return &space.slots[unit];
}

/* Units of a prepared region that a lane hands out. */
static inline uint32_t region_units(const struct region *region)
{
    return REGION_UNITS - (region->has_gap ? 1 : 0);
}

/* Units apart of the slots that tell about a block: a large one has a slot a region. */
static inline uint32_t space_tail_step(size_t units)
{
    return units > REGION_BLOCK_UNITS_MAX ? REGION_UNITS : 1;
}

static inline struct region *space_region(uint32_t unit)
{
    return &space.regions[unit / REGION_UNITS];
}

#endif
