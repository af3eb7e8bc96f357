#include "verifier/track.h"

#include "pool/bits.h"
#include "pool/bugcheck.h"
#include "pool/counters.h"
#include "pool/lock.h"
#include "pool/mix.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/rules.h"
#include "pool/util.h"
#include "verifier/owner.h"
#include "verifier/pattern.h"
#include "verifier/special.h"
#include "verifier/track_judge.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    BUCKETS = 1 << 18,
    SHARDS = 16, /* of the buckets' low bits */
    NODES_MAX = 1 << 22,
    NODES_MIN = 1 << 14,
    HISTORY_MAX = 4096, /* freed blocks remembered, a shard */
    TRAILER_LEAST = 8,
    LOCK_TRIES = 100,
    HASH_SHIFT = 64 - 18,
};

/* Guarded by the lock of its number: those lie side by side, so that starting touches one page. */
struct shard {
    uint32_t unused; /* nodes given back, by their next */
    uint32_t history[HISTORY_MAX];
    uint32_t history_at; /* of the next free, counted from the first */
};

static struct {
    struct track_node *nodes; /* NULL: not started; node 0 is nobody's */
    uint32_t nodes_max;
    uint64_t *are_live; /* a bit a node: who looks for them need not look at the dead */
    uint32_t *buckets;
    _Atomic uint32_t nodes_used;
    _Atomic uint64_t live;
    _Atomic uint64_t count;
    _Atomic uint64_t not_tracked;
    struct lock locks[SHARDS];
    struct shard shards[SHARDS];
} track;

static void lock_all(void)
{
    for (unsigned i = 0; i < SHARDS; i++)
        lock_take(&track.locks[i]);
}

static void unlock_all(void)
{
    for (unsigned i = 0; i < SHARDS; i++)
        lock_drop(&track.locks[i]);
}

static bool make_tables(void)
{
    track.buckets = os_table(BUCKETS * sizeof track.buckets[0]);
    struct track_node *nodes = NULL;
    for (track.nodes_max = NODES_MAX; track.nodes_max >= NODES_MIN; track.nodes_max /= 2)
        if ((nodes = os_table(track.nodes_max * sizeof *nodes)) != NULL)
            break;
    track.are_live = os_table(NODES_MAX / BITS_A_WORD * sizeof track.are_live[0]);
    if (track.buckets == NULL || track.are_live == NULL || nodes == NULL)
        return false;
    for (unsigned i = 0; i < SHARDS; i++)
        track.locks[i] = (struct lock)LOCK_INITIALIZER;
    track.nodes_used = 1;
    track.nodes = nodes;
    return pthread_atfork(lock_all, unlock_all, unlock_all) == 0;
}

bool track_start(void)
{
    return track.nodes != NULL || make_tables();
}

static uint32_t bucket_of(const void *address)
{
    return (uint32_t)((uintptr_t)address / 16 * MIX_FACTOR >> HASH_SHIFT);
}

static struct shard *shard_of(const void *address)
{
    return &track.shards[bucket_of(address) % SHARDS];
}

static struct lock *lock_of(const struct shard *shard)
{
    return &track.locks[shard - track.shards];
}

static struct track_node *find_locked(const void *address)
{
    uint32_t at = track.buckets[bucket_of(address)];
    while (at != 0 && track.nodes[at].address != (uintptr_t)address)
        at = track.nodes[at].next;
    return at == 0 ? NULL : &track.nodes[at];
}

static void note_live_locked(const struct track_node *node, bool is_live)
{
    uint32_t number = (uint32_t)(node - track.nodes);
    uint64_t *word = &track.are_live[number / BITS_A_WORD];
    if (is_live) /* the others of the word are of other shards */
        (void)__atomic_fetch_or(word, bits_of(number), __ATOMIC_RELAXED);
    else
        (void)__atomic_fetch_and(word, ~bits_of(number), __ATOMIC_RELAXED);
}

static void unlink_locked(struct shard *shard, uint32_t number)
{
    struct track_node *node = &track.nodes[number];
    uint32_t *link = &track.buckets[bucket_of((const void *)node->address)];
    while (*link != number)
        link = &track.nodes[*link].next;
    *link = node->next;
    node->next = shard->unused;
    shard->unused = number;
}

/* A node of that address, which is no live block's, or a new one; NULL: no room. */
static struct track_node *node_for_locked(struct shard *shard, const void *address)
{
    struct track_node *node = find_locked(address);
    if (node != NULL)
        return node;
    uint32_t number = shard->unused;
    if (number != 0)
        shard->unused = track.nodes[number].next;
    else if (atomic_load(&track.nodes_used) < track.nodes_max)
        number = atomic_fetch_add(&track.nodes_used, 1);
    if (number == 0 || number >= track.nodes_max)
        return NULL;
    uint32_t *bucket = &track.buckets[bucket_of(address)];
    track.nodes[number] = (struct track_node){.address = (uintptr_t)address, .next = *bucket};
    *bucket = number;
    return &track.nodes[number];
}

/* Every free waits its turn. A block that lives again when it comes, or was freed once more, has a
 * later one. */
static void remember_locked(struct shard *shard, struct track_node *node)
{
    uint32_t at = shard->history_at++;
    uint32_t *place = &shard->history[at % HISTORY_MAX];
    uint32_t oldest = *place;
    *place = (uint32_t)(node - track.nodes);
    node->freed_at = at;
    bool is_over = track.nodes[oldest].freed_at + HISTORY_MAX == at;
    if (oldest != 0 && is_over && track.nodes[oldest].state == TRACK_FREED)
        unlink_locked(shard, oldest);
}

/* Up to the next unit, and at least a few bytes more. */
static size_t trailer_of(const struct request *request)
{
    return round_up(request->size_bytes + TRAILER_LEAST, 16) - request->size_bytes;
}

static void enter(const struct request *request, uint16_t driver, void *block, size_t trailer)
{
    struct track_node facts = {
        .address = (uintptr_t)block,
        .size_bytes = request->size_bytes,
        .allocated_stack = stack_record(request->frame),
        .number = (uint32_t)atomic_fetch_add(&track.count, 1) + 1,
        .allocated_ms = (uint32_t)(os_clock_ms() - special.started_ms),
        .thread_allocated = os_thread_id(),
        .tag = request->tag,
        .driver = driver,
        .kind = (uint8_t)request->kind,
        .irql_allocated = (uint8_t)irql_current,
        .trailer = (uint8_t)(trailer & 0xff),
        .state = TRACK_LIVE,
    };
    facts.fill = (uint8_t)(0x80u | slot_fill(RACY_READ(special.seed), facts.number));
    pattern_fill((unsigned char *)block + request->size_bytes, trailer, facts.fill);
    checker_close((unsigned char *)block + request->size_bytes, trailer);
    struct shard *shard = shard_of(block);
    lock_take(lock_of(shard));
    struct track_node *node = node_for_locked(shard, block);
    if (node != NULL) {
        note_live_locked(node, true);
        facts.next = node->next;
        *node = facts;
    }
    lock_drop(lock_of(shard));
    if (node == NULL) {
        atomic_fetch_add(&track.not_tracked, 1);
        return;
    }
    atomic_fetch_add(&track.live, 1);
    owner_charge(driver, request->kind, request->size_bytes);
    count_verified(pool_is_paged(request->kind), 1, request->size_bytes);
}

bool track_allocate(const struct request *request, uint16_t driver, void **block)
{
    bool is_tracked = rules_have(RULE_TRACKING) && !request->is_malloc; /* malloc keeps its own */
    if (track.nodes == NULL || !is_tracked || request->size_bytes > SIZE_MAX - PAGE_BYTES)
        return false;
    struct request padded = *request;
    size_t trailer = trailer_of(request);
    padded.size_bytes += trailer;
    *block = pool_serve(&padded);
    if (*block != NULL)
        enter(request, driver, *block, trailer);
    return true;
}

/* Takes the live block out for the caller to free, when nothing is wrong with that. */
static bool take_out(const struct release *release, struct track_node *node,
                     enum violation_kind *wrong)
{
    struct shard *shard = shard_of(release->address);
    lock_take(lock_of(shard));
    struct track_node *found = find_locked(release->address);
    if (found != NULL) {
        *node = *found;
        *wrong = track_judge(node, release);
    }
    if (found != NULL && found->state == TRACK_LIVE && *wrong == VIOLATION_KIND_COUNT) {
        found->state = TRACK_FREED;
        note_live_locked(found, false);
        found->thread_freed = os_thread_id();
        found->freed_stack = release->frame == NULL ? 0 : stack_record(release->frame);
        remember_locked(shard, found);
    }
    lock_drop(lock_of(shard));
    return found != NULL;
}

static void give_back(const struct track_node *node, const struct release *release)
{
    struct release plain = *release;
    plain.has_size_hint = false; /* the pool knows the padded size only */
    atomic_fetch_sub(&track.live, 1);
    owner_refund(node->driver, (enum pool_kind)node->kind, node->size_bytes);
    count_verified(pool_is_paged((enum pool_kind)node->kind), (uint64_t)-1,
                   0 - (uint64_t)node->size_bytes);
    pool_give(&plain);
}

bool track_free(const struct release *release)
{
    struct track_node node;
    enum violation_kind wrong = VIOLATION_KIND_COUNT;
    if (atomic_load_explicit(&track.count, memory_order_relaxed) == 0 ||
        !take_out(release, &node, &wrong))
        return false;
    if (node.state == TRACK_FREED)
        return track_refuse_twice(&node, release);
    if (wrong != VIOLATION_KIND_COUNT)
        return track_refuse(wrong, &node, release);
    track_judge_trailer(&node, release->frame);
    give_back(&node, release);
    return true;
}

/* A report may come out of a signal handler, and this very thread hold the lock. */
static bool lock_if_possible(struct lock *lock)
{
    for (unsigned tries = 0; tries < LOCK_TRIES; tries++) {
        if (lock_try(lock))
            return true;
        os_yield();
    }
    return false;
}

bool track_tell(const void *address, struct story *story)
{
    struct shard *shard = shard_of(address);
    if (atomic_load_explicit(&track.count, memory_order_relaxed) == 0 ||
        !lock_if_possible(lock_of(shard)))
        return false;
    const struct track_node *node = find_locked(address);
    if (node != NULL)
        track_story(node, story);
    lock_drop(lock_of(shard));
    return node != NULL;
}

/* Read without a lock, to know which: a node stays with its shard, whatever address it has. */
__attribute__((no_sanitize("thread"))) static NOINLINE uintptr_t
address_now(const struct track_node *node)
{
    return *(const volatile uintptr_t *)&node->address;
}

/* The next live block from node `*at` on, copied; false: there is none. Blocks may come and go. */
static bool next_live(uint32_t *at, struct track_node *node)
{
    uint32_t end = atomic_load(&track.live) > 0 ? atomic_load(&track.nodes_used) : 0;
    end = end < track.nodes_max ? end : track.nodes_max;
    while ((*at = bits_next(track.are_live, *at, end)) < end) {
        const struct track_node *here = &track.nodes[(*at)++];
        uintptr_t address = address_now(here);
        if (address == 0)
            continue; /* just being made */
        struct shard *shard = shard_of((const void *)address);
        lock_take(lock_of(shard));
        *node = *here;
        lock_drop(lock_of(shard));
        if (node->state == TRACK_LIVE)
            return true;
    }
    return false;
}

void track_each_live(track_take *take, void *context)
{
    struct track_node node;
    for (uint32_t at = 1; track.nodes != NULL && next_live(&at, &node);) {
        struct story story;
        track_story(&node, &story);
        take(&story, node.driver, context);
    }
}

/* Not freed since the copy was made. */
static bool is_live_still(const struct track_node *node)
{
    struct shard *shard = shard_of((const void *)node->address);
    lock_take(lock_of(shard));
    const struct track_node *now = find_locked((const void *)node->address);
    bool is_it = now != NULL && now->state == TRACK_LIVE && now->number == node->number;
    lock_drop(lock_of(shard));
    return is_it;
}

size_t track_sweep(const void *frame)
{
    struct track_node node;
    size_t count = 0;
    for (uint32_t at = 1; track.nodes != NULL && next_live(&at, &node); count++)
        if (!track_is_sound(&node) && is_live_still(&node))
            track_judge_trailer(&node, frame);
    return count;
}

size_t track_reset(void)
{
    struct track_node node;
    size_t count = 0;
    for (uint32_t at = 1; track.nodes != NULL && next_live(&at, &node); count++) {
        struct release release = {
            .address = (void *)node.address, .tag = node.tag, .frame = __builtin_frame_address(0)};
        enum violation_kind wrong;
        if (take_out(&release, &node, &wrong))
            give_back(&node, &release);
    }
    return count;
}

size_t track_live(void)
{
    return (size_t)atomic_load(&track.live);
}

uint64_t track_count(void)
{
    return atomic_load(&track.count);
}

uint64_t track_not_count(void)
{
    return atomic_load(&track.not_tracked);
}
