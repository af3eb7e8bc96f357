#include "pool/unwind.h"

#include "pool/options.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/stack.h"
#include "pool/unwind_steps.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unwind.h>

enum {
    TRIALS = 8,         /* stacks compared before "auto" trusts frame pointers */
    LIBRARY_FRAMES = 2, /* below main the C library has frames without frame pointers */
};

struct walk {
    uintptr_t begin;              /* skip frames until this address */
    const uintptr_t *begin_place; /* or until the address that is there; NULL: nowhere */
    bool has_begun;
    uintptr_t *frames;
    const uintptr_t **places; /* NULL: nobody asks */
    unsigned depth;
    unsigned count;
};

static _Atomic unsigned trials;
static _Atomic bool tables_only;

/* Each saved frame pointer must lie further up in this thread's stack. */
READS_ANY_STACK static unsigned follow_pointers(const void *frame, uintptr_t *frames,
                                                unsigned depth)
{
    uintptr_t low = 0;
    uintptr_t high = 0;
    uintptr_t at = (uintptr_t)frame;
    frames[0] = unwind_caller(frame);
    if (depth == 1 || !os_stack_bounds(&low, &high) || at < low || at >= high)
        return 1;
    const uintptr_t last = high - 2 * sizeof(uintptr_t);
    for (unsigned count = 1; count < depth; count++) {
        uintptr_t up = *(const uintptr_t *)at;
        if (up <= at || up > last || (up & (sizeof(uintptr_t) - 1)) != 0)
            return count;
        uintptr_t address = ((const uintptr_t *)up)[1];
        if (address < PAGE_BYTES)
            return count;
        frames[count] = address;
        at = up;
    }
    return depth;
}

/* In code without frame pointers the register leads anywhere in the stack. */
static unsigned unwind_frame_pointers(const void *frame, uintptr_t *frames, unsigned depth)
{
    return unwind_unseen(follow_pointers, frame, frames, depth);
}

/* The call left its return address right below the frame that it came from. */
READS_ANY_STACK static const uintptr_t *place_of(struct _Unwind_Context *context, uintptr_t address)
{
    const uintptr_t *place = (const uintptr_t *)_Unwind_GetCFA(context) - 1;
    return *place == address ? place : NULL;
}

READS_ANY_STACK static _Unwind_Reason_Code take_frame(struct _Unwind_Context *context,
                                                      void *argument)
{
    struct walk *walk = argument;
    uintptr_t address = _Unwind_GetIP(context);
    walk->has_begun |= address == walk->begin || (walk->begin_place != NULL &&
                                                  walk->begin_place == place_of(context, address));
    if (!walk->has_begun || address == 0) /* 0: behind the outermost frame */
        return _URC_NO_REASON;
    if (walk->places != NULL)
        walk->places[walk->count] = place_of(context, address);
    walk->frames[walk->count++] = address;
    return walk->count < walk->depth ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* A stack that was written over leads anywhere. */
static void follow_tables(void *walk)
{
    _Unwind_Backtrace(take_frame, walk);
    order_hide_still(); /* it begins with pthread_once */
}

unsigned unwind_full(uintptr_t pc, uintptr_t *frames, unsigned depth)
{
    struct walk walk = {.begin = pc, .frames = frames, .depth = depth};
    (void)os_try(follow_tables, &walk); /* what was found before a fault is right */
    if (walk.count > 0)
        return walk.count;
    frames[0] = pc;
    return 1;
}

unsigned unwind_above(const void *frame, uintptr_t *frames, unsigned depth)
{
    struct walk walk = {
        .begin_place = (const uintptr_t *)frame + 1, .frames = frames, .depth = depth};
    (void)os_try(follow_tables, &walk);
    return walk.count;
}

/* One frame more than asked for tells whether the stack goes on. */
static NOINLINE unsigned walk_and_learn(const void *frame, uintptr_t *frames, unsigned depth)
{
    uintptr_t found[STACK_DEPTH_MAX + 1];
    const uintptr_t *places[STACK_DEPTH_MAX + 1];
    uintptr_t caller = unwind_caller(frame);
    struct walk walk = {.begin = caller, .frames = found, .places = places, .depth = depth + 1};
    (void)os_try(follow_tables, &walk); /* what was found before a fault is right */
    if (walk.count == 0) {
        frames[0] = caller;
        return 1;
    }
    places[0] = (const uintptr_t *)frame + 1;
    unwind_steps_learn(found, places, walk.count, walk.count <= depth);
    unsigned count = walk.count < depth ? walk.count : depth;
    memcpy(frames, found, count * sizeof found[0]);
    return count;
}

static unsigned walk_tables(const void *frame, uintptr_t *frames, unsigned depth)
{
    unsigned count = unwind_by_steps(frame, frames, depth);
    return LIKELY(count > 0) ? count : walk_and_learn(frame, frames, depth);
}

static bool by_tables(void)
{
    return options.unwind == OPTION_UNWIND_DWARF ||
           atomic_load_explicit(&tables_only, memory_order_relaxed);
}

/* "auto": frame pointers are missing where tables find clearly more. */
static NOINLINE void compare(const void *frame, unsigned found, unsigned depth)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned full = unwind_full(unwind_caller(frame), frames, depth);
    if (found + LIBRARY_FRAMES < full)
        atomic_store(&tables_only, true);
}

unsigned unwind_frames(const void *frame, uintptr_t *frames, unsigned depth)
{
    uintptr_t low = 0;
    uintptr_t high = 0;
    if (!os_stack_bounds(&low, &high) || (uintptr_t)frame < low ||
        (uintptr_t)frame > high - 2 * sizeof(uintptr_t))
        return 0;
    return unwind_frame_pointers(frame, frames, depth);
}

unsigned unwind_quick(const void *frame, uintptr_t *frames, unsigned depth)
{
    if (by_tables() && depth > 1)
        return walk_tables(frame, frames, depth);
    unsigned count = unwind_frame_pointers(frame, frames, depth);
    if (UNLIKELY(options.unwind == OPTION_UNWIND_AUTO && depth > 1 &&
                 atomic_load_explicit(&trials, memory_order_relaxed) < TRIALS)) {
        atomic_fetch_add(&trials, 1);
        compare(frame, count, depth);
    }
    return count;
}

const char *stack_unwinder_name(void)
{
    return by_tables() ? "dwarf" : "fp";
}
