#include "pool/unwind_steps.h"

#include "pool/mix.h"
#include "pool/os.h"
#include "pool/unwind.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>

enum {
    ADDRESS_BITS = 64,
    BITS_FIRST = 10, /* two pages: few programs need more */
    BITS_MAX = 14,
    BITS_STEP = 2,
    ENTRIES = 1 << BITS_MAX,
    PROBES = 4,
    STEP_BITS = 16,
    STEP_END = 0,        /* the outermost frame */
    STEP_MAX = 1 << 14,  /* 128 KiB */
    STEP_VARIES = 65535, /* so does the distance, or it is too long */
};

static _Atomic uint64_t entries[ENTRIES];
static _Atomic unsigned victim;
static _Atomic unsigned used;
static _Atomic unsigned shift = ADDRESS_BITS - BITS_FIRST;

static unsigned home_of(uintptr_t address, unsigned shift_now)
{
    return (unsigned)(address * MIX_FACTOR >> shift_now);
}

/* 0: not known. */
static inline uint64_t find(uintptr_t address, unsigned shift_now)
{
    unsigned home = home_of(address, shift_now);
    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t entry = atomic_load_explicit(&entries[(home + i) % ENTRIES], memory_order_relaxed);
        if (LIKELY(entry >> STEP_BITS == address))
            return entry;
        if (entry == 0)
            return 0;
    }
    return 0;
}

/* Nothing is read above the stack's end, whatever a step says. Of a stack that is not the thread's
 * own (a coroutine's) only the page is known. */
static uintptr_t end_of_stack(const void *frame)
{
    uintptr_t low = 0;
    uintptr_t high = 0;
    if (os_stack_bounds(&low, &high) && (uintptr_t)frame >= low && (uintptr_t)frame < high)
        return high;
    return page_start(frame) + PAGE_BYTES;
}

READS_ANY_STACK static unsigned step_up(const void *frame, uintptr_t *frames, unsigned depth)
{
    const uintptr_t *place = (const uintptr_t *)frame + 1;
    const uintptr_t *end = (const uintptr_t *)end_of_stack(frame);
    unsigned shift_now = atomic_load_explicit(&shift, memory_order_relaxed);
    for (unsigned count = 0; count < depth;) {
        if (UNLIKELY(place >= end))
            return 0;
        uint64_t entry = find(*place, shift_now);
        unsigned step = entry & STEP_VARIES;
        if (UNLIKELY(entry == 0 || step == STEP_VARIES))
            return 0;
        frames[count++] = *place;
        if (step == STEP_END)
            return count;
        place += step;
    }
    return depth;
}

unsigned unwind_by_steps(const void *frame, uintptr_t *frames, unsigned depth)
{
    return unwind_unseen(step_up, frame, frames, depth);
}

static void put(uintptr_t address, unsigned step)
{
    uint64_t entry = (uint64_t)address << STEP_BITS | step;
    unsigned home = home_of(address, atomic_load(&shift));
    unsigned at = home + atomic_fetch_add_explicit(&victim, 1, memory_order_relaxed) % PROBES;
    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t there = atomic_load(&entries[(home + i) % ENTRIES]);
        bool is_own = there >> STEP_BITS == address;
        if (there == entry || (is_own && there == (entry | STEP_VARIES)))
            return;
        if (is_own)
            entry |= STEP_VARIES;
        if (there == 0)
            atomic_fetch_add_explicit(&used, 1, memory_order_relaxed);
        if (is_own || there == 0) {
            at = home + i;
            break;
        }
    }
    atomic_store(&entries[at % ENTRIES], entry);
}

/* When half of the places are taken there are more of them. Each entry goes to its new place; what
 * another thread misses meanwhile it learns again. */
static void grow(void)
{
    unsigned before = atomic_load(&shift);
    unsigned places = 1u << (ADDRESS_BITS - before);
    if (LIKELY(atomic_load_explicit(&used, memory_order_relaxed) <= places / 2) ||
        places == ENTRIES || !atomic_compare_exchange_strong(&shift, &before, before - BITS_STEP))
        return;
    for (unsigned i = 0; i < places + PROBES; i++) {
        uint64_t entry = atomic_exchange(&entries[i], 0);
        if (entry == 0)
            continue;
        atomic_fetch_sub_explicit(&used, 1, memory_order_relaxed);
        put((uintptr_t)(entry >> STEP_BITS), entry & STEP_VARIES);
    }
}

static unsigned step_between(const uintptr_t *place, const uintptr_t *next)
{
    bool is_known = place != NULL && next != NULL && next > place && next - place <= STEP_MAX;
    return is_known ? (unsigned)(next - place) : (unsigned)STEP_VARIES;
}

void unwind_steps_learn(const uintptr_t *frames, const uintptr_t *const *places, unsigned count,
                        int is_whole)
{
    for (unsigned i = 0; i + 1 < count; i++)
        put(frames[i], step_between(places[i], places[i + 1]));
    if (is_whole)
        put(frames[count - 1], STEP_END);
    grow();
}
