#include "pool/stack_memo.h"

#include "pool/os.h"
#include "pool/unwind.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { ENTRY_PLACES = 24, SETS = 1 << 13, WAYS = 2 };

struct entry {
    _Atomic uint32_t sequence;
    _Atomic(stack_id) stack;
    _Atomic uintptr_t frame;
    _Atomic uint16_t distance[ENTRY_PLACES]; /* 0 ends them */
};

static_assert(sizeof(struct entry) == 64, "an entry is a cache line");

static _Atomic(struct entry *) table;
static _Atomic unsigned victim;

static struct entry *set_of(struct entry *entries, const void *frame, uintptr_t caller)
{
    uint64_t mixed = ((uintptr_t)frame ^ caller << 20) * UINT64_C(0x9e3779b97f4a7c15);
    return entries + (mixed >> 51) * WAYS;
}

/* The stack grows down: what held the callers once is above, and if these still are the callers it
 * is the same stack. Nothing is read behind the first difference. */
READS_ANY_STACK static bool holds(const struct entry *entry, const uintptr_t *place,
                                  const uintptr_t *frames, unsigned depth)
{
    if (depth > ENTRY_PLACES || *place != frames[0])
        return false;
    for (unsigned i = 1; i < depth; i++) {
        place += atomic_load_explicit(&entry->distance[i], memory_order_relaxed);
        if (*place != frames[i])
            return false;
    }
    return true;
}

static stack_id look(const struct entry *entry, const void *frame)
{
    uint32_t before = atomic_load_explicit(&entry->sequence, memory_order_acquire);
    if (atomic_load_explicit(&entry->frame, memory_order_relaxed) != (uintptr_t)frame ||
        (before & 1) != 0)
        return 0;
    stack_id stack = atomic_load_explicit(&entry->stack, memory_order_relaxed);
    unsigned depth = 0;
    const uintptr_t *frames = stack_recorded(stack, &depth);
    if (!holds(entry, (const uintptr_t *)frame + 1, frames, depth))
        return 0;
    atomic_thread_fence(memory_order_acquire);
    bool is_whole = atomic_load_explicit(&entry->sequence, memory_order_relaxed) == before;
    return is_whole ? stack : 0;
}

stack_id stack_memo_find(const void *frame)
{
    struct entry *entries = atomic_load_explicit(&table, memory_order_acquire);
    if (UNLIKELY(entries == NULL))
        return 0;
    const struct entry *set = set_of(entries, frame, ((const uintptr_t *)frame)[1]);
    stack_id stack = look(&set[0], frame);
    return stack != 0 ? stack : look(&set[1], frame);
}

static struct entry *table_needed(void)
{
    struct entry *entries = atomic_load(&table);
    if (entries != NULL)
        return entries;
    struct entry *made = os_table((size_t)SETS * WAYS * sizeof *made);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong(&table, &entries, made))
        return made;
    os_release(made, (size_t)SETS * WAYS * sizeof *made);
    return entries;
}

/* False: too far apart, or not on this stack in rising order. */
static bool distances(const uintptr_t *const *places, unsigned depth, uint16_t *distance)
{
    for (unsigned i = 1; i < depth; i++) {
        if (places[i] == NULL || places[i] <= places[i - 1] ||
            places[i] - places[i - 1] > UINT16_MAX)
            return false;
        distance[i] = (uint16_t)(places[i] - places[i - 1]);
    }
    return true;
}

void stack_memo_keep(const void *frame, stack_id stack, const uintptr_t *const *places,
                     unsigned depth)
{
    uint16_t distance[ENTRY_PLACES] = {0};
    struct entry *entries = table_needed();
    if (entries == NULL || depth > ENTRY_PLACES || !distances(places, depth, distance))
        return;
    unsigned way = atomic_fetch_add_explicit(&victim, 1, memory_order_relaxed) % WAYS;
    struct entry *entry = set_of(entries, frame, ((const uintptr_t *)frame)[1]) + way;
    uint32_t before = atomic_load_explicit(&entry->sequence, memory_order_relaxed);
    if ((before & 1) != 0 || !atomic_compare_exchange_strong(&entry->sequence, &before, before + 1))
        return; /* another thread is at it */
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&entry->stack, stack, memory_order_relaxed);
    atomic_store_explicit(&entry->frame, (uintptr_t)frame, memory_order_relaxed);
    for (unsigned i = 0; i < ENTRY_PLACES; i++)
        atomic_store_explicit(&entry->distance[i], distance[i], memory_order_relaxed);
    atomic_store_explicit(&entry->sequence, before + 2, memory_order_release);
}
