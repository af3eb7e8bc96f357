#include "verifier/lane.h"

#include "pool/counters.h"
#include "pool/lock.h"
#include "pool/os.h"

#include <pthread.h>
#include <string.h>

/* Small indexes fit a slot's sixteen bits; in a program with more threads than that they repeat. */
enum {
    THREADS_MAX = 1 << 16,
    SLOTS_AHEAD = 6,   /* the record that is written so many allocations from now */
    BROKEN_UP_MAX = 4, /* regions without room for a block of several units, before a fresh one */
};

static struct {
    struct lock lock; /* the two lists and the indexes */
    struct lanes *all;
    struct lanes *idle;
    uint32_t threads;
    unsigned rows;                /* of counters, handed out so far */
    _Atomic uint32_t *thread_ids; /* read by reports of other threads at any time */
    pthread_key_t key;
    pthread_once_t once;
} lanes = {.lock = LOCK_INITIALIZER, .once = PTHREAD_ONCE_INIT};

static _Thread_local struct lanes *mine TLS_FAST;

/* A thread ends. Should it free in a destructor that comes later, it takes lanes again. */
static void leave(void *left)
{
    struct lanes *ended = left;
    mine = NULL;
    counters_leave();
    lock_take(&lanes.lock);
    ended->idle = lanes.idle;
    lanes.idle = ended;
    lock_drop(&lanes.lock);
}

static void start(void)
{
    INVARIANT(pthread_key_create(&lanes.key, leave) == 0);
    lanes.thread_ids = os_table(THREADS_MAX * sizeof lanes.thread_ids[0]);
    INVARIANT(lanes.thread_ids != NULL);
}

static struct lanes *take_idle_locked(void)
{
    struct lanes *taken = lanes.idle;
    if (taken != NULL)
        lanes.idle = taken->idle;
    return taken;
}

static void name_thread_locked(struct lanes *taken)
{
    taken->thread = (uint16_t)(lanes.threads++ % THREADS_MAX);
    atomic_store_explicit(&lanes.thread_ids[taken->thread], os_thread_id(), memory_order_relaxed);
}

static NOINLINE struct lanes *enter(void)
{
    lock_once(&lanes.once, start);
    lock_take(&lanes.lock);
    struct lanes *taken = take_idle_locked();
    lock_drop(&lanes.lock);
    bool is_new = taken == NULL;
    if (is_new)
        taken = os_table(sizeof *taken);
    if (taken == NULL)
        return NULL;
    taken->lane[true].is_executable = true;
    lock_take(&lanes.lock);
    if (is_new) {
        taken->next = lanes.all;
        __atomic_store_n(&lanes.all, taken, __ATOMIC_RELEASE);
        taken->row = lanes.rows++;
    }
    name_thread_locked(taken);
    lock_drop(&lanes.lock);
    mine = taken;
    counters_join(taken->row);
    memset(taken->has_tags, 0, sizeof taken->has_tags);
    pthread_setspecific(lanes.key, taken);
    os_fault_stack();
    return taken;
}

struct lanes *lanes_mine(void)
{
    return LIKELY(mine != NULL) ? mine : enter();
}

uint32_t lane_thread_id(uint16_t index)
{
    if (lanes.thread_ids == NULL)
        return 0;
    return atomic_load_explicit(&lanes.thread_ids[index], memory_order_relaxed);
}

static void note_used(struct lane *lane)
{
    struct region *region = &space.regions[lane->region];
    if (atomic_load_explicit(&region->used, memory_order_relaxed) < lane->cursor)
        atomic_store_explicit(&region->used, lane->cursor, memory_order_release);
}

static void pass(struct lane *lane, uint32_t cursor)
{
    lane->passed = cursor - cursor % STRETCH_UNITS;
    stretch_pass(lane->region, cursor, mine != NULL ? mine->scratch : NULL);
}

/* The first touch of a page of slots is a write: a read would bring a page of zeros, and the write
 * behind it the page itself. No walk comes to a page of them but by its first. */
static void meet(uint32_t unit)
{
    struct slot *slot = space_slot(unit);
    if (LIKELY(((uintptr_t)slot & (PAGE_BYTES - 1)) != 0))
        return;
    touch_to_write((volatile unsigned char *)slot);
    stretch_open(unit);
}

/* Walks on in the lane's region; UNIT_NONE at its end. */
static uint32_t walk(struct lane *lane, uint32_t count, uint32_t alignment)
{
    uint32_t first = lane->region * REGION_UNITS;
    uint32_t run = 0;
    if (UNLIKELY(lane->cursor - lane->passed >= STRETCH_UNITS))
        pass(lane, lane->cursor);
    while (lane->cursor < lane->end) {
        if (run == 0)
            lane->cursor = (uint32_t)round_up(lane->cursor, alignment);
        if (lane->cursor >= lane->end)
            break;
        meet(first + lane->cursor);
        run = slot_is_takeable(space_slot(first + lane->cursor)) ? run + 1 : 0;
        lane->cursor++;
        __builtin_prefetch(space_slot(first + lane->cursor) + SLOTS_AHEAD, 1);
        if (run == count) {
            note_used(lane);
            stretch_take(first + lane->cursor - count, count);
            return first + lane->cursor - count;
        }
    }
    return UNIT_NONE;
}

uint32_t lane_next(struct lane *lane, uint32_t count, uint32_t alignment)
{
    /* Each region is tried at most once more than there are: then nothing fits anywhere. */
    for (uint32_t tried = 0; tried <= space.region_count + 1; tried++) {
        if (!lane->has_region) {
            bool wants_fresh = (count > 1 || alignment > 1) && tried > BROKEN_UP_MAX;
            lane->has_region = region_take(lane->is_executable, wants_fresh, &lane->region);
            if (lane->has_region)
                ready_leave(&lane->ready, lane->region);
            lane->cursor = 0;
            lane->passed = 0;
        }
        if (!lane->has_region)
            return UNIT_NONE;
        lane->end = region_units(&space.regions[lane->region]);
        uint32_t unit = walk(lane, count, alignment);
        if (LIKELY(unit != UNIT_NONE))
            return unit;
        pass(lane, REGION_UNITS);
        region_drop(lane->region);
        lane->has_region = false;
    }
    return UNIT_NONE;
}

void lane_return(uint32_t unit, uint32_t count)
{
    stretch_give(unit, count, NULL);
}

bool lane_rest(struct lane *lane, uint32_t unit)
{
    if (lane->resting_count == LANE_RESTING_MAX)
        return false;
    lane->resting[(lane->resting_first + lane->resting_count) % LANE_RESTING_MAX] = unit;
    lane->resting_count++;
    return true;
}

uint32_t lane_wake(struct lane *lane)
{
    if (lane->resting_count < LANE_RESTING_MIN)
        return UNIT_NONE;
    uint32_t unit = lane->resting[lane->resting_first];
    lane->resting_first = (lane->resting_first + 1) % LANE_RESTING_MAX;
    lane->resting_count--;
    return unit;
}

void lanes_each(void (*take)(struct lane *lane, void *context), void *context)
{
    struct lanes *one = __atomic_load_n(&lanes.all, __ATOMIC_ACQUIRE);
    for (; one != NULL; one = one->next) {
        take(&one->lane[false], context);
        take(&one->lane[true], context);
    }
}

size_t lanes_credit(void)
{
    size_t pages = 0;
    for (const struct lanes *one = lanes.all; one != NULL; one = one->next)
        pages += one->credit_pages;
    return pages;
}

void lanes_before_fork(void)
{
    lock_take(&lanes.lock);
    lock_take(&space.lock);
}

void lanes_renew_locks(void)
{
    static const struct lock renewed = LOCK_INITIALIZER;
    lanes.lock = renewed;
    space.lock = renewed;
}

void lanes_after_fork_in_parent(void)
{
    lock_drop(&space.lock);
    lock_drop(&lanes.lock);
}

static void distrust(uint32_t unit)
{
    struct slot *slot = space_slot(unit);
    if (slot_state(slot) != SLOT_RESTING)
        return;
    space.tier->close(space_data(unit), PAGE_BYTES);
    slot_set_state(slot, SLOT_DEAD);
    stretch_give(unit, 1, NULL);
}

/* The system copied slots, lanes and pages one after the other while their thread ran on: whether
 * the page of a waiting slot is open is anybody's guess. */
static void distrust_waiting(struct lane *lane)
{
    ready_distrust(&lane->ready);
    for (uint32_t i = 0; i < lane->resting_count; i++)
        distrust(lane->resting[(lane->resting_first + i) % LANE_RESTING_MAX]);
    lane->resting_count = 0;
    lane->has_region = false;
}

/* Only the forking thread still walks regions. */
static void own_regions_again(void)
{
    for (uint32_t i = 0; i < space.touched; i++)
        if (!space.regions[i].is_large)
            space.regions[i].is_owned = false;
    for (unsigned i = 0; mine != NULL && i < COUNT_OF(mine->lane); i++)
        if (mine->lane[i].has_region)
            space.regions[mine->lane[i].region].is_owned = true;
}

void lanes_after_fork_in_child(void)
{
    lanes.idle = NULL;
    for (struct lanes *one = lanes.all; one != NULL; one = one->next) {
        one->number = one->number_end; /* the child's numbers are above its parent's */
        if (one == mine)
            continue;
        distrust_waiting(&one->lane[false]);
        distrust_waiting(&one->lane[true]);
        one->idle = lanes.idle;
        lanes.idle = one;
    }
    own_regions_again();
    if (mine != NULL)
        name_thread_locked(mine);
    lock_drop(&space.lock);
    lock_drop(&lanes.lock);
}
