#include "fuzz/kit/faults.h"

#include "expool/host.h"
#include "fuzz/kit/input.h"

#include <stdatomic.h>
#include <stdint.h>

enum { STACKS = 8192, SEEN_MAX = 128 };

struct seen {
    uint32_t stack;
    unsigned which;
};

static struct {
    atomic_bool is_armed;
    atomic_uint count; /* of calls, since armed */
    unsigned failing;
    struct seen seen[SEEN_MAX]; /* first sight of each stack of this run */
    unsigned seen_count;
    struct {
        uint32_t stack;
        uint32_t times;
    } known[STACKS]; /* open addressing; 0: free */
    unsigned known_count;
    unsigned long runs;
} faults;

/* The linker's names of where the library's code lies and where the kit's; without such sections
 * they are absent. NOLINTBEGIN */
extern const char __start_expool_text[] __attribute__((weak));
extern const char __stop_expool_text[] __attribute__((weak));
extern const char __start_expool_kit_text[] __attribute__((weak));
extern const char __stop_expool_kit_text[] __attribute__((weak));
/* NOLINTEND */

static bool is_library(uintptr_t pc)
{
    return pc >= (uintptr_t)__start_expool_text && pc < (uintptr_t)__stop_expool_text;
}

static bool is_kit(uintptr_t pc)
{
    return pc >= (uintptr_t)__start_expool_kit_text && pc < (uintptr_t)__stop_expool_kit_text;
}

/* Frames of the driver and the target: from the library's own up to where the kit called them.
 * False: there is none, the kit asks for itself. */
static bool is_users(const struct expool_call *call, unsigned *end)
{
    unsigned i = 0;
    while (i < call->frame_count && is_library(call->frames[i]))
        i++;
    bool has_users = i < call->frame_count && !is_kit(call->frames[i]);
    while (i < call->frame_count && !is_kit(call->frames[i]))
        i++;
    *end = i;
    return has_users;
}

static uint32_t stack_of(const struct expool_call *call, unsigned end)
{
    uint32_t hash = 0x811c9dc5u;
    for (unsigned i = 0; i < end; i++)
        hash = (hash ^ (uint32_t)(call->frames[i] ^ call->frames[i] >> 32)) * 0x01000193u;
    return hash | 1;
}

static void see(uint32_t stack, unsigned which)
{
    for (unsigned i = 0; i < faults.seen_count; i++)
        if (faults.seen[i].stack == stack)
            return;
    if (faults.seen_count < SEEN_MAX)
        faults.seen[faults.seen_count++] = (struct seen){stack, which};
}

static bool hook(const struct expool_call *call, void *context)
{
    unsigned end;
    (void)context;
    if (!atomic_load_explicit(&faults.is_armed, memory_order_relaxed) || !is_users(call, &end))
        return false;
    unsigned which = atomic_fetch_add(&faults.count, 1) + 1;
    if (faults.failing == 0 && which <= KIT_WHICH_MAX) /* a text can name no later one */
        see(stack_of(call, end),
            which); /* background work is settled before anything else goes on */
    return which == faults.failing;
}

void kit_faults_start(void)
{
    expool_on_call(hook, NULL);
}

void kit_faults_arm(unsigned which)
{
    faults.failing = which;
    faults.runs += which != 0;
    atomic_store(&faults.count, 0);
    if (which == 0)
        faults.seen_count = 0;
    atomic_store(&faults.is_armed, true);
}

void kit_faults_disarm(void)
{
    atomic_store(&faults.is_armed, false);
}

/* How often it was seen, now included; a full table remembers no more. */
static uint32_t times_seen(uint32_t stack)
{
    unsigned at = stack % STACKS;
    while (faults.known[at].stack != stack && faults.known[at].stack != 0)
        at = (at + 1) % STACKS;
    if (faults.known[at].stack == 0) {
        if (faults.known_count == STACKS / 2)
            return 0;
        faults.known[at].stack = stack;
        faults.known_count++;
    }
    return ++faults.known[at].times;
}

unsigned kit_faults_due(unsigned which[KIT_FAULTS_TRIES])
{
    unsigned count = 0;
    for (unsigned i = 0; i < faults.seen_count && count < KIT_FAULTS_TRIES; i++) {
        uint32_t times = times_seen(faults.seen[i].stack);
        if (times != 0 && (times & (times - 1)) == 0)
            which[count++] = faults.seen[i].which;
    }
    return count;
}

unsigned long kit_faults_runs(void)
{
    return faults.runs;
}

unsigned kit_faults_stacks(void)
{
    return faults.known_count;
}
