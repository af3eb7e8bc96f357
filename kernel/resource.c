#include "kernel/resource.h"

#include "kernel/os_park.h"
#include "kernel/spin_word.h"
#include "kernel/thread.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/util.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_FIRST = 4, TURNS_BEFORE_SLEEP = 40, EXIT_NO_MEMORY = 125, STDERR = 2 };

struct waiter {
    struct waiter *next; /* of a ring */
    ERESOURCE_THREAD owner;
    uint32_t has_it;
};

static ERESOURCE_THREAD self(void)
{
    return (ERESOURCE_THREAD)thread_current();
}

static bool try_enter(PERESOURCE resource)
{
    KSPIN_LOCK is_free = 0;
    return __atomic_compare_exchange_n(&resource->SpinLock, &is_free, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static void enter(PERESOURCE resource)
{
    order_hide();
    for (unsigned turn = 0; UNLIKELY(!try_enter(resource)); turn++)
        spin_turn(turn);
}

static void leave(PERESOURCE resource)
{
    __atomic_store_n(&resource->SpinLock, 0, __ATOMIC_RELEASE);
    order_show();
}

static bool is_alone(const ERESOURCE *resource)
{
    return (resource->Flag & ResourceOwnedExclusive) != 0;
}

static void set_alone(PERESOURCE resource, bool alone)
{
    unsigned rest = resource->Flag & ~(unsigned)ResourceOwnedExclusive;
    resource->Flag = (USHORT)(rest | (alone ? ResourceOwnedExclusive : 0));
}

static ULONG table_size(const ERESOURCE *resource)
{
    return resource->OwnerTable != NULL ? resource->OwnerTable->TableSize : 0;
}

/* The entry of `owner`; 0 finds a free one. NULL: none. */
static POWNER_ENTRY find(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    if (resource->OwnerEntry.OwnerThread == owner)
        return &resource->OwnerEntry;
    ULONG size = table_size(resource);
    for (ULONG i = 1; i < size; i++)
        if (resource->OwnerTable[i].OwnerThread == owner)
            return &resource->OwnerTable[i];
    return NULL;
}

static POWNER_ENTRY grow(PERESOURCE resource)
{
    static const char message[] = "expool: no memory for the owners of a resource\n";
    ULONG size = table_size(resource);
    ULONG new_size = size == 0 ? TABLE_FIRST : 2 * size;
    POWNER_ENTRY table = calloc(new_size, sizeof *table);
    if (table == NULL) {
        os_write(STDERR, message, sizeof message - 1);
        os_exit_now(EXIT_NO_MEMORY);
    }
    if (size != 0)
        memcpy(table, resource->OwnerTable, size * sizeof *table);
    free(resource->OwnerTable);
    table->TableSize = new_size;
    resource->OwnerTable = table;
    return &table[size == 0 ? 1 : size];
}

static void add_owner(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    POWNER_ENTRY entry = find(resource, 0);
    if (entry == NULL)
        entry = grow(resource);
    entry->OwnerThread = owner;
    entry->OwnerCount = 1;
    resource->ActiveCount++;
    resource->ActiveEntries++;
}

static void push_waiter(PVOID *ring, struct waiter *waiter)
{
    struct waiter *last = *ring;
    waiter->next = last != NULL ? last->next : waiter;
    if (last != NULL)
        last->next = waiter;
    *ring = waiter;
}

static struct waiter *pop_waiter(PVOID *ring)
{
    struct waiter *last = *ring;
    struct waiter *first = last->next;
    if (first == last)
        *ring = NULL;
    else
        last->next = first->next;
    return first;
}

/* From here on the waiter's record may be gone. */
static void wake(struct waiter *waiter)
{
    const uint32_t *word = &waiter->has_it;
    __atomic_store_n(&waiter->has_it, 1, __ATOMIC_RELEASE);
    os_unpark_one(word);
}

static void admit_readers(PERESOURCE resource)
{
    while (resource->SharedWaiters != NULL) {
        struct waiter *waiter = pop_waiter(&resource->SharedWaiters);
        resource->NumberOfSharedWaiters--;
        add_owner(resource, waiter->owner);
        wake(waiter);
    }
}

static void admit_writer(PERESOURCE resource)
{
    struct waiter *waiter = pop_waiter(&resource->ExclusiveWaiters);
    resource->NumberOfExclusiveWaiters--;
    set_alone(resource, true);
    add_owner(resource, waiter->owner);
    wake(waiter);
}

static void wait_in(PERESOURCE resource, PVOID *ring, ULONG *count)
{
    struct waiter waiter = {.owner = self()};
    push_waiter(ring, &waiter);
    ++*count;
    resource->ContentionCount++;
    leave(resource);
    for (unsigned turn = 0; __atomic_load_n(&waiter.has_it, __ATOMIC_ACQUIRE) == 0; turn++) {
        if (turn < TURNS_BEFORE_SLEEP)
            spin_turn(turn);
        else
            os_park(&waiter.has_it, 0);
    }
}

/* May a reader come in now? `mine`: its entry, NULL when it has none. */
static bool reader_may_enter(const ERESOURCE *resource, enum resource_wish wish, bool is_owner)
{
    if (is_alone(resource))
        return is_owner;
    if (resource->ExclusiveWaiters == NULL || wish == RESOURCE_SHARED_PAST_WRITERS)
        return true;
    return wish == RESOURCE_SHARED && is_owner;
}

enum resource_answer resource_take(PERESOURCE resource, enum resource_wish wish, bool may_wait)
{
    enter(resource);
    POWNER_ENTRY mine = resource->ActiveCount != 0 ? find(resource, self()) : NULL;
    bool wants_alone = wish == RESOURCE_ALONE;
    bool may_enter = wants_alone
                         ? resource->ActiveCount == 0 || (is_alone(resource) && mine != NULL)
                         : reader_may_enter(resource, wish, mine != NULL);
    if (LIKELY(may_enter)) {
        if (mine != NULL)
            mine->OwnerCount++;
        else
            add_owner(resource, self());
        if (wants_alone)
            set_alone(resource, true);
        leave(resource);
        order_after_lock(resource, !wants_alone);
        return RESOURCE_TAKEN;
    }
    bool is_deadlock = mine != NULL && may_wait;
    if (!may_wait || is_deadlock) {
        leave(resource);
        return is_deadlock ? RESOURCE_DEADLOCK : RESOURCE_BUSY;
    }
    if (wants_alone)
        wait_in(resource, &resource->ExclusiveWaiters, &resource->NumberOfExclusiveWaiters);
    else
        wait_in(resource, &resource->SharedWaiters, &resource->NumberOfSharedWaiters);
    order_after_lock(resource, !wants_alone);
    return RESOURCE_TAKEN;
}

static void hand_over(PERESOURCE resource, bool was_alone)
{
    if (was_alone)
        set_alone(resource, false);
    if (resource->SharedWaiters != NULL && (was_alone || resource->ExclusiveWaiters == NULL))
        admit_readers(resource);
    else if (resource->ExclusiveWaiters != NULL)
        admit_writer(resource);
}

static void remove_owner(PERESOURCE resource, POWNER_ENTRY entry)
{
    entry->OwnerThread = 0;
    entry->OwnerCount = 0;
    resource->ActiveCount--;
    resource->ActiveEntries--;
}

bool resource_drop(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    enter(resource);
    POWNER_ENTRY entry = owner != 0 ? find(resource, owner) : NULL;
    order_before_lock(resource, !is_alone(resource));
    /* NOLINTNEXTLINE(bugprone-narrowing-conversions): 29 bits fit */
    if (entry != NULL && --entry->OwnerCount == 0) {
        remove_owner(resource, entry);
        if (resource->ActiveCount == 0)
            hand_over(resource, is_alone(resource));
    }
    leave(resource);
    return entry != NULL;
}

bool resource_share(PERESOURCE resource)
{
    enter(resource);
    bool was_alone = is_alone(resource) && find(resource, self()) != NULL;
    if (was_alone) {
        order_before_lock(resource, false);
        set_alone(resource, false);
        admit_readers(resource);
    }
    leave(resource);
    return was_alone;
}

bool resource_rename(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    enter(resource);
    POWNER_ENTRY mine = find(resource, self());
    POWNER_ENTRY other = find(resource, owner);
    if (mine != NULL && other != NULL) {
        other->OwnerCount += mine->OwnerCount;
        remove_owner(resource, mine);
    } else if (mine != NULL) {
        mine->OwnerThread = owner;
    }
    leave(resource);
    return mine != NULL;
}

unsigned resource_count(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    enter(resource);
    POWNER_ENTRY entry = find(resource, owner);
    unsigned count = 0;
    if (entry != NULL)
        count = entry->OwnerCount;
    leave(resource);
    return count;
}

bool resource_is_alone(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    enter(resource);
    bool alone = is_alone(resource) && find(resource, owner) != NULL;
    leave(resource);
    return alone;
}

unsigned resource_waiters(PERESOURCE resource, bool for_alone)
{
    enter(resource);
    unsigned count =
        for_alone ? resource->NumberOfExclusiveWaiters : resource->NumberOfSharedWaiters;
    leave(resource);
    return count;
}
