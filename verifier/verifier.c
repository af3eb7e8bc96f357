#include "expool/verifier.h"

#include "pool/bugcheck.h"
#include "pool/checker.h"
#include "pool/drivers.h"
#include "pool/hook.h"
#include "pool/options.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/rules.h"
#include "verifier/archive.h"
#include "verifier/control.h"
#include "verifier/extras.h"
#include "verifier/fault.h"
#include "verifier/force_irql.h"
#include "verifier/forks.h"
#include "verifier/hooks.h"
#include "verifier/inject.h"
#include "verifier/leaks.h"
#include "verifier/modules.h"
#include "verifier/select.h"
#include "verifier/special.h"
#include "verifier/track.h"

#include <pthread.h>
#include <stdlib.h>
#include <valgrind/valgrind.h>

#define OWN_FRAME __builtin_frame_address(0)
#define MIB       ((uint64_t)1 << 20)

enum {
    EXIT_REFUSED = 125,
    STDERR = 2,
    LINE_BYTES = 512,
    RAM_PART = 8,
    BYTES_VALGRIND = 16 << 20,
};

static struct {
    struct lock lock;
    bool is_on;
} verifier = {.lock = LOCK_INITIALIZER};

static void end_guarding(void)
{
    hook_set(&hooks_off);
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
    RACY_WRITE(special.placement, options.verify);
    RACY_WRITE(special.is_recycling, options.reuse == OPTION_REUSE_RECYCLE);
    if (COUNTED(live_blocks) == 0) /* what is around those was laid already */
        RACY_WRITE(special.reach, options.pattern_bytes);
    RACY_WRITE(special.pages_max, options.special_pool_mb * MIB / PAGE_BYTES);
    if (options.seed == 0)
        options.seed = os_random() % 1000000 + 1; /* named in every report's "Again" line */
    RACY_WRITE(special.seed, options.seed);
    if (special.started_ms == 0)
        special.started_ms = os_clock_ms();
    stack_depth_set((unsigned)options.stack_depth);
}

static void add_root(uint32_t unit, void *context)
{
    (void)context;
    struct slot_facts facts = slot_facts(space_slot(unit));
    checker_add_root(slot_block(facts, space_data(unit)), facts.size_bytes);
}

/* LeakSanitizer looks at all of a root, and guards cannot be looked at: it is shown blocks. Before
 * its turn, which may come before a destructor's. */
static void add_roots(void)
{
    if (verifier.is_on)
        special_each_live(add_root, NULL);
}

static bool prepare_checker(void)
{
    static bool is_done;
    is_done = is_done || !checker_has_roots() || atexit(add_roots) == 0;
    return is_done;
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

/* A driver that comes may give its name to an image known before; before an image goes its row must
 * be there: afterwards nobody can tell what it was. */
static void driver_changes(uint16_t driver, enum driver_state state)
{
    (state == DRIVER_LOADED ? modules_note : modules_follow)();
    extras_set(EXTRA_DRIVERS, true);
    if (state == DRIVER_UNLOADED)
        leaks_of_driver(driver, OWN_FRAME);
}

/* No more than a part of the machine's memory, which is used as blocks are freed. Memcheck looks
 * for leaks in all of it. */
static size_t quarantine_bytes(void)
{
    uint64_t most = RUNNING_ON_VALGRIND ? BYTES_VALGRIND : os_ram_bytes() / RAM_PART;
    uint64_t wanted = options.quarantine_mb * MIB;
    return (size_t)(wanted < most ? wanted : most);
}

static bool start_locked(void)
{
    const struct tier *tier = choose_tier();
    if (tier == NULL)
        return false;
    if (!space_start(tier, options.quarantine_blocks) || !archive_start(quarantine_bytes()))
        return say_no("expool: no address space for special pool (ulimit -v, -d?)\n");
    if (!modules_choose(options.drivers))
        return say_no("expool: option drivers: 64 names of up to 63 letters\n");
    drivers_tell(driver_changes);
    extras_set(EXTRA_DRIVERS, drivers_any());
    if (!track_start() || !force_irql_start())
        return say_no("expool: no memory for pool tracking (ulimit -v, -d?)\n");
    if (!forks_follow(&verifier.lock, end_guarding) || !fault_start() || !prepare_checker())
        return say_no("expool: the system refuses a handler for faults or forks\n");
    take_options();
    if (!select_set(options.special_pool, special.seed))
        return false;
    uint64_t wanted = options.verifier == 0 ? RULES_STANDARD : options.verifier;
    uint32_t rules = (uint32_t)options_settle_rules(wanted);
    if (!inject_set(options.low_resources, special.seed, &rules))
        return false;
    verifier.is_on = true;
    rules_set(rules);
    control_start();
    bugcheck_at_exit(look_for_leaks);
    hook_set(&hooks_on);
    if (options.banner)
        print_banner();
    return true;
}

/* What is switched here every call of the pool reads, without a lock. */
static void take(void)
{
    lock_take(&verifier.lock);
    order_hide();
}

static void drop(void)
{
    order_show();
    lock_drop(&verifier.lock);
}

bool expool_verifier_start(void)
{
    pool_start(); /* reads the options, too */
    take();
    bool is_on = verifier.is_on || start_locked();
    drop();
    return is_on;
}

size_t expool_verifier_stop(void)
{
    take();
    if (verifier.is_on)
        hook_set(&hooks_off);
    rules_set(0);
    verifier.is_on = false;
    control_tell();
    stack_depth_set(1);
    drop();
    return (size_t)COUNTED(live_blocks) + track_live();
}

bool expool_verifier_flags_set(uint32_t flags)
{
    take();
    bool is_possible =
        verifier.is_on && flags != 0 && (flags & ~RULES_KNOWN) == 0 && inject_rules(flags);
    if (is_possible) {
        rules_set(flags);
        control_tell();
    }
    drop();
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
    unsigned char irql = irql_current;
    irql_current = IRQL_PASSIVE; /* no level is wrong for this */
    force_irql_freeing_all();
    size_t count = special_reset() + track_reset();
    irql_current = irql;
    return count;
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
