#include "kernel/lock_life.h"

#include "expool/fast_mutex.h"
#include "expool/resource.h"
#include "kernel/memory_kind.h"
#include "kernel/resource.h"
#include "pool/story.h"

#include <string.h>

enum { THREAD_ID_MAX = 1 << 22, UNIT_BYTES = 4, RW_REST = 0x3fffffff };

/* 0, or a thread's id with a mark behind it. */
static bool spin_word_is_sound(uint64_t word)
{
    return word == 0 || ((word & 1) != 0 && word >> 1 <= THREAD_ID_MAX);
}

bool lock_is_started(const struct lock_call *call)
{
    const void *lock = (const void *)(uintptr_t)call->lock;
    switch (call->kind) {
    case LOCK_SPIN:
    case LOCK_SPIN_QUEUED:
    case LOCK_SPIN_ANY:
        return spin_word_is_sound(__atomic_load_n((const uint64_t *)lock, __ATOMIC_RELAXED));
    case LOCK_SPIN_RW:
        return (__atomic_load_n((const uint32_t *)lock, __ATOMIC_RELAXED) & RW_REST) <=
               THREAD_ID_MAX;
    case LOCK_FAST_MUTEX:
    case LOCK_FAST_MUTEX_UNSAFE: {
        const DISPATCHER_HEADER *event = &((const FAST_MUTEX *)lock)->Event.Header;
        return event->Type == SynchronizationEvent && event->Size == sizeof(KEVENT) / UNIT_BYTES;
    }
    case LOCK_RESOURCE: return resource_is_started(lock);
    case LOCK_MUTEX: break; /* a wait looks at the type */
    }
    return true;
}

/* The same callers, another line of the innermost. In a loop, or called again, the line is the
 * same: what lies on the stack, or was left in static data, may be a new lock at its address. */
static bool is_same_call(stack_id before, stack_id now)
{
    uintptr_t one[STACK_DEPTH_MAX];
    uintptr_t other[STACK_DEPTH_MAX];
    unsigned depth = stack_frames(before, one);
    return depth > 1 && depth == stack_frames(now, other) && one[0] != other[0] &&
           memcmp(one + 1, other + 1, (depth - 1) * sizeof one[0]) == 0;
}

bool lock_still_lives(const struct lock_sight *before, stack_id now)
{
    struct story story;
    if (before->owner != NULL)
        return true;
    if (before->initialized == 0)
        return false;
    return is_same_call(before->initialized, now) ||
           memory_is_pool((const void *)before->lock, &story);
}
