#include "expool/verifier.h"

#include "pool/bugcheck.h"
#include "pool/drivers.h"
#include "pool/hook.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/rules.h"
#include "verifier/archive.h"
#include "verifier/control.h"
#include "verifier/extras.h"
#include "verifier/fault.h"
#include "verifier/force_irql.h"
#include "verifier/forks.h"
#include "verifier/inject.h"
#include "verifier/lane.h"
#include "verifier/leaks.h"
#include "verifier/modules.h"
#include "verifier/owner.h"
#include "verifier/pattern.h"
#include "verifier/select.h"
#include "verifier/special.h"
#include "verifier/track.h"

#include <errno.h>
#include <pthread.h>

#define OWN_FRAME __builtin_frame_address(0)
#define MIB       ((uint64_t)1 << 20)

enum {
    EXIT_REFUSED = 125,
    STDERR = 2,
    LINE_BYTES = 512,
    PERMILLE = 1000,
    RAM_PART = 8,
    QUARANTINE_BLOCKS_ASAN = 1 << 20
};

static struct {
    struct lock lock;
    bool is_on;
} verifier = {.lock = LOCK_INITIALIZER};

static void add_coverage(struct text *text)
{
    uint64_t attempted = COUNTED(allocations_attempted);
    uint64_t served = COUNTED(allocations_special_pool);
    if (attempted == 0) {
        text_add(text, "no allocation seen yet");
        return;
    }
    uint64_t permille = served * PERMILLE / attempted;
    text_add(text, "special pool %,lu of %,lu allocations (%lu.%lu %%)", served, attempted,
             permille / 10, permille % 10);
}

/* The numbers a person needs to raise the right limit. */
static void say_full(const char *consequence)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text,
             "expool: special pool is full: %,lu live blocks on %,lu pages (special_pool_mb=%lu: "
             "%,lu pages; guards from %s); %s\n",
             COUNTED(live_blocks), COUNTED(live_pages), options.special_pool_mb,
             (uint64_t)special.pages_max, space.tier->name, consequence);
    os_write(STDERR, text.bytes, text.length);
}

/* Where mappings run out nobody asked for that end: guarding stops, the program does not. */
static bool fall_back(void)
{
    bool is_by_option = !tier_is_at_limit(space.tier);
    if (is_by_option && options.special_pool_full == OPTION_FULL_STOP) {
        say_full("the program ends here; special_pool_full=fallback goes on without guards");
        os_abort();
    }
    if (counter_add(&counter_shared.allocations_fallback, 1) == 1)
        say_full(is_by_option ? "further blocks come from normal pool, without guards"
                              : "vm.max_map_count leaves no room for more guards: further blocks "
                                "come from normal pool, without");
    return false;
}

static bool serve_tracked(const struct request *request, uint16_t owner, void **block)
{
    bool is_served = track_allocate(request, owner, block);
    if (is_served)
        inject_soil(request, *block);
    return is_served;
}

static bool serve_special(const struct request *request, uint16_t owner, void **block)
{
    int saved = errno;
    enum special_answer answer = special_allocate(request, block);
    errno = saved;
    if (answer == SPECIAL_FULL)
        return fall_back() || serve_tracked(request, owner, block);
    if (UNLIKELY(answer != SPECIAL_SERVED))
        COUNT(allocations_failed);
    else if (UNLIKELY(pool_is_paged(request->kind)))
        force_irql_allocated(request, *block);
    return true;
}

/* Where more is asked for than a place in special pool. */
static NOINLINE bool allocate_with_extras(const struct request *request, void **block)
{
    if (UNLIKELY(inject_fails(request))) {
        COUNT(faults_injected);
        *block = NULL;
        return true;
    }
    bool is_verified = hook_column_of(request->frame) == COLUMN_VERIFIED;
    bool is_selected = rules_have(RULE_SPECIAL_POOL) && is_verified && select_takes(request);
    uint16_t owner = is_verified ? owner_of_request(request) : 0;
    if (!is_selected && !request->special) {
        COUNT(allocations_not_selected);
        return is_verified && serve_tracked(request, owner, block);
    }
    bool is_served = serve_special(request, owner, block);
    if (is_served && space_has(*block)) {
        owner_take_special(*block, request, owner);
        inject_soil(request, *block);
    }
    return is_served;
}

static bool hook_allocate(const struct request *request, void **block)
{
    forks_look();
    control_look();
    COUNT(allocations_attempted);
    if (pool_is_paged(request->kind))
        force_irql_asked();
    if (UNLIKELY(request->tag == 0))
        COUNT(allocations_without_tag);
    if (extras_any() || !rules_have(RULE_SPECIAL_POOL))
        return allocate_with_extras(request, block);
    return serve_special(request, 0, block);
}

static bool hook_fails_call(const void *frame)
{
    bool fails = inject_fails_call(frame);
    if (fails)
        COUNT(faults_injected);
    return fails;
}

static bool hook_decline(const struct request *request, void **block)
{
    (void)request;
    (void)block;
    return false;
}

static bool hook_free(const struct release *release)
{
    forks_look();
    control_look();
    int saved = errno;
    bool is_watched = extras_have(EXTRA_DRIVERS) || extras_have(EXTRA_TRIMS);
    bool is_special = is_watched ? owner_free_special(release) : special_free(release);
    bool is_ours = is_special || track_free(release);
    errno = saved;
    return is_ours;
}

static bool hook_tell(const void *address, struct story *story)
{
    return special_tell(address, story) || track_tell(address, story);
}

static void hook_state(struct text *text)
{
    text_add(text, "verifier ");
    if (verifier.is_on)
        rules_add_names(text, expool_verifier_flags());
    else
        text_add(text, "off again");
    text_add(text, ", guards from %s, seed %lu", space.tier->name, special.seed);
    text_add(text, "\n          ");
    add_coverage(text);
    uint64_t unguarded = COUNTED(allocations_fallback);
    if (unguarded > 0)
        text_add(text, ", %,lu without guards", unguarded);
    text_add(text, ", ");
    inject_state(text);
}

static const struct pool_hook hook_on = {
    .allocate = hook_allocate,
    .free = hook_free,
    .fails = hook_fails_call,
    .soil = inject_soil,
    .is_verifying = true,
    .is_paged = special_is_paged,
    .judges = modules_verifies,
    .is_driver = modules_is_driver,
    .image_of = modules_image,
    .module_name = modules_name,
    .irql_changed = force_irql_changed,
    .tell = hook_tell,
    .each_live = special_each_block,
    .state = hook_state,
    .failures = inject_failures,
};

/* Blocks handed out before are still out there. */
static const struct pool_hook hook_off = {
    .allocate = hook_decline,
    .free = hook_free,
    .is_verifying = false,
    .module_name = modules_name,
    .tell = hook_tell,
    .each_live = special_each_block,
    .state = hook_state,
    .failures = inject_failures,
};

static void end_guarding(void)
{
    hook_set(&hook_off);
    verifier.is_on = false;
}

/* Guards of another kind than those of blocks still in use are not to be had. */
static const struct tier *choose_tier(void)
{
    static const char message[] =
        "expool: tier= cannot change once the verifier has run in this process\n";
    if (space.tier == NULL)
        return tier_choose((enum option_tier)options.tier);
    if (options.tier == OPTION_TIER_AUTO || options.tier == (unsigned)space.tier->number)
        return space.tier;
    os_write(STDERR, message, sizeof message - 1);
    return NULL;
}

static void take_options(void)
{
    special.placement = options.verify;
    special.is_recycling = options.reuse == OPTION_REUSE_RECYCLE;
    if (COUNTED(live_blocks) == 0) /* what is around those was laid already */
        special.reach = options.pattern_bytes;
    special.pages_max = options.special_pool_mb * MIB / PAGE_BYTES;
    if (options.seed == 0)
        options.seed = os_random() % 1000000 + 1; /* named in every report's "Again" line */
    special.seed = options.seed;
    if (special.started_ms == 0)
        special.started_ms = os_clock_ms();
    stack_depth_set((unsigned)options.stack_depth);
}

static int look_for_leaks(void)
{
    control_end();
    bool wants_look = rules_have(RULE_TRACKING) && options.leaks != OPTION_LEAKS_OFF;
    return wants_look && leaks_print() > 0 ? (int)options.leak_exitcode : 0;
}

static void print_banner(void)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: verifier ", os_process_id());
    rules_add_names(&text, expool_verifier_flags());
    text_add(&text, ", guards from %s, seed %lu\n", space.tier->name, special.seed);
    os_write(STDERR, text.bytes, text.length);
}

static bool say_no(const char *message)
{
    os_write(STDERR, message, __builtin_strlen(message));
    return false;
}

/* Before an image goes its row must be there: afterwards nobody can tell what it was. */
static void driver_changes(uint16_t driver, enum driver_state state)
{
    modules_follow();
    extras_set(EXTRA_DRIVERS, true);
    if (state == DRIVER_UNLOADED)
        leaks_of_driver(driver, OWN_FRAME);
}

/* No more than a part of the machine's memory, which is used as blocks are freed. */
static size_t quarantine_bytes(void)
{
    uint64_t most = os_ram_bytes() / RAM_PART;
    uint64_t wanted = options.quarantine_mb * MIB;
    return (size_t)(wanted < most ? wanted : most);
}

/* ASan's shadow of an address once used stays: an eighth of a unit. */
static size_t quarantine_blocks(void)
{
    if (options.quarantine_blocks == 0 && pattern_is_poisoned())
        return QUARANTINE_BLOCKS_ASAN;
    return options.quarantine_blocks;
}

static bool start_locked(void)
{
    const struct tier *tier = choose_tier();
    if (tier == NULL)
        return false;
    if (!space_start(tier, quarantine_blocks()) || !archive_start(quarantine_bytes()))
        return say_no("expool: no address space for special pool (ulimit -v?)\n");
    modules_choose(options.drivers);
    drivers_tell(driver_changes);
    extras_set(EXTRA_DRIVERS, drivers_any());
    if (!track_start() || !force_irql_start())
        return say_no("expool: no memory for pool tracking (ulimit -v?)\n");
    if (!forks_follow(&verifier.lock, end_guarding) || !fault_start())
        return say_no("expool: the system refuses a handler for faults or forks\n");
    take_options();
    if (!select_set(options.special_pool, special.seed))
        return false;
    uint32_t rules = options.verifier == 0 ? RULES_STANDARD : (uint32_t)options.verifier;
    if (!inject_set(options.low_resources, special.seed, &rules))
        return false;
    verifier.is_on = true;
    rules_set(rules);
    control_start();
    bugcheck_at_exit(look_for_leaks);
    hook_set(&hook_on);
    if (options.banner)
        print_banner();
    return true;
}

bool expool_verifier_start(void)
{
    pool_start(); /* reads the options, too */
    lock_take(&verifier.lock);
    bool is_on = verifier.is_on || start_locked();
    lock_drop(&verifier.lock);
    return is_on;
}

size_t expool_verifier_stop(void)
{
    lock_take(&verifier.lock);
    if (verifier.is_on)
        hook_set(&hook_off);
    rules_set(0);
    verifier.is_on = false;
    control_tell();
    lock_drop(&verifier.lock);
    stack_depth_set(1);
    return (size_t)COUNTED(live_blocks) + track_live();
}

bool expool_verifier_flags_set(uint32_t flags)
{
    lock_take(&verifier.lock);
    bool is_possible =
        verifier.is_on && flags != 0 && (flags & ~RULES_KNOWN) == 0 && inject_rules(flags);
    if (is_possible) {
        rules_set(flags);
        control_tell();
    }
    lock_drop(&verifier.lock);
    return is_possible;
}

uint32_t expool_verifier_flags(void)
{
    return atomic_load_explicit(&rules_in_force, memory_order_relaxed);
}

bool expool_verifier_is_on(void)
{
    const struct pool_hook *hook = hook_current();
    return hook != NULL && hook->is_verifying;
}

size_t expool_verifier_sweep(void)
{
    return special_sweep(OWN_FRAME) + track_sweep(OWN_FRAME);
}

size_t expool_verifier_report_leaks(void)
{
    return leaks_raise(OWN_FRAME);
}

size_t expool_verifier_reset(void)
{
    force_irql_freeing_all();
    return special_reset() + track_reset();
}

__attribute__((constructor(104))) static void start_by_option(void)
{
    options_start();
    uint32_t rules = 0;
    bool is_good = inject_rules_of(options.low_resources, &rules);
    if (options.verifier == 0)
        options.verifier = rules; /* low_resources= brings its rule alone */
    if (!is_good || (options.verifier != 0 && !expool_verifier_start()))
        os_exit_now(EXIT_REFUSED);
}
