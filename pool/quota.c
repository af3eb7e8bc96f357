#include "pool/quota.h"

#include "pool/block.h"
#include "pool/lock.h"
#include "pool/os.h"
#include "pool/page.h"
#include "pool/process.h"

enum { SLOTS_FIRST = 1024, HASH_SHIFT = 40, BLOCK_ALIGNMENT_BITS = 4 };

struct owner {
    uintptr_t block; /* 0: free */
    struct process *process;
    uint32_t bytes;
    int pool_class;
};

static struct {
    struct lock lock;
    struct owner *slots;
    size_t capacity; /* a power of two */
} table = {.lock = LOCK_INITIALIZER};

_Atomic(size_t) quota_blocks;

void quota_before_fork(void)
{
    lock_take(&table.lock);
}

void quota_after_fork(void)
{
    lock_drop(&table.lock);
}

static size_t slot_of(uintptr_t block)
{
    uint64_t hash = (uint64_t)(block >> BLOCK_ALIGNMENT_BITS) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> (64 - HASH_SHIFT)) & (table.capacity - 1);
}

/* The slot of the block, or the free one where it would be. */
static size_t find_locked(uintptr_t block)
{
    size_t at = slot_of(block);
    while (table.slots[at].block != 0 && table.slots[at].block != block)
        at = (at + 1) & (table.capacity - 1);
    return at;
}

static bool grow_locked(void)
{
    struct owner *old = table.slots;
    size_t old_capacity = table.capacity;
    size_t capacity = old_capacity == 0 ? SLOTS_FIRST : 2 * old_capacity;
    struct owner *slots = os_table(capacity * sizeof *slots);
    if (slots == NULL)
        return false;
    table.slots = slots;
    table.capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].block != 0)
            table.slots[find_locked(old[i].block)] = old[i];
    if (old != NULL)
        os_release(old, old_capacity * sizeof *old);
    return true;
}

/* Those behind move up, so that no search ends too early. */
static void remove_locked(size_t at)
{
    size_t mask = table.capacity - 1;
    for (size_t next = (at + 1) & mask; table.slots[next].block != 0; next = (next + 1) & mask) {
        size_t home = slot_of(table.slots[next].block);
        if (((next - home) & mask) < ((next - at) & mask))
            continue;
        table.slots[at] = table.slots[next];
        at = next;
    }
    table.slots[at].block = 0;
}

static size_t rounded_bytes(const struct request *request)
{
    unsigned units = page_units_needed(request->size_bytes, request_is_aligned(request));
    return (size_t)units * BLOCK_UNIT_BYTES;
}

bool quota_charge(const struct request *request, struct quota *quota)
{
    struct process *process = process_current();
    *quota = (struct quota){.pool_class = pool_is_paged(request->kind)};
    if (process == &process_system || request->size_bytes > BLOCK_DATA_MAX)
        return true;
    quota->bytes = rounded_bytes(request);
    if (quota->bytes > PAGE_BYTES)
        return true;
    if (!process_charge(process, quota->pool_class, quota->bytes))
        return false;
    process_hold(process);
    quota->process = process;
    return true;
}

static bool enter(const struct quota *quota, void *block)
{
    lock_take(&table.lock);
    bool has_room = 2 * (quota_blocks + 1) <= table.capacity || grow_locked();
    if (has_room) {
        table.slots[find_locked((uintptr_t)block)] =
            (struct owner){.block = (uintptr_t)block,
                           .process = quota->process,
                           .bytes = (uint32_t)quota->bytes,
                           .pool_class = quota->pool_class};
        atomic_fetch_add_explicit(&quota_blocks, 1, memory_order_relaxed);
    }
    lock_drop(&table.lock);
    return has_room;
}

void quota_settle(const struct quota *quota, void *block)
{
    if (quota->process == NULL || (block != NULL && enter(quota, block)))
        return;
    process_return(quota->process, quota->pool_class, quota->bytes);
    process_drop(quota->process);
}

static bool take_out(const void *block, struct owner *owner)
{
    bool found = false;
    lock_take(&table.lock);
    if (table.capacity > 0) {
        size_t at = find_locked((uintptr_t)block);
        *owner = table.slots[at];
        found = owner->block != 0;
        if (found) {
            remove_locked(at);
            atomic_fetch_sub_explicit(&quota_blocks, 1, memory_order_relaxed);
        }
    }
    lock_drop(&table.lock);
    return found;
}

void quota_return_known(const void *block)
{
    struct owner owner;
    if (!take_out(block, &owner))
        return;
    process_return(owner.process, owner.pool_class, owner.bytes);
    process_drop(owner.process);
}

bool quota_is_charged(const void *block)
{
    lock_take(&table.lock);
    bool is = table.capacity > 0 && table.slots[find_locked((uintptr_t)block)].block != 0;
    lock_drop(&table.lock);
    return is;
}
