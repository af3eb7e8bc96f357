#include "pool/budget.h"

#include "pool/options.h"
#include "pool/os.h"
#include "pool/util.h"

#define MIB      ((uint64_t)1 << 20)
#define GIB      ((uint64_t)1 << 30)
#define NO_LIMIT UINT64_MAX

#define FAR_PAGES (GIB / PAGE_BYTES) /* limits of more than that are met step by step */

enum { LISTENERS_MAX = 4, EPISODE_END_PERCENT = 85, PERCENT = 100, STEP_PAGES = 64 };

/* Free parts, in percent: a level holds from its first number on, and until the second again. */
static const struct {
    unsigned below;
    unsigned until;
} exhausted = {2, 4}, low = {10, 15};
enum { HIGH_ABOVE = 30, HIGH_UNTIL = 25 };

struct meter {
    _Atomic uint64_t limit; /* pages */
    _Atomic uint64_t used;  /* classes only */
    _Atomic uint64_t peak;
    _Atomic uint64_t wake_above; /* while `used` stays between, no level changes */
    _Atomic uint64_t wake_below;
    _Atomic unsigned level;
    _Atomic uint64_t episode; /* pages in use when an episode began; 0: none is on */
};

static struct {
    struct meter meter[BUDGET_METERS];
    _Atomic int64_t out; /* pages of paged pool outside memory */
    _Atomic unsigned events;
    _Atomic bool is_settling;
    _Atomic uint64_t in_step; /* bits of a count that may change unseen: none, or those of a step */
    _Atomic bool refuses_by_commit; /* a machine was described: its commit limit is a limit */
    _Atomic(budget_listener *) listener[LISTENERS_MAX];
    _Atomic(budget_teller *) teller;
} budget;

_Atomic(bool) budget_is_due;

static uint64_t load(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void store(_Atomic uint64_t *value, uint64_t to)
{
    atomic_store_explicit(value, to, memory_order_relaxed);
}

static uint64_t used_of(enum budget_meter meter)
{
    if (meter <= BUDGET_PAGED)
        return load(&budget.meter[meter].used);
    uint64_t both = load(&budget.meter[0].used) + load(&budget.meter[1].used);
    int64_t out = atomic_load_explicit(&budget.out, memory_order_relaxed);
    return meter == BUDGET_MEMORY && out > 0 ? both - (uint64_t)out : both;
}

/* `percent` of the limit; without one there is always room. */
static uint64_t part_of(uint64_t limit, unsigned percent)
{
    return limit == NO_LIMIT ? NO_LIMIT
                             : limit / PERCENT * percent + limit % PERCENT * percent / PERCENT;
}

static uint64_t free_of(enum budget_meter meter)
{
    uint64_t limit = load(&budget.meter[meter].limit);
    uint64_t used = used_of(meter);
    return limit == NO_LIMIT ? NO_LIMIT : used < limit ? limit - used : 0;
}

static enum budget_level level_of(enum budget_meter meter)
{
    uint64_t limit = load(&budget.meter[meter].limit);
    uint64_t free = free_of(meter);
    unsigned before = atomic_load_explicit(&budget.meter[meter].level, memory_order_relaxed);
    if (limit == NO_LIMIT)
        return BUDGET_HIGH;
    if (free < part_of(limit, before == BUDGET_EXHAUSTED ? exhausted.until : exhausted.below))
        return BUDGET_EXHAUSTED;
    if (free < part_of(limit, before <= BUDGET_LOW ? low.until : low.below))
        return BUDGET_LOW;
    bool is_high = before == BUDGET_HIGH ? free >= part_of(limit, HIGH_UNTIL)
                                         : free > part_of(limit, HIGH_ABOVE);
    return is_high ? BUDGET_HIGH : BUDGET_MIDDLE;
}

/* The bounds of use within which the level stays what it is. */
static void set_window(enum budget_meter number)
{
    /* per level: free part at which it is left downwards, and upwards; 0: never */
    static const unsigned down[] = {0, 2, 10, HIGH_UNTIL};
    static const unsigned up[] = {4, 15, HIGH_ABOVE, 0};
    struct meter *meter = &budget.meter[number];
    uint64_t limit = load(&meter->limit);
    unsigned level = atomic_load_explicit(&meter->level, memory_order_relaxed);
    bool has_end = limit != NO_LIMIT;
    store(&meter->wake_above,
          has_end && down[level] > 0 ? limit - part_of(limit, down[level]) : NO_LIMIT);
    store(&meter->wake_below, has_end && up[level] > 0 ? limit - part_of(limit, up[level]) + 1 : 0);
}

static bool has_left_window(enum budget_meter number)
{
    const struct meter *meter = &budget.meter[number];
    uint64_t used = used_of(number);
    return used > load(&meter->wake_above) || used < load(&meter->wake_below);
}

static void make_due(void)
{
    atomic_store_explicit(&budget_is_due, true, memory_order_release);
}

static void look_at(enum budget_meter meter)
{
    uint64_t episode = load(&budget.meter[meter].episode);
    bool may_end = episode > 0 && used_of(meter) <= part_of(episode, EPISODE_END_PERCENT);
    if (UNLIKELY(has_left_window(meter) || may_end))
        make_due();
}

/* Levels are percents: where every limit is far, a look a step is enough. */
static void look(enum budget_meter meter, uint64_t before, uint64_t now)
{
    if (LIKELY(((before ^ now) & ~load(&budget.in_step)) == 0))
        return;
    look_at(meter);
    look_at(BUDGET_COMMIT);
    look_at(BUDGET_MEMORY);
}

/* What was refused to this thread lately; bits by meter. */
static _Thread_local unsigned refused TLS_FAST;

/* An event for the first failure of an episode. */
static void begin_episode(enum budget_meter meter)
{
    uint64_t none = 0;
    uint64_t used = used_of(meter);
    store(&budget.in_step, 0);
    if (!atomic_compare_exchange_strong(&budget.meter[meter].episode, &none, used > 0 ? used : 1))
        return;
    atomic_fetch_or(&budget.events, 1u << meter);
    make_due();
}

bool budget_charge(enum budget_meter number, size_t pages)
{
    struct meter *meter = &budget.meter[number];
    uint64_t limit = load(&meter->limit);
    uint64_t used = atomic_fetch_add_explicit(&meter->used, pages, memory_order_relaxed) + pages;
    bool is_over = used > limit;
    bool is_over_commit = atomic_load_explicit(&budget.refuses_by_commit, memory_order_relaxed) &&
                          used_of(BUDGET_COMMIT) > load(&budget.meter[BUDGET_COMMIT].limit);
    if (UNLIKELY(is_over || is_over_commit)) {
        atomic_fetch_sub_explicit(&meter->used, pages, memory_order_relaxed);
        if (pages <= limit) /* what no empty pool could hold says nothing of this one */
            refused |= 1u << number;
        if (is_over_commit && pages <= load(&budget.meter[BUDGET_COMMIT].limit))
            refused |= 1u << BUDGET_COMMIT;
        return false;
    }
    uint64_t peak = load(&meter->peak);
    while (UNLIKELY(used > peak) && !atomic_compare_exchange_weak(&meter->peak, &peak, used))
        ;
    refused = 0; /* there is room again */
    look(number, used - pages, used);
    return true;
}

void budget_refund(enum budget_meter meter, size_t pages)
{
    uint64_t used =
        atomic_fetch_sub_explicit(&budget.meter[meter].used, pages, memory_order_relaxed);
    look(meter, used, used - pages);
}

void budget_refused(enum budget_meter meter, bool by_system)
{
    refused |= 1u << meter;
    if (by_system)
        refused |= 1u << BUDGET_COMMIT;
}

bool budget_has_refused(void)
{
    return refused != 0;
}

/* A refusal of the other class was got round: what it was for has been served since. */
void budget_failed(enum budget_meter meter)
{
    unsigned told = refused & (1u << meter | 1u << BUDGET_COMMIT);
    for (unsigned i = 0; told != 0 && i < BUDGET_METERS; i++)
        if ((told & 1u << i) != 0)
            begin_episode((enum budget_meter)i);
    refused = 0;
    budget_settle();
}

void budget_restart(void)
{
    refused = 0;
    for (unsigned i = 0; i < BUDGET_METERS; i++)
        store(&budget.meter[i].peak, load(&budget.meter[i].used));
    budget_settle();
}

void budget_paged_out(ptrdiff_t pages)
{
    atomic_fetch_add_explicit(&budget.out, pages, memory_order_relaxed);
    look_at(BUDGET_MEMORY);
}

bool budget_admits(enum budget_meter meter, unsigned importance)
{
    uint64_t limit = load(&budget.meter[meter].limit);
    if (importance >= 2 || limit == NO_LIMIT)
        return true;
    return free_of(meter) >= part_of(limit, importance == 0 ? low.below : exhausted.below);
}

void budget_read(enum budget_meter meter, struct budget_reading *reading)
{
    *reading = (struct budget_reading){
        .limit_pages = load(&budget.meter[meter].limit),
        .used_pages = used_of(meter),
        .peak_pages = load(&budget.meter[meter].peak),
        .level = (enum budget_level)atomic_load(&budget.meter[meter].level),
    };
}

void budget_on_levels(budget_listener *listener)
{
    for (unsigned i = 0; i < LISTENERS_MAX; i++) {
        budget_listener *none = NULL;
        if (atomic_compare_exchange_strong(&budget.listener[i], &none, listener) ||
            none == listener)
            return;
    }
    INVARIANT(false); /* too many listen */
}

void budget_on_events(budget_teller *teller)
{
    atomic_store(&budget.teller, teller);
}

/* True when the level of any meter is another now. */
static bool find_levels(void)
{
    bool has_changed = false;
    bool is_far = true;
    for (unsigned i = 0; i < BUDGET_METERS; i++) {
        is_far &= load(&budget.meter[i].limit) > FAR_PAGES && load(&budget.meter[i].episode) == 0;
        struct meter *meter = &budget.meter[i];
        unsigned level = level_of((enum budget_meter)i);
        has_changed |= atomic_exchange(&meter->level, level) != level;
        set_window((enum budget_meter)i);
    }
    store(&budget.in_step, is_far ? STEP_PAGES - 1 : 0);
    return has_changed;
}

static void end_episodes(void)
{
    for (unsigned i = 0; i < BUDGET_METERS; i++) {
        uint64_t began = load(&budget.meter[i].episode);
        if (began > 0 && used_of((enum budget_meter)i) <= part_of(began, EPISODE_END_PERCENT))
            store(&budget.meter[i].episode, 0);
    }
}

/* Commit is diagnosed before it is refused. */
static void warn_of_commit(void)
{
    bool refuses = atomic_load(&budget.refuses_by_commit);
    if (refuses && atomic_load(&budget.meter[BUDGET_COMMIT].level) <= BUDGET_LOW)
        begin_episode(BUDGET_COMMIT);
}

static void settle_once(void)
{
    end_episodes();
    bool has_changed = find_levels();
    warn_of_commit();
    for (unsigned i = 0; has_changed && i < LISTENERS_MAX; i++) {
        budget_listener *listener = atomic_load(&budget.listener[i]);
        if (listener != NULL)
            listener();
    }
    unsigned events = atomic_exchange(&budget.events, 0);
    budget_teller *teller = atomic_load(&budget.teller);
    if (events != 0 && teller != NULL)
        teller(events);
}

void budget_settle_now(void)
{
    while (atomic_load(&budget_is_due)) {
        if (atomic_exchange(&budget.is_settling, true))
            return; /* whoever settles looks again */
        atomic_store(&budget_is_due, false);
        settle_once();
        atomic_store(&budget.is_settling, false);
    }
}

void budget_after_fork(void)
{
    atomic_store(&budget.is_settling, false);
}

/* "Memory Limits for Windows", 64-bit [D]; xp32 the 32-bit figures; seed the first seed's. */
static uint64_t preset_nonpaged(uint64_t ram)
{
    const uint64_t most = 128 * GIB;
    const uint64_t part = ram / 4 * 3;
    switch (options.pool_limits) {
    case OPTION_LIMITS_WIN10: return ram;
    case OPTION_LIMITS_WIN8: return ram < most ? ram : most;
    case OPTION_LIMITS_WIN7: return part < most ? part : most;
    case OPTION_LIMITS_XP32: return 256 * MIB;
    case OPTION_LIMITS_SEED:
        return ram < 8 * GIB    ? 256 * MIB
               : ram < 16 * GIB ? GIB
               : ram < 64 * GIB ? 2 * GIB
                                : 4 * GIB;
    default: return NO_LIMIT;
    }
}

static uint64_t preset_paged(uint64_t commit)
{
    switch (options.pool_limits) {
    case OPTION_LIMITS_WIN8: return commit < 384 * GIB ? commit : 384 * GIB;
    case OPTION_LIMITS_WIN7: return 128 * GIB;
    case OPTION_LIMITS_XP32: return 530 * MIB;
    case OPTION_LIMITS_WIN10:
    case OPTION_LIMITS_SEED: return commit;
    default: return NO_LIMIT;
    }
}

static void set_limit(enum budget_meter meter, uint64_t option_mb, uint64_t preset)
{
    uint64_t bytes = option_mb > 0 ? option_mb * MIB : preset;
    store(&budget.meter[meter].limit, bytes == NO_LIMIT ? NO_LIMIT : bytes / PAGE_BYTES);
}

static void take_limits(void)
{
    uint64_t ram = options.ram_mb > 0 ? options.ram_mb * MIB : os_ram_bytes();
    uint64_t commit = 2 * ram;
    set_limit(BUDGET_NONPAGED, options.nonpaged_limit_mb, preset_nonpaged(ram));
    set_limit(BUDGET_PAGED, options.paged_limit_mb, preset_paged(commit));
    set_limit(BUDGET_MEMORY, 0, ram);
    set_limit(BUDGET_COMMIT, 0, commit);
    atomic_store(&budget.refuses_by_commit,
                 options.ram_mb > 0 || options.pool_limits != OPTION_LIMITS_NONE);
}

void budget_start(void)
{
    take_limits();
    for (unsigned i = 0; i < BUDGET_METERS; i++)
        atomic_store(&budget.meter[i].level, BUDGET_HIGH);
    find_levels();
}

void budget_limits_again(void)
{
    take_limits();
    make_due();
    budget_settle_now();
}

void budget_limit(enum budget_meter meter, uint64_t pages)
{
    store(&budget.meter[meter].limit, pages);
    make_due();
    budget_settle_now();
}
