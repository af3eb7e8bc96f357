#include "pool/stack.h"

#include "pool/lock.h"
#include "pool/mix.h"
#include "pool/options.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/unwind.h"
#include "pool/unwind_steps.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <string.h>
#include <valgrind/valgrind.h>

enum {
    BUCKETS_FIRST = 1 << 10, /* one page: few programs need more */
    BUCKETS_MAX = 1 << 16,
    BUCKETS_STEP = 8,
    SPARE = 8,                /* the depot takes an eighth of what is to be had */
    WORDS_MAX = 1 << 27,      /* 1 GiB of address space at the most; 8 bytes a frame as they come */
    WORDS_VALGRIND = 1 << 22, /* which looks for leaks in all of it */
    WORDS_MIN = 1 << 17,
};

/* | next id | hash | depth | frame ... |, words; an id is the index of the first. */
struct record {
    _Atomic(stack_id) next;
    uint32_t hash;
    uint64_t depth;
    uintptr_t frames[];
};

static struct {
    struct lock lock; /* to append; readers need none */
    uint64_t *words;
    uint32_t words_max;
    uint32_t used;  /* words; the first is never used, so that no id is 0 */
    uint32_t count; /* of records */
    _Atomic(stack_id) *buckets;
    _Atomic uint32_t mask; /* of a hash, to its bucket */
    bool is_full;
} depot = {.lock = LOCK_INITIALIZER, .used = 1, .mask = BUCKETS_FIRST - 1};

static unsigned depth_now = 1;

void stack_depth_set(unsigned depth)
{
    RACY_WRITE(depth_now, depth < STACK_DEPTH_MAX ? depth : STACK_DEPTH_MAX);
}

static struct record *record_at(stack_id id)
{
    return (struct record *)(void *)(depot.words + id);
}

static void lock_depot(void)
{
    lock_take(&depot.lock);
}

static void unlock_depot(void)
{
    lock_drop(&depot.lock);
}

void stack_start(void)
{
    if (depot.buckets != NULL)
        return;
    /* A child must not find the lock held by a thread it does not have. */
    INVARIANT(pthread_atfork(lock_depot, unlock_depot, unlock_depot) == 0);
    depot.buckets = os_needed_table(BUCKETS_MAX * sizeof depot.buckets[0]);
    /* Where address space is limited, most of it is for the program. */
    depot.words_max = RUNNING_ON_VALGRIND ? WORDS_VALGRIND : WORDS_MAX;
    while ((depot.words = os_table(depot.words_max * sizeof(uint64_t) * SPARE)) == NULL &&
           depot.words_max > WORDS_MIN)
        depot.words_max /= 2;
    if (depot.words != NULL)
        os_release(depot.words, depot.words_max * sizeof(uint64_t) * SPARE);
    depot.words = os_needed_table(depot.words_max * sizeof(uint64_t));
}

/* A function of its own: gcc forgets the priority of one that was declared before. */
__attribute__((constructor(101))) static void start_by_itself(void)
{
    stack_start();
}

WRAPS_ROUND static uint32_t hash_of(const uintptr_t *frames, unsigned depth)
{
    uint64_t hash = depth;
    for (unsigned i = 0; i < depth; i++)
        hash = hash * 9 + frames[i]; /* one instruction */
    return (uint32_t)(hash * MIX_FACTOR >> 32);
}

/* Stacks are short: a call of memcmp would take longer. */
static bool is_same(const struct record *record, const uintptr_t *frames, unsigned depth)
{
    uintptr_t difference = 0;
    for (unsigned i = 0; i < depth; i++)
        difference |= record->frames[i] ^ frames[i];
    return difference == 0;
}

static stack_id find(stack_id id, uint32_t hash, const uintptr_t *frames, unsigned depth)
{
    for (; id != 0; id = atomic_load_explicit(&record_at(id)->next, memory_order_acquire)) {
        const struct record *record = record_at(id);
        if (record->hash == hash && record->depth == depth && is_same(record, frames, depth))
            return id;
    }
    return 0;
}

static void say_full(void)
{
    static const char message[] =
        "expool: the table of call stacks is full; later allocations have none recorded\n";
    if (!depot.is_full)
        os_write(2, message, sizeof message - 1);
    depot.is_full = true;
}

/* A reader that walks a chain meanwhile may end in another one: it finds nothing and asks again
 * under the lock. */
static NOINLINE void spread_locked(void)
{
    uint32_t mask = atomic_load_explicit(&depot.mask, memory_order_relaxed);
    uint32_t wider = mask * BUCKETS_STEP + BUCKETS_STEP - 1;
    for (uint32_t i = 0; i <= mask; i++) {
        stack_id id = atomic_exchange(&depot.buckets[i], 0);
        while (id != 0) {
            struct record *record = record_at(id);
            _Atomic(stack_id) *bucket = &depot.buckets[record->hash & wider];
            stack_id next = atomic_exchange(&record->next, atomic_load(bucket));
            atomic_store_explicit(bucket, id, memory_order_release);
            id = next;
        }
    }
    atomic_store_explicit(&depot.mask, wider, memory_order_release);
}

static stack_id append_locked(_Atomic(stack_id) *bucket, uint32_t hash, const uintptr_t *frames,
                              unsigned depth)
{
    uint32_t words = (uint32_t)(sizeof(struct record) / sizeof(uint64_t)) + depth;
    if (depot.used + words > depot.words_max) {
        say_full();
        return 0;
    }
    stack_id id = depot.used;
    struct record *record = record_at(id);
    atomic_init(&record->next, atomic_load_explicit(bucket, memory_order_relaxed));
    record->hash = hash;
    record->depth = depth;
    memcpy(record->frames, frames, depth * sizeof frames[0]);
    __atomic_store_n(&depot.used, id + words, __ATOMIC_RELEASE);
    atomic_store_explicit(bucket, id, memory_order_release);
    return id;
}

static _Atomic(stack_id) *bucket_of(uint32_t hash)
{
    return &depot.buckets[hash & atomic_load_explicit(&depot.mask, memory_order_relaxed)];
}

static stack_id append_new_locked(uint32_t hash, const uintptr_t *frames, unsigned depth)
{
    stack_id id =
        find(atomic_load_explicit(bucket_of(hash), memory_order_acquire), hash, frames, depth);
    if (id != 0)
        return id;
    if (UNLIKELY(depot.count++ == depot.mask && depot.mask < BUCKETS_MAX - 1))
        spread_locked();
    return append_locked(bucket_of(hash), hash, frames, depth);
}

static stack_id intern(const uintptr_t *frames, unsigned depth)
{
    uint32_t hash = hash_of(frames, depth);
    stack_id id =
        find(atomic_load_explicit(bucket_of(hash), memory_order_acquire), hash, frames, depth);
    if (LIKELY(id != 0))
        return id;
    lock_take(&depot.lock);
    id = append_new_locked(hash, frames, depth);
    lock_drop(&depot.lock);
    return id;
}

void stack_walk(const void *frame, struct stack_walk *walk)
{
    walk->depth = unwind_quick(frame, walk->frames, RACY_READ(depth_now));
}

stack_id stack_keep(const struct stack_walk *walk)
{
    if (walk->depth == 0)
        return 0;
    order_hide();
    stack_id id = intern(walk->frames, walk->depth);
    order_show();
    return id;
}

stack_id stack_record(const void *frame)
{
    struct stack_walk walk;
    stack_walk(frame, &walk);
    return stack_keep(&walk);
}

/* Ids come out of headers that a program may have written over: only a real record will do. One
 * that another thread has just made is whole when it counts as used. */
static bool is_record(stack_id id)
{
    const size_t head = sizeof(struct record) / sizeof(uint64_t);
    uint32_t used = __atomic_load_n(&depot.used, __ATOMIC_ACQUIRE);
    if (id == 0 || id + head > used)
        return false;
    const struct record *record = record_at(id);
    return record->depth > 0 && record->depth <= STACK_DEPTH_MAX &&
           id + head + record->depth <= used &&
           record->hash == hash_of(record->frames, (unsigned)record->depth);
}

unsigned stack_frames(stack_id id, uintptr_t frames[STACK_DEPTH_MAX])
{
    if (!is_record(id))
        return 0;
    const struct record *record = record_at(id);
    memcpy(frames, record->frames, record->depth * sizeof frames[0]);
    return (unsigned)record->depth;
}

unsigned stack_here(const void *frame, uintptr_t frames[STACK_DEPTH_MAX])
{
    return unwind_full(unwind_caller(frame), frames, STACK_DEPTH_MAX);
}

unsigned stack_above(const void *frame, uintptr_t frames[STACK_DEPTH_MAX])
{
    return unwind_above(frame, frames, STACK_DEPTH_MAX);
}

unsigned stack_at_fault(uintptr_t pc, const void *frame, uintptr_t frames[STACK_DEPTH_MAX])
{
    unsigned count = unwind_full(pc, frames, STACK_DEPTH_MAX);
    if (count > 1 || frame == NULL)
        return count;
    return 1 + unwind_frames(frame, frames + 1, STACK_DEPTH_MAX - 1);
}
