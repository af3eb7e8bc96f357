#include "kernel/deadlock.h"

#include "kernel/active.h"
#include "kernel/deadlock_tell.h"
#include "kernel/held_locks.h"
#include "kernel/lock_life.h"
#include "kernel/memory_kind.h"
#include "kernel/thread.h"
#include "pool/kind.h"
#include "pool/os.h"

#include <stdatomic.h>

static struct {
    uint32_t rules_seen;
    bool is_deep_told;
} deadlock;

/* Of other rounds of the rule, orders and lists say nothing: locks were taken and freed unseen. */
static void begin_round_locked(void)
{
    uint32_t now = atomic_load_explicit(&rules_changed, memory_order_relaxed);
    if (LIKELY(deadlock.rules_seen == now))
        return;
    deadlock.rules_seen = now;
    lock_graph_clear();
    held_clear_all();
}

static uintptr_t address_of(const struct lock_call *call)
{
    return (uintptr_t)call->lock;
}

/* Two ways to one lock that keep different books. */
static bool kinds_agree(unsigned known, enum lock_kind kind)
{
    bool both_fast = (known == LOCK_FAST_MUTEX || known == LOCK_FAST_MUTEX_UNSAFE) &&
                     (kind == LOCK_FAST_MUTEX || kind == LOCK_FAST_MUTEX_UNSAFE);
    bool is_first = known == LOCK_SPIN_ANY && (kind == LOCK_SPIN || kind == LOCK_SPIN_QUEUED);
    return known == kind || both_fast || is_first;
}

/* A reader-writer spin lock begins by a zero in its word, unseen: on the stack it may lie where a
 * lock of another kind was. */
static bool is_another(const struct lock_node *node, const struct lock_call *call)
{
    return (node->kind == LOCK_SPIN_RW) != (call->kind == LOCK_SPIN_RW) && node->owner == NULL &&
           memory_is_stack((const void *)node->address);
}

/* The lock's node, of this kind from now on. NULL: no room. */
static struct lock_node *node_for(const struct lock_call *call, bool *agrees)
{
    struct lock_node *node = lock_node_find(address_of(call));
    if (node != NULL && is_another(node, call)) {
        lock_node_drop(node);
        node = NULL;
    }
    *agrees = node == NULL || kinds_agree(node->kind, call->kind);
    if (node == NULL)
        return lock_node_make(address_of(call), call->kind);
    if (*agrees)
        node->kind = (uint8_t)call->kind;
    return node;
}

static void copy_side(const struct lock_node *node, struct lock_sight *sight)
{
    *sight = (struct lock_sight){.lock = node->address,
                                 .owner = node->owner,
                                 .owner_id = node->owner_id,
                                 .kind = node->kind,
                                 .initialized = node->initialized,
                                 .acquired = node->acquired};
}

void deadlock_initialized(const struct lock_call *call)
{
    stack_id stack = stack_record(call->frame);
    struct lock_sight before = {0};
    lock_take(&lock_graph.lock);
    begin_round_locked();
    struct lock_node *node = lock_node_find(address_of(call));
    if (node != NULL) {
        copy_side(node, &before);
        lock_node_drop(node);
    }
    node = lock_node_make(address_of(call), call->kind);
    if (node != NULL)
        node->initialized = stack;
    lock_drop(&lock_graph.lock);
    if (before.lock != 0 && lock_still_lives(&before, stack))
        tell_initialized_twice(call, &before);
}

bool deadlock_before(const struct lock_call *call)
{
    struct lock_cycle cycle = {.count = 0};
    struct lock_sight sight = {0};
    bool agrees = true;
    struct held_locks *held = held_own();
    if (!lock_is_started(call)) {
        tell_not_initialized(call);
        return false;
    }
    if (held == NULL)
        return true;
    stack_id stack = stack_record(call->frame);
    lock_take(&lock_graph.lock);
    begin_round_locked();
    struct lock_node *node = node_for(call, &agrees);
    held->awaited = address_of(call);
    held->awaited_stack = stack;
    if (node != NULL && !agrees)
        copy_side(node, &sight);
    if (node != NULL && held_find(held, address_of(call)) == NULL) {
        const struct lock_wish wish = {node, call->mode, held->thread->id, stack};
        lock_graph_add(held->hold, held->count, &wish, &cycle);
    }
    lock_drop(&lock_graph.lock);
    if (!agrees)
        tell_wrong_acquire(call, &sight);
    if (cycle.count != 0)
        tell_cycle(call, &cycle);
    return true;
}

static void say_deep(void)
{
    static const char message[] =
        "expool: a thread holds more than 32 locks: deadlock detection does not follow the rest\n";
    if (!deadlock.is_deep_told)
        os_write(2, message, sizeof message - 1);
    deadlock.is_deep_told = true;
}

/* The level below which the lock must not be held. */
static unsigned char level_of(enum lock_kind kind)
{
    switch (kind) {
    case LOCK_SPIN:
    case LOCK_SPIN_QUEUED:
    case LOCK_SPIN_ANY:
    case LOCK_SPIN_RW: return IRQL_DISPATCH;
    case LOCK_FAST_MUTEX: return IRQL_APC;
    default: return IRQL_PASSIVE;
    }
}

static void push_hold(struct held_locks *held, struct lock_node *node, const struct lock_call *call,
                      stack_id stack)
{
    if (held->count == LOCKS_HELD_MAX) {
        say_deep();
        return;
    }
    held->hold[held->count++] = (struct lock_hold){
        .node = node,
        .serial = node->serial,
        .depth = 1,
        .kind = (uint8_t)call->kind,
        .is_shared = call->mode != LOCK_ALONE,
        .irql = level_of(call->kind),
        .stack = stack,
    };
    if (call->mode != LOCK_ALONE)
        return;
    node->owner = held->thread;
    node->owner_id = held->thread->id;
    node->acquired = stack;
}

void deadlock_taken(const struct lock_call *call)
{
    bool agrees = true;
    struct lock_sight sight = {0};
    struct held_locks *held = held_own();
    if (held == NULL)
        return;
    bool was_awaited = held->awaited == address_of(call);
    stack_id stack = was_awaited ? held->awaited_stack : stack_record(call->frame);
    held->awaited = 0;
    lock_take(&lock_graph.lock);
    begin_round_locked();
    struct lock_node *node = node_for(call, &agrees);
    struct lock_hold *hold = held_find(held, address_of(call));
    if (hold != NULL)
        hold->depth++;
    else if (node != NULL)
        push_hold(held, node, call, stack);
    if (node != NULL && !agrees)
        copy_side(node, &sight);
    lock_drop(&lock_graph.lock);
    if (!agrees && !was_awaited)
        tell_wrong_acquire(call, &sight);
}

/* A lock acquired later whose level the release would fall below; NULL: none. */
static const struct lock_hold *first_to_go(const struct held_locks *held,
                                           const struct lock_hold *hold, unsigned char lower)
{
    for (unsigned i = held->count; &held->hold[i] > hold + 1; i--)
        if (lock_hold_is_current(&held->hold[i - 1]) && held->hold[i - 1].irql > lower)
            return &held->hold[i - 1];
    return NULL;
}

/* A resource's release does not say how it was acquired. */
static bool is_undone_by(const struct lock_hold *hold, const struct lock_call *call)
{
    bool is_shared = call->mode != LOCK_ALONE;
    return hold->kind == call->kind && (call->kind != LOCK_SPIN_RW || hold->is_shared == is_shared);
}

void deadlock_dropping(const struct lock_call *call)
{
    struct lock_sight sight = {0};
    struct lock_sight first = {0};
    bool is_other_kind = false;
    struct held_locks *held = held_own();
    if (held == NULL)
        return;
    lock_take(&lock_graph.lock);
    begin_round_locked();
    struct lock_hold *hold = held_find(held, address_of(call));
    if (hold != NULL) {
        copy_side(hold->node, &sight);
        sight.acquired = hold->stack;
        is_other_kind = !is_undone_by(hold, call);
        const struct lock_hold *later = first_to_go(held, hold, call->lower);
        if (later != NULL) {
            copy_side(later->node, &first);
            first.acquired = later->stack;
        }
        if (--hold->depth == 0)
            held_remove(held, hold);
    }
    lock_drop(&lock_graph.lock);
    if (is_other_kind)
        tell_wrong_release(call, &sight);
    if (first.lock != 0)
        tell_order(call, &sight, &first);
}

void deadlock_dropped_for(const volatile void *lock, const void *owner)
{
    lock_take(&lock_graph.lock);
    struct held_locks *held = held_of(owner);
    struct lock_hold *hold = held != NULL ? held_find(held, (uintptr_t)lock) : NULL;
    if (hold != NULL && --hold->depth == 0)
        held_remove(held, hold);
    lock_drop(&lock_graph.lock);
}

void deadlock_not_held(const struct lock_call *call)
{
    struct lock_sight sight = {.lock = address_of(call)};
    lock_take(&lock_graph.lock);
    begin_round_locked();
    const struct lock_node *node = lock_node_find(address_of(call));
    if (node != NULL)
        copy_side(node, &sight);
    lock_drop(&lock_graph.lock);
    tell_not_held(call, &sight);
    if (sight.owner != NULL)
        deadlock_dropped_for(call->lock, sight.owner);
}

void deadlock_shared(const volatile void *lock, bool is_shared)
{
    struct held_locks *held = held_own();
    if (held == NULL)
        return;
    lock_take(&lock_graph.lock);
    struct lock_hold *hold = held_find(held, (uintptr_t)lock);
    if (hold != NULL) {
        hold->is_shared = is_shared;
        hold->node->owner = is_shared ? NULL : held->thread;
        hold->node->owner_id = held->thread->id;
        hold->node->acquired = hold->stack;
    }
    lock_drop(&lock_graph.lock);
}

void deadlock_forget(const volatile void *lock)
{
    lock_take(&lock_graph.lock);
    struct lock_node *node = lock_node_find((uintptr_t)lock);
    if (node != NULL)
        lock_node_drop(node);
    lock_drop(&lock_graph.lock);
}

/* Locks of the range are gone; one that somebody holds alone is given back, too. */
void *lock_take_within(uintptr_t start, uintptr_t end, struct lock_sight *sight)
{
    void *owned = NULL;
    struct lock_node *node;
    if (RACY_READ(lock_graph.nodes) == 0)
        return NULL;
    lock_take(&lock_graph.lock);
    while (owned == NULL && (node = lock_node_within(start, end)) != NULL) {
        if (node->owner != NULL && deadlock_is_on()) {
            owned = (void *)node->address;
            copy_side(node, sight);
        }
        lock_node_drop(node);
    }
    lock_drop(&lock_graph.lock);
    return owned;
}

/* Takes the lock acquired last off the list; true: the thread was its only holder. */
static bool pop_hold(struct held_locks *held, struct lock_sight *sight)
{
    bool is_owned = false;
    lock_take(&lock_graph.lock);
    begin_round_locked();
    if (held->count > 0) {
        struct lock_hold *hold = &held->hold[held->count - 1];
        is_owned = lock_hold_is_current(hold) && hold->kind != LOCK_RESOURCE;
        if (is_owned)
            copy_side(hold->node, sight);
        sight->acquired = hold->stack;
        held_remove(held, hold);
    }
    lock_drop(&lock_graph.lock);
    return is_owned;
}

void deadlock_thread_ends(uintptr_t pc, const void *frame)
{
    struct held_locks *held = thread_current()->held;
    struct lock_sight sight = {0};
    while (held != NULL && held->count > 0)
        if (pop_hold(held, &sight))
            tell_thread_end(&sight, pc, frame);
}
