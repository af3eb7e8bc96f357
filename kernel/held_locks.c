#include "kernel/held_locks.h"

#include "pool/util.h"

#include <stdlib.h>
#include <string.h>

static struct {
    struct list all; /* of struct held_locks */
} lists = {.all = {&lists.all, &lists.all}};

struct held_locks *held_own(void)
{
    struct thread *self = thread_current();
    struct held_locks *held = self->held;
    if (LIKELY(held != NULL))
        return held;
    held = calloc(1, sizeof *held);
    if (held == NULL)
        return NULL;
    held->thread = self;
    self->held = held;
    lock_take(&lock_graph.lock);
    list_push(&lists.all, &held->all);
    lock_drop(&lock_graph.lock);
    return held;
}

void held_free(struct held_locks *held)
{
    if (held == NULL)
        return;
    lock_take(&lock_graph.lock);
    list_remove(&held->all);
    lock_drop(&lock_graph.lock);
    free(held);
}

/* The others are not here: what they held is nobody's. */
static void fork_child(void)
{
    lock_take(&lock_graph.lock);
    for (struct list *at = lists.all.next; at != &lists.all; at = at->next) {
        struct held_locks *held = LIST_OWNER(at, struct held_locks, all);
        if (held->thread == thread_self)
            continue;
        for (unsigned i = 0; i < held->count; i++)
            if (lock_hold_is_current(&held->hold[i]))
                held->hold[i].node->owner = NULL;
        held->count = 0;
    }
    lock_drop(&lock_graph.lock);
}

__attribute__((constructor(103))) static void start(void)
{
    pthread_atfork(NULL, NULL, fork_child);
}

struct held_locks *held_of(const void *thread)
{
    for (struct list *at = lists.all.next; at != &lists.all; at = at->next)
        if (LIST_OWNER(at, struct held_locks, all)->thread == thread)
            return LIST_OWNER(at, struct held_locks, all);
    return NULL;
}

void held_clear_all(void)
{
    for (struct list *at = lists.all.next; at != &lists.all; at = at->next)
        LIST_OWNER(at, struct held_locks, all)->count = 0;
}

struct lock_hold *held_find(struct held_locks *held, uintptr_t lock)
{
    for (unsigned i = held->count; i-- > 0;)
        if (lock_hold_is_current(&held->hold[i]) && held->hold[i].node->address == lock)
            return &held->hold[i];
    return NULL;
}

void held_remove(struct held_locks *held, struct lock_hold *hold)
{
    if (lock_hold_is_current(hold) && hold->node->owner == held->thread)
        hold->node->owner = NULL;
    size_t above = (size_t)(&held->hold[held->count] - (hold + 1));
    memmove(hold, hold + 1, above * sizeof *hold);
    held->count--;
}
