#include "verifier/hooks.h"

#include "expool/verifier.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/rules.h"
#include "verifier/control.h"
#include "verifier/extras.h"
#include "verifier/force_irql.h"
#include "verifier/forks.h"
#include "verifier/inject.h"
#include "verifier/modules.h"
#include "verifier/owner.h"
#include "verifier/select.h"
#include "verifier/special.h"
#include "verifier/track.h"

#include <errno.h>

enum { STDERR = 2, LINE_BYTES = 512, PERMILLE = 1000 };

static void add_coverage(struct text *text)
{
    uint64_t served = COUNTED(allocations_special_pool);
    /* Without those that got nothing: they needed no guard. */
    uint64_t attempted = served + COUNTED(allocations_not_selected) + COUNTED(allocations_fallback);
    if (attempted == 0) {
        text_add(text, "no allocation seen yet");
        return;
    }
    uint64_t permille = served * PERMILLE / attempted;
    text_add(text, "special pool %,lu of %,lu allocations (%lu.%lu %%)", served, attempted,
             permille / 10, permille % 10);
}

/* The numbers a person needs to raise the right limit. */
static void say_full(const char *cause, const char *consequence)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text,
             "expool: special pool %s: %,lu live blocks on %,lu pages (special_pool_mb=%lu: "
             "%,lu pages; guards from %s); %s\n",
             cause, COUNTED(live_blocks), COUNTED(live_pages), options.special_pool_mb,
             (uint64_t)RACY_READ(special.pages_max), space.tier->name, consequence);
    os_write(STDERR, text.bytes, text.length);
}

/* Where mappings run out nobody asked for that end: guarding stops, the program does not. */
static bool fall_back(enum special_answer answer)
{
    const char *cause = answer == SPECIAL_FULL ? "is full"
                                               : "gets no more pages from the system (short of "
                                                 "memory, or the program is in a sandbox)";
    bool is_by_option = !tier_is_at_limit(space.tier);
    if (is_by_option && options.special_pool_full == OPTION_FULL_STOP) {
        say_full(cause, "the program ends here; special_pool_full=fallback goes on without guards");
        os_abort();
    }
    if (counter_add(&counter_shared.allocations_fallback, 1) == 1)
        say_full(cause, is_by_option
                            ? "further blocks come from normal pool, without guards"
                            : "vm.max_map_count leaves no room for more guards: further blocks "
                              "come from normal pool, without");
    return false;
}

static bool serve_tracked(const struct request *request, uint16_t owner, void **block)
{
    bool is_served = track_allocate(request, owner, block);
    if (!is_served)
        return false; /* the pool serves it, and counts a failure itself */
    if (UNLIKELY(*block == NULL))
        COUNT(allocations_failed);
    else
        inject_soil(request, *block);
    return true;
}

static bool serve_special(const struct request *request, uint16_t owner, void **block)
{
    int saved = errno;
    enum special_answer answer = special_allocate(request, block);
    errno = saved;
    if (answer == SPECIAL_FULL || answer == SPECIAL_NO_PAGES)
        return fall_back(answer) || serve_tracked(request, owner, block);
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
    if (fails) {
        COUNT(faults_injected);
        COUNT(calls_failed);
    }
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
    bool is_watched = extras_have(EXTRA_DRIVERS | EXTRA_TRIMS);
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
    if (expool_verifier_is_on())
        rules_add_names(text, expool_verifier_flags());
    else
        text_add(text, "off again");
    text_add(text, ", guards from %s, seed %lu", space.tier->name, RACY_READ(special.seed));
    text_add(text, "\n          ");
    add_coverage(text);
    uint64_t unguarded = COUNTED(allocations_fallback);
    if (unguarded > 0)
        text_add(text, ", %,lu without guards", unguarded);
    text_add(text, ", ");
    inject_state(text);
}

const struct pool_hook hooks_on = {
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

const struct pool_hook hooks_off = {
    .allocate = hook_decline,
    .free = hook_free,
    .is_verifying = false,
    .module_name = modules_name,
    .tell = hook_tell,
    .each_live = special_each_block,
    .state = hook_state,
    .failures = inject_failures,
};
