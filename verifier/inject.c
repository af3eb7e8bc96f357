#include "verifier/inject.h"

#include "expool/host.h"

#include "pool/bugcheck.h"
#include "pool/clock.h"
#include "pool/kind.h"
#include "pool/lock.h"
#include "pool/mix.h"
#include "pool/os.h"
#include "pool/own_code.h"
#include "pool/report.h"
#include "pool/rules.h"
#include "pool/stack.h"
#include "pool/unwind.h"
#include "pool/util.h"
#include "verifier/extras.h"
#include "verifier/inject_history.h"
#include "verifier/inject_settings.h"
#include "verifier/inject_stacks.h"
#include "verifier/modules.h"
#include "verifier/stack_id.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

enum {
    SHOWN_MAX = 3, /* failures in a report */
    CALLERS_MAX = 4,
    LINE_BYTES = 1024,
    TAG_BYTES = 4,
    STDERR = 2,
    SOILED_BYTES_MAX = 16 << 20, /* larger blocks stay as the system gives them */
};

struct simulation {
    struct inject_settings settings;
    uint64_t seed;
    uint64_t started_ms;
    struct simulation *older;
};

static const struct simulation nothing = {.settings = {.mode = INJECT_OFF}};

/* A simulation that was replaced stays: a thread may be looking at it. Who changes to and fro, as a
 * fuzzer does, gets those that were made before. */
static struct {
    struct lock lock; /* of inject_set */
    struct simulation *newest;
    _Atomic(const struct simulation *) simulation;
    _Atomic unsigned mode; /* enum inject_mode; last to change when something is switched on */
    _Atomic uint64_t asked;
    _Atomic uint64_t matching; /* since the simulation was set */
    _Atomic uint64_t failed;
    expool_call_hook *_Atomic host; /* asked first; NULL: none */
    void *host_context;
} inject = {.lock = LOCK_INITIALIZER, .simulation = &nothing};

static _Thread_local uint64_t sequence TLS_FAST; /* calls of this thread */

struct call {
    uint32_t tag; /* 0: not a request for pool */
    size_t size_bytes;
    const void *frame;
};

static const uint32_t rule_of[] = {
    [INJECT_OFF] = 0,
    [INJECT_RANDOM] = RULE_LOW_RESOURCES,
    [INJECT_NTH] = RULE_LOW_RESOURCES,
    [INJECT_SYSTEMATIC] = RULE_SYSTEMATIC,
    [INJECT_RECORD] = RULE_SYSTEMATIC,
};

/* What is simulated: the settings', while their rule is in force. */
static enum inject_mode mode_in_force(void)
{
    unsigned mode = atomic_load_explicit(&inject.mode, memory_order_acquire);
    return mode != INJECT_OFF && rules_have((enum rule)rule_of[mode]) ? (enum inject_mode)mode
                                                                      : INJECT_OFF;
}

static const struct simulation *simulation_now(void)
{
    return atomic_load_explicit(&inject.simulation, memory_order_acquire);
}

uint64_t inject_count(void)
{
    return atomic_load_explicit(&inject.failed, memory_order_relaxed);
}

static bool tag_matches(const char *tags, uint32_t tag)
{
    if (tags[0] == 0)
        return true;
    char name[TAG_BYTES + 1] = {0};
    tag = tag_without_protection(tag);
    memcpy(name, &tag, TAG_BYTES);
    for (unsigned i = TAG_BYTES; i > 0 && name[i - 1] == ' '; i--)
        name[i - 1] = 0;
    return name[0] != 0 && inject_list_has(tags, name);
}

/* Where drivers= names some, theirs alone fail: by way of our routines, too. */
static bool is_verified_call(const void *frame)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    if (modules_verifies(unwind_caller(frame)))
        return true;
    if (!own_code_has(unwind_caller(frame)))
        return false;
    unsigned count = stack_here(frame, frames);
    unsigned first = 0;
    while (first < count && own_code_has(frames[first]))
        first++;
    return first < count && modules_verifies(frames[first]);
}

static bool matches(const struct simulation *simulation, const struct call *call)
{
    const struct inject_settings *settings = &simulation->settings;
    return call->size_bytes >= settings->size_least && call->size_bytes <= settings->size_most &&
           tag_matches(settings->tags, call->tag) && is_verified_call(call->frame) &&
           (settings->after_ms == 0 || clock_ms() - simulation->started_ms >= settings->after_ms);
}

static bool is_chosen(const struct simulation *simulation, const struct call *call,
                      enum inject_mode mode, uint32_t *id)
{
    uint64_t number = atomic_fetch_add_explicit(&inject.matching, 1, memory_order_relaxed) + 1;
    switch (mode) {
    case INJECT_OFF: break;
    case INJECT_RANDOM:
        return mix(mix(simulation->seed) ^ sequence) % INJECT_RATE_MAX <
                   simulation->settings.rate &&
               !stack_is_loaders(call->frame);
    case INJECT_NTH: return number == simulation->settings.nth && !stack_is_loaders(call->frame);
    case INJECT_SYSTEMATIC:
    case INJECT_RECORD: return inject_stacks_fail(call->frame, id);
    }
    return false;
}

static NOINLINE bool ask(const struct call *call, enum inject_mode mode)
{
    uint32_t id = 0;
    const struct simulation *simulation = simulation_now();
    sequence++; /* whether it matches or not, so that a filter moves no decision */
    atomic_fetch_add_explicit(&inject.asked, 1, memory_order_relaxed);
    if (bugcheck_is_reporting() || !matches(simulation, call) ||
        !is_chosen(simulation, call, mode, &id))
        return false;
    atomic_fetch_add_explicit(&inject.failed, 1, memory_order_relaxed);
    if (id == 0 && simulation->settings.state[0] != 0)
        id = inject_stacks_keep(call->frame);
    struct injected entry = {.sequence = sequence,
                             .size_bytes = call->size_bytes,
                             .tag = tag_without_protection(call->tag),
                             .thread = os_thread_id(),
                             .stack = id,
                             .irql = (uint8_t)irql_current};
    inject_history_add(entry, call->frame);
    return true;
}

static NOINLINE bool ask_host(const struct call *call, expool_call_hook *host)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    if (bugcheck_is_reporting())
        return false;
    struct expool_call public = {.tag = tag_without_protection(call->tag),
                                 .size_bytes = call->size_bytes,
                                 .frames = frames,
                                 .frame_count = stack_here(call->frame, frames)};
    if (!host(&public, inject.host_context))
        return false;
    atomic_fetch_add_explicit(&inject.failed, 1, memory_order_relaxed);
    struct injected entry = {.size_bytes = call->size_bytes,
                             .tag = public.tag,
                             .thread = os_thread_id(),
                             .irql = (uint8_t)irql_current};
    inject_history_add(entry, call->frame);
    return true;
}

void expool_on_call(expool_call_hook *hook, void *context)
{
    inject.host_context = context;
    atomic_store(&inject.host, hook);
    extras_set(EXTRA_INJECT, hook != NULL || atomic_load(&inject.mode) != INJECT_OFF);
}

static bool fails(const struct call *call)
{
    enum inject_mode mode = mode_in_force();
    expool_call_hook *host = atomic_load_explicit(&inject.host, memory_order_relaxed);
    if (LIKELY(mode == INJECT_OFF && host == NULL))
        return false;
    int saved = errno;
    bool answer = (host != NULL && ask_host(call, host)) || (mode != INJECT_OFF && ask(call, mode));
    errno = saved;
    return answer;
}

bool inject_fails(const struct request *request)
{
    struct call call = {request->tag, request->size_bytes, request->frame};
    return fails(&call);
}

bool inject_fails_call(const void *frame)
{
    struct call call = {0, simulation_now()->settings.size_least, frame};
    return fails(&call);
}

void inject_soil(const struct request *request, void *block)
{
    if (LIKELY(mode_in_force() != INJECT_RANDOM) || request->zero || block == NULL ||
        request->size_bytes > SOILED_BYTES_MAX)
        return;
    unsigned char *at = block;
    uint64_t state = mix(simulation_now()->seed ^ sequence);
    for (size_t left = request->size_bytes; left > 0;) {
        size_t bytes = left < sizeof state ? left : sizeof state;
        state = mix(state);
        memcpy(at, &state, bytes);
        at += bytes;
        left -= bytes;
    }
}

static bool say_bad(const char *words, const struct text *complaint)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "expool: option low_resources: '%s': ", words);
    text_add_bytes(&text, complaint->bytes, complaint->length);
    text_add(&text, "\n");
    text_calm(&text);
    os_write(STDERR, text.bytes, text.length);
    return false;
}

static bool settle_rules(struct inject_settings *settings, uint32_t *rules, struct text *complaint)
{
    const uint32_t both = RULE_LOW_RESOURCES | RULE_SYSTEMATIC;
    *rules |= rule_of[settings->mode];
    if ((*rules & both) == both) {
        text_add(complaint, "randomized and systematic low resources exclude each other");
        return false;
    }
    if (settings->mode == INJECT_OFF && (*rules & RULE_LOW_RESOURCES) != 0)
        settings->mode = INJECT_RANDOM;
    if (settings->mode == INJECT_OFF && (*rules & RULE_SYSTEMATIC) != 0)
        settings->mode = INJECT_SYSTEMATIC;
    return true;
}

/* Reads the words into `made`; false: the complaint says why not. */
static bool read_words(const char *words, struct inject_settings *made, uint32_t *rules,
                       struct text *complaint)
{
    if (!inject_settings_read(words, made, complaint) || !settle_rules(made, rules, complaint))
        return false;
    if (!inject_list_has(made->apps, program_invocation_short_name))
        made->mode = INJECT_OFF;
    return true;
}

/* At worst a page is kept that need not be. */
static bool has_settings(const struct simulation *one, const struct simulation *other)
{
    const void *wanted = &other->settings;
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
    return one->seed == other->seed && memcmp(&one->settings, wanted, sizeof one->settings) == 0;
}

/* One like it that was made before, or itself. What waits for its time begins anew. */
static struct simulation *keep_locked(struct simulation *made)
{
    struct simulation *at = made->settings.after_ms > 0 ? NULL : inject.newest;
    while (at != NULL && !has_settings(at, made))
        at = at->older;
    if (at != NULL) {
        os_release(made, sizeof *made);
        return at;
    }
    made->older = inject.newest;
    inject.newest = made;
    return made;
}

static bool set_locked(const char *words, uint64_t seed, uint32_t *rules)
{
    char bytes[LINE_BYTES];
    struct text complaint = TEXT_OVER(bytes);
    struct simulation *made = os_table(sizeof *made);
    if (made == NULL)
        text_add(&complaint, "no memory for it");
    if (made == NULL || !read_words(words, &made->settings, rules, &complaint)) {
        if (made != NULL)
            os_release(made, sizeof *made);
        return say_bad(words, &complaint);
    }
    made->seed = seed;
    made->started_ms = clock_ms();
    made = keep_locked(made);
    atomic_store(&inject.mode, INJECT_OFF);
    atomic_store(&inject.matching, 0);
    atomic_store_explicit(&inject.simulation, made, memory_order_release);
    enum inject_mode mode = made->settings.mode;
    bool has_stacks = rule_of[mode] == RULE_SYSTEMATIC || made->settings.state[0] != 0;
    if (has_stacks && !inject_stacks_set(&made->settings)) {
        text_add(&complaint, "the state file cannot be read or made");
        return say_bad(words, &complaint);
    }
    atomic_store_explicit(&inject.mode, mode, memory_order_release);
    extras_set(EXTRA_INJECT, mode != INJECT_OFF || atomic_load(&inject.host) != NULL);
    return true;
}

bool inject_set(const char *words, uint64_t seed, uint32_t *rules)
{
    lock_take(&inject.lock);
    bool is_set = set_locked(words, seed, rules);
    lock_drop(&inject.lock);
    return is_set;
}

bool inject_rules_of(const char *words, uint32_t *rules)
{
    static struct inject_settings settings;
    char bytes[LINE_BYTES];
    struct text complaint = TEXT_OVER(bytes);
    if (!inject_settings_read(words, &settings, &complaint))
        return say_bad(words, &complaint);
    *rules = rule_of[settings.mode];
    return true;
}

bool inject_rules(uint32_t rules)
{
    uint32_t wanted = rules & (RULE_LOW_RESOURCES | RULE_SYSTEMATIC);
    return wanted == 0 || wanted == rule_of[atomic_load(&inject.mode)] ||
           inject_set("off", simulation_now()->seed, &rules);
}

void inject_state(struct text *text)
{
    static const char *const name[] = {"off", "", "", "systematic", "record"};
    enum inject_mode mode = mode_in_force();
    text_add(text, "faults %s", name[mode]);
    if (mode == INJECT_RANDOM)
        text_add(text, "rate=%u", simulation_now()->settings.rate);
    if (mode == INJECT_NTH)
        text_add(text, "nth=%lu", simulation_now()->settings.nth);
    uint64_t asked = atomic_load_explicit(&inject.asked, memory_order_relaxed);
    if (asked > 0 || mode != INJECT_OFF)
        text_add(text, ", %,lu of %,lu calls failed", inject_count(), asked);
    else if (inject_count() > 0) /* the host's own choice, by expool_on_call */
        text_add(text, ", %,lu calls failed by the host", inject_count());
}

static void add_failure(struct text *text, const struct injected *entry)
{
    text_add(text, "    no. %,lu: ", entry->number);
    if (entry->tag != 0)
        text_add(text, "%,lu bytes, tag %t, ", entry->size_bytes, entry->tag);
    text_add(text, "IRQL %u, thread %u, its call no. %,lu", entry->irql, entry->thread,
             entry->sequence);
    if (entry->stack != 0)
        text_add(text, ", stack %08x", entry->stack);
    text_add(text, "\n        ");
    if (!report_chain(text, entry->frames, entry->depth, CALLERS_MAX))
        text_add(text, "(not recorded)");
    text_add(text, "\n");
}

void inject_failures(struct text *text)
{
    struct injected entry;
    uint64_t count = inject_history_count();
    if (count == 0)
        return;
    text_add(text, "\nInjected failures (low_resources), the last of %,lu:\n", count);
    for (unsigned age = 0; age < SHOWN_MAX; age++)
        if (inject_history_get(age, &entry))
            add_failure(text, &entry);
}
