#include "kernel/deadlock_tell.h"

#include "kernel/misuse.h"
#include "kernel/thread.h"
#include "pool/text.h"

enum { DETAIL_BYTES = 160 };

static const char *kind_name(unsigned kind)
{
    static const char *const name[] = {
        [LOCK_SPIN] = "spin lock",
        [LOCK_SPIN_QUEUED] = "in-stack queued spin lock",
        [LOCK_SPIN_ANY] = "spin lock",
        [LOCK_SPIN_RW] = "reader-writer spin lock",
        [LOCK_FAST_MUTEX] = "fast mutex",
        [LOCK_FAST_MUTEX_UNSAFE] = "fast mutex (by the Unsafe routines)",
        [LOCK_MUTEX] = "mutex",
        [LOCK_RESOURCE] = "resource",
    };
    return kind < COUNT_OF(name) ? name[kind] : "lock";
}

void sight_side(const struct lock_sight *sight, struct side_stack *side)
{
    struct text text = TEXT_OVER(side->caption);
    text_add(&text, "The %s %p was acquired here", kind_name(sight->kind), (void *)sight->lock);
    if (sight->owner != NULL)
        text_add(&text, ", by thread %u", sight->owner_id);
    text_add(&text, ":");
    side->stack = sight->acquired;
}

static void initialized_side(const struct lock_sight *sight, struct side_stack *side)
{
    struct text text = TEXT_OVER(side->caption);
    text_add(&text, "The %s %p was initialised here:", kind_name(sight->kind), (void *)sight->lock);
    side->stack = sight->initialized;
}

/* Each edge with both of its stacks: who held what, and what it waited for then. */
void tell_cycle(const struct lock_call *call, const struct lock_cycle *cycle)
{
    struct side_stack sides[2 * CYCLE_MAX];
    char detail[DETAIL_BYTES];
    struct text text = TEXT_OVER(detail);
    for (unsigned i = 0; i < cycle->count; i++) {
        const struct cycle_step *step = &cycle->step[i];
        struct side_stack *first = &sides[(size_t)2 * i];
        struct side_stack *second = first + 1;
        struct text held = TEXT_OVER(first->caption);
        struct text wanted = TEXT_OVER(second->caption);
        text_add(&held, "Order %u of %u: thread %u acquired lock %p here,", i + 1, cycle->count,
                 step->thread_id, (void *)step->from);
        text_add(&wanted, "and while it held that, lock %p here:", (void *)step->to);
        first->stack = step->from_stack;
        second->stack = step->to_stack;
    }
    text_add(&text, "%u locks were acquired in orders that close a ring; nobody hangs yet.",
             cycle->count);
    MISUSE_TOLD(VIOLATION_LOCK_CYCLE, call->lock, .frame = call->frame, .sides = sides,
                .side_count = 2 * cycle->count, .detail = detail);
}

void tell_not_initialized(const struct lock_call *call)
{
    MISUSE_TOLD(VIOLATION_LOCK_NOT_INITIALIZED, call->lock, .frame = call->frame);
}

void tell_initialized_twice(const struct lock_call *call, const struct lock_sight *before)
{
    struct side_stack sides[2];
    unsigned count = 0;
    if (before->initialized != 0)
        initialized_side(before, &sides[count++]);
    if (before->owner != NULL)
        sight_side(before, &sides[count++]);
    MISUSE_TOLD(VIOLATION_LOCK_INITIALIZED_TWICE, call->lock, .frame = call->frame, .sides = sides,
                .side_count = count);
}

static void add_kinds(struct text *text, const struct lock_sight *known, const char *verb,
                      const struct lock_call *call)
{
    text_add(text, "It is known as %s; this call %s it as %s.", kind_name(known->kind), verb,
             kind_name(call->kind));
}

void tell_wrong_acquire(const struct lock_call *call, const struct lock_sight *known)
{
    struct side_stack side;
    char detail[DETAIL_BYTES];
    struct text text = TEXT_OVER(detail);
    bool has_holder = known->acquired != 0;
    if (has_holder)
        sight_side(known, &side);
    else
        initialized_side(known, &side);
    add_kinds(&text, known, "acquires", call);
    MISUSE_TOLD(VIOLATION_LOCK_ACQUIRE_API, call->lock, .frame = call->frame, .sides = &side,
                .side_count = side.stack != 0, .detail = detail);
}

void tell_wrong_release(const struct lock_call *call, const struct lock_sight *held)
{
    struct side_stack side;
    sight_side(held, &side);
    MISUSE_TOLD(VIOLATION_LOCK_RELEASE_API, call->lock, .frame = call->frame, .sides = &side,
                .side_count = 1);
}

void tell_order(const struct lock_call *call, const struct lock_sight *held,
                const struct lock_sight *first)
{
    struct side_stack sides[2];
    char detail[DETAIL_BYTES];
    struct text text = TEXT_OVER(detail);
    sight_side(held, &sides[0]);
    sight_side(first, &sides[1]);
    text_add(&text, "The IRQL falls to %u, and the %s %p, acquired later, is still held.",
             call->lower, kind_name(first->kind), (void *)first->lock);
    MISUSE_TOLD(VIOLATION_LOCK_RELEASE_ORDER, call->lock, .frame = call->frame,
                .expected = first->lock, .sides = sides, .side_count = 2, .detail = detail);
}

void tell_not_held(const struct lock_call *call, const struct lock_sight *known)
{
    const struct thread *self = thread_current();
    struct side_stack side;
    if (known->owner == NULL || known->owner == self) {
        MISUSE_TOLD(VIOLATION_LOCK_NOT_ACQUIRED, call->lock, .frame = call->frame);
        return;
    }
    sight_side(known, &side);
    MISUSE_TOLD(VIOLATION_LOCK_WRONG_THREAD, call->lock, .frame = call->frame,
                .expected = (uintptr_t)known->owner, .found = (uintptr_t)self, .sides = &side,
                .side_count = 1);
}

void tell_thread_end(const struct lock_sight *held, uintptr_t pc, const void *frame)
{
    struct side_stack side;
    sight_side(held, &side);
    MISUSE_TOLD(VIOLATION_LOCK_HELD_AT_EXIT, thread_current(), .frame = frame, .pc = pc,
                .sides = &side, .side_count = 1);
}
