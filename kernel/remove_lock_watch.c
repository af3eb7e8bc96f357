#include "kernel/remove_lock_watch.h"

#include "kernel/active.h"
#include "kernel/memory_kind.h"
#include "kernel/misuse.h"
#include "pool/fork.h"
#include "pool/story.h"

#include <stdlib.h>

/* One acquisition. */
struct hold {
    struct hold *next;
    const void *tag;
};

struct watched {
    struct watched *next;
    uintptr_t address;
    struct hold *holds; /* the last one first */
};

static struct {
    struct lock lock;
    struct watched *first;
} locks = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(locks.lock)

static struct watched *find_locked(const void *lock)
{
    struct watched *at = locks.first;
    while (at != NULL && at->address != (uintptr_t)lock)
        at = at->next;
    return at;
}

static void free_watched(struct watched *watched)
{
    while (watched->holds != NULL) {
        struct hold *hold = watched->holds;
        watched->holds = hold->next;
        free(hold);
    }
    free(watched);
    active_end();
}

void remove_locks_forget(uintptr_t start, uintptr_t end)
{
    if (RACY_READ(locks.first) == NULL)
        return;
    lock_take(&locks.lock);
    for (struct watched **link = &locks.first; *link != NULL;) {
        struct watched *at = *link;
        if (at->address < start || at->address >= end) {
            link = &at->next;
            continue;
        }
        *link = at->next;
        free_watched(at);
    }
    lock_drop(&locks.lock);
}

void remove_lock_begins(const void *lock, const void *frame)
{
    struct story story;
    struct watched *made = calloc(1, sizeof *made);
    lock_take(&locks.lock);
    bool is_known = find_locked(lock) != NULL;
    lock_drop(&locks.lock);
    if (is_known && memory_is_pool(lock, &story))
        MISUSE_TOLD(VIOLATION_REMOVE_LOCK_REINITIALIZED, lock, .frame = frame);
    remove_locks_forget((uintptr_t)lock, (uintptr_t)lock + 1);
    if (made == NULL)
        return; /* not followed */
    made->address = (uintptr_t)lock;
    active_begin();
    lock_take(&locks.lock);
    made->next = locks.first;
    locks.first = made;
    lock_drop(&locks.lock);
}

void remove_lock_taken(const void *lock, const void *tag)
{
    struct hold *hold = malloc(sizeof *hold);
    lock_take(&locks.lock);
    struct watched *watched = find_locked(lock);
    if (watched != NULL && hold != NULL) {
        *hold = (struct hold){watched->holds, tag};
        watched->holds = hold;
        hold = NULL;
    }
    lock_drop(&locks.lock);
    free(hold);
}

void remove_lock_dropped(const void *lock, const void *tag, bool is_last, const void *frame)
{
    const void *other = NULL;
    lock_take(&locks.lock);
    struct watched *watched = find_locked(lock);
    struct hold **link = watched != NULL ? &watched->holds : NULL;
    if (link != NULL && *link != NULL)
        other = (*link)->tag;
    while (link != NULL && *link != NULL && (*link)->tag != tag)
        link = &(*link)->next;
    struct hold *found = link != NULL ? *link : NULL;
    if (found != NULL)
        *link = found->next;
    lock_drop(&locks.lock);
    free(found);
    if (watched != NULL && found == NULL)
        MISUSE_TOLD(is_last ? VIOLATION_REMOVE_LOCK_WAIT_TAG : VIOLATION_REMOVE_LOCK_TAG, lock,
                    .found = (uintptr_t)tag, .expected = (uintptr_t)other, .frame = frame);
}
