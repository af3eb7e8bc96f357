#include "pool/lookaside_table.h"

#include "expool/lookaside.h"
#include "pool/fork.h"
#include "pool/free_watch.h"
#include "pool/lock.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "pool/util.h"

enum { LISTS_MAX = 1 << 16 };

static struct {
    struct lock lock;
    const GENERAL_LOOKASIDE_POOL **lists; /* room for LISTS_MAX */
    size_t count;
} table = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(table.lock)

static size_t find_locked(const GENERAL_LOOKASIDE_POOL *list)
{
    size_t at = 0;
    while (at < table.count && table.lists[at] != list)
        at++;
    return at;
}

/* With more lists than there is room for, the tools do not see the rest. */
void lookaside_table_add(const GENERAL_LOOKASIDE_POOL *list)
{
    lock_take(&table.lock);
    if (table.lists == NULL)
        table.lists = os_table(LISTS_MAX * sizeof(void *));
    if (table.lists != NULL && find_locked(list) == table.count && table.count < LISTS_MAX) {
        table.lists[table.count++] = list;
        atomic_fetch_add_explicit(&free_watch_count, 1, memory_order_relaxed);
    }
    lock_drop(&table.lock);
}

static void take_out_locked(size_t at)
{
    table.lists[at] = table.lists[--table.count];
    atomic_fetch_sub_explicit(&free_watch_count, 1, memory_order_relaxed);
}

void lookaside_table_remove(const GENERAL_LOOKASIDE_POOL *list)
{
    lock_take(&table.lock);
    size_t at = find_locked(list);
    if (at < table.count)
        take_out_locked(at);
    lock_drop(&table.lock);
}

void *lookaside_table_take_within(uintptr_t start, uintptr_t end)
{
    const void *found = NULL;
    lock_take(&table.lock);
    for (size_t at = 0; at < table.count && found == NULL; at++) {
        uintptr_t address = (uintptr_t)table.lists[at];
        if (address < start || address >= end)
            continue;
        found = table.lists[at];
        take_out_locked(at);
    }
    lock_drop(&table.lock);
    return (void *)(uintptr_t)found;
}

/* A driver that forgets to delete a list takes the head's memory away under us. */
static bool copy_head(GENERAL_LOOKASIDE_POOL *to, const GENERAL_LOOKASIDE_POOL *from)
{
    return os_peek(to, from, sizeof *to) && to->Size >= LOOKASIDE_MINIMUM_BLOCK_SIZE &&
           to->MaximumDepth > 0 && to->Depth <= to->MaximumDepth;
}

void lookaside_table_each(void (*take)(const GENERAL_LOOKASIDE_POOL *list, void *context),
                          void *context)
{
    lock_take(&table.lock);
    for (size_t i = 0; i < table.count; i++) {
        GENERAL_LOOKASIDE_POOL head;
        if (copy_head(&head, table.lists[i]))
            take(&head, context);
    }
    lock_drop(&table.lock);
}
