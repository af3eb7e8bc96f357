#include "pool/cache.h"
#include "pool/cache_layout.h"

#include "pool/bits.h"
#include "pool/heap.h"
#include "pool/lock.h"
#include "pool/mode.h"
#include "pool/os.h"
#include "pool/shelf.h"

#include <pthread.h>
#include <string.h>

enum {
    LIMIT_FIRST = 2,
    HAND_STEPS = 8,  /* bins looked at when the budget is used up, */
    HAND_EVERY = 16, /* not at every call */
    TAKE_TRIES = 64,
};

struct cache {
    struct cache_pool pools[POOL_KIND_COUNT];
    bool is_open[POOL_KIND_COUNT];
    size_t budget_bytes;                                             /* not given to any bin */
    bool is_alone;                                                   /* has the larger budget */
    unsigned set;                                                    /* of shelves */
    uint64_t grown[POOL_KIND_COUNT][BLOCK_UNITS_PAGE / BITS_A_WORD]; /* bins with a limit */
    struct cache *next;                                              /* in the list of all */
    struct {
        unsigned calls; /* of grow_limit with the budget used up */
        unsigned bin;   /* to be looked at next, over all pools */
        uint32_t seen[POOL_KIND_COUNT][BLOCK_UNITS_PAGE]; /* counts when it came by last */
    } hand;
};

static struct {
    struct heap *heaps;
    struct shelves *shelves; /* by kind, as heaps */
    struct lock lock;        /* of the list */
    unsigned made;           /* caches, ever */
    struct cache *list;
    pthread_key_t key;
    bool has_key;
} caches = {.lock = LOCK_INITIALIZER};

struct cache_pool cache_closed; /* never written */
_Thread_local struct cache_pools cache_pools TLS_FAST = {
    .by_kind = {&cache_closed, &cache_closed, &cache_closed},
    .by_number = {&cache_closed, &cache_closed, &cache_closed, &cache_closed},
    .paged = &cache_closed,
};
static _Thread_local struct cache *own TLS_FAST;
static _Thread_local bool is_ended TLS_FAST; /* the thread's cache has been given back */

static size_t units_bytes(unsigned units)
{
    return (size_t)units * BLOCK_UNIT_BYTES;
}

/* A thread that ends has no cache of its own any more. */
static unsigned own_set(void)
{
    return own != NULL ? own->set : 0;
}

/* Blocks of one size that leave a cache; their own headers may be damaged. */
static void pass_on(enum pool_kind kind, unsigned units, struct block **blocks, unsigned count,
                    const void *frame)
{
    unsigned put = shelves_put(&caches.shelves[kind], own_set(), units, blocks, count);
    if (put < count)
        heap_give_many(&caches.heaps[kind], blocks + put, count - put, frame);
}

/* The blocks of a size that have waited longest go. */
static void pass_on_oldest(enum pool_kind kind, unsigned units, unsigned count, const void *frame)
{
    struct cache_bin *bin = cache_bin(&own->pools[kind], units);
    struct block *leaving[CACHE_BIN_BLOCKS_MAX];
    memcpy(leaving, bin->blocks,
           count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    RACY_WRITE(bin->count, bin->count - count);
    memmove(bin->blocks, bin->blocks + count,
            bin->count * sizeof(struct block *)); /* NOLINT(bugprone-sizeof-expression) */
    pass_on(kind, units, leaving, count, frame);
}

static void empty_pool(struct cache *cache, enum pool_kind kind)
{
    enum { END = BLOCK_UNITS_PAGE };
    uint64_t *grown = cache->grown[kind];
    for (unsigned units = 0; (units = bits_next(grown, units, END)) < END; units++) {
        struct cache_bin *bin = cache_bin(&cache->pools[kind], units);
        if (bin->count > 0)
            pass_on_oldest(kind, units, bin->count, NULL);
        cache->budget_bytes += bin->limit * units_bytes(units);
        bin->limit = 0;
        grown[units / BITS_A_WORD] &= ~bits_of(units);
    }
}

/* The thread ends. */
static void cache_end(void *thread_cache)
{
    struct cache *cache = thread_cache;
    is_ended = true;
    cache_follow(IRQL_HIGH);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        if (!cache->is_open[kind])
            continue;
        empty_pool(cache, (enum pool_kind)kind);
        tag_table_leave(&cache->pools[kind].tags);
    }
    own = NULL;
    lock_take(&caches.lock);
    struct cache **link = &caches.list;
    while (*link != cache)
        link = &(*link)->next;
    *link = cache->next;
    lock_drop(&caches.lock);
    os_release(cache, sizeof *cache);
}

void cache_start(struct heap *heaps, struct shelves *shelves)
{
    caches.heaps = heaps;
    caches.shelves = shelves;
    cache_layout_start();
    caches.has_key = pthread_key_create(&caches.key, cache_end) == 0;
}

void cache_follow(unsigned irql)
{
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        unsigned highest = pool_is_paged((enum pool_kind)kind) ? IRQL_APC : IRQL_DISPATCH;
        bool is_open = own != NULL && own->is_open[kind] && irql <= highest;
        cache_pools.by_kind[kind] = is_open ? &own->pools[kind] : &cache_closed;
    }
    for (unsigned number = 0; number < CACHE_NUMBERS; number++)
        cache_pools.by_number[number] = cache_pools.by_kind[cache_kind(number)];
    cache_pools.paged =
        own != NULL && own->is_open[POOL_PAGED] ? &own->pools[POOL_PAGED] : &cache_closed;
}

static struct cache *make_own(void)
{
    if (is_ended || !caches.has_key)
        return NULL;
    struct cache *cache = os_table(sizeof *cache);
    if (cache == NULL)
        return NULL;
    if (pthread_setspecific(caches.key, cache) != 0) {
        os_release(cache, sizeof *cache);
        return NULL;
    }
    cache->budget_bytes = CACHE_BYTES;
    lock_take(&caches.lock);
    cache->set = caches.made++ % caches.shelves->sets;
    cache->next = caches.list;
    caches.list = cache;
    lock_drop(&caches.lock);
    own = cache;
    return cache;
}

static void open_pool(struct cache *cache, enum pool_kind kind)
{
    memcpy(cache->pools[kind].at, cache_layout.at, sizeof cache_layout.at);
    tag_table_join(&cache->pools[kind].tags, kind);
    cache->is_open[kind] = true;
    cache_follow(irql_current);
}

/* The calling thread's cache with the pool open; NULL: it has none. */
static struct cache *cache_of(enum pool_kind kind)
{
    struct cache *cache = own != NULL ? own : make_own();
    if (cache != NULL && !cache->is_open[kind])
        open_pool(cache, kind);
    return cache;
}

bool cache_is_open(enum pool_kind kind)
{
    return cache_of(kind) != NULL;
}

/* What a bin gives back for one whose limit is `poor`: half of its limit when it has not changed
 * since the hand came by last, a block when it may keep more blocks than the other; so limits in
 * use become equal. Not one of paged pool at a level where its blocks may not be touched. */
static void look_at_bin(struct cache *cache, unsigned poor, const void *frame)
{
    enum { BINS = POOL_KIND_COUNT * BLOCK_UNITS_PAGE };
    cache->hand.bin = (cache->hand.bin + 1) % BINS;
    enum pool_kind kind = (enum pool_kind)(cache->hand.bin / BLOCK_UNITS_PAGE);
    unsigned units = cache->hand.bin % BLOCK_UNITS_PAGE;
    if (cache_pools.by_kind[kind] == &cache_closed)
        return;
    struct cache_bin *bin = cache_bin(&cache->pools[kind], units);
    uint32_t *seen = &cache->hand.seen[kind][units];
    unsigned limit = bin->limit;
    if (limit > 0 && bin->count == *seen)
        limit /= 2;
    else if (limit > poor + 1)
        limit--;
    if (bin->count > limit)
        pass_on_oldest(kind, units, bin->count - limit, frame);
    cache->budget_bytes += (bin->limit - limit) * units_bytes(units);
    bin->limit = limit;
    *seen = bin->count;
}

/* The only thread may keep more; when it is so no longer, it starts anew. */
static void follow_company(struct cache *cache)
{
    bool is_alone = os_is_single_threaded();
    if (is_alone == cache->is_alone || irql_current > IRQL_APC)
        return;
    cache->is_alone = is_alone;
    if (is_alone) {
        cache->budget_bytes += CACHE_BYTES_ALONE - CACHE_BYTES;
        return;
    }
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        if (cache->is_open[kind])
            empty_pool(cache, (enum pool_kind)kind);
    cache->budget_bytes -= CACHE_BYTES_ALONE - CACHE_BYTES;
}

/* Doubles the limit of a bin that is too small, as far as the budget goes. */
static void grow_limit(struct cache *cache, enum pool_kind kind, unsigned units, const void *frame)
{
    struct cache_bin *bin = cache_bin(&cache->pools[kind], units);
    follow_company(cache);
    unsigned wanted = bin->limit == 0 ? LIMIT_FIRST : bin->limit * 2u;
    wanted = wanted < cache_layout.capacity[units] ? wanted : cache_layout.capacity[units];
    if (wanted <= bin->limit)
        return;
    bool is_poor = (wanted - bin->limit) * units_bytes(units) > cache->budget_bytes;
    if (is_poor && ++cache->hand.calls % HAND_EVERY != 0)
        return;
    for (unsigned steps = 0; is_poor && steps < HAND_STEPS; steps++)
        look_at_bin(cache, bin->limit, frame);
    unsigned affordable = (unsigned)(cache->budget_bytes / units_bytes(units));
    unsigned more = wanted > bin->limit ? wanted - bin->limit : 0;
    more = more < affordable ? more : affordable;
    bin->limit = bin->limit + more;
    cache->grown[kind][units / BITS_A_WORD] |= bits_of(units);
    cache->budget_bytes -= more * units_bytes(units);
}

/* Fresh or used blocks of one size; how many. */
static unsigned fetch(enum pool_kind kind, const struct page_cutting *cutting, const void *frame)
{
    unsigned count = shelves_take(&caches.shelves[kind], own_set(), cutting->units, cutting->blocks,
                                  cutting->max);
    return count > 0 ? count : heap_take_many(&caches.heaps[kind], cutting, frame);
}

static struct page_cutting cutting_of(enum pool_kind kind, unsigned units, uint32_t tag)
{
    return (struct page_cutting){.units = units,
                                 .type = heap_block_type(kind) | BLOCK_TYPE_CACHED,
                                 .tag_hash = tag_hash(tag),
                                 .tag = tag};
}

bool cache_refill(enum pool_kind kind, unsigned units, uint32_t tag, const void *frame)
{
    struct cache *cache = cache_of(kind);
    if (cache == NULL || cache_pools.by_kind[kind] == &cache_closed)
        return false;
    struct cache_bin *bin = cache_bin(&cache->pools[kind], units);
    grow_limit(cache, kind, units, frame);
    struct page_cutting cutting = cutting_of(kind, units, tag);
    cutting.max = (bin->limit + 1u) / 2;
    cutting.blocks = bin->blocks;
    if (cutting.max == 0)
        return false;
    RACY_WRITE(bin->count, fetch(kind, &cutting, frame));
    struct tag_table *tags = &cache->pools[kind].tags;
    if ((mode_now() & MODE_UNCOUNTED) == 0)
        tag_note(tags, tag_slot(tags, tag));
    return bin->count > 0;
}

bool cache_make_room(enum pool_kind kind, unsigned units, const void *frame)
{
    if (units < BLOCK_UNITS_MIN || units > CACHE_UNITS_MAX)
        return false;
    struct cache *cache = cache_of(kind);
    if (cache == NULL || cache_pools.by_kind[kind] == &cache_closed)
        return false;
    struct cache_bin *bin = cache_bin(&cache->pools[kind], units);
    grow_limit(cache, kind, units, frame);
    if (bin->count >= bin->limit && bin->count > 0)
        pass_on_oldest(kind, units, (bin->count + 1u) / 2, frame);
    return bin->count < bin->limit;
}

/* One block, from the bin or past it; NULL: no memory. */
static struct block *take_one(enum pool_kind kind, unsigned units, const struct request *request)
{
    struct cache_bin *bin = cache_bin(&own->pools[kind], units);
    if (bin->count > 0 || cache_refill(kind, units, request->tag, request->frame)) {
        RACY_WRITE(bin->count, bin->count - 1);
        return bin->blocks[bin->count];
    }
    struct block *block = NULL;
    struct page_cutting cutting = cutting_of(kind, units, request->tag);
    cutting.max = 1;
    cutting.blocks = &block;
    return fetch(kind, &cutting, request->frame) == 1 ? block : NULL;
}

void *cache_allocate(const struct request *request, bool *served)
{
    enum pool_kind kind = request->kind;
    unsigned units = page_units_needed(request->size_bytes, false);
    *served = units <= CACHE_UNITS_MAX && cache_of(kind) != NULL;
    for (unsigned tries = 0; *served && tries < TAKE_TRIES; tries++) {
        struct block *block = take_one(kind, units, request);
        if (block == NULL)
            return NULL;
        if (!heap_dress_cached(&caches.heaps[kind], block, request))
            continue;
        if ((mode_now() & MODE_UNCOUNTED) == 0)
            tag_charge(request->tag, kind, units_bytes(units));
        if (request->zero)
            checker_clear(block_data(block), request->size_bytes);
        return block_data(block);
    }
    return NULL;
}

void cache_keep(enum pool_kind kind, struct block *block, unsigned units, const void *frame)
{
    if (!cache_make_room(kind, units, frame)) {
        pass_on(kind, units, &block, 1, frame);
        return;
    }
    struct cache_bin *bin = cache_bin(&own->pools[kind], units);
    bin->blocks[bin->count] = block;
    RACY_WRITE(bin->count, bin->count + 1);
}

static size_t bytes_in(struct cache *cache, enum pool_kind kind)
{
    size_t bytes = 0;
    for (unsigned units = BLOCK_UNITS_MIN; units <= CACHE_UNITS_MAX; units++)
        bytes += units_bytes(units) *
                 __atomic_load_n(&cache_bin(&cache->pools[kind], units)->count, __ATOMIC_RELAXED);
    return bytes;
}

size_t cache_own_bytes(enum pool_kind kind)
{
    return own == NULL ? 0 : bytes_in(own, kind);
}

size_t cache_bytes(enum pool_kind kind)
{
    size_t bytes = 0;
    lock_take(&caches.lock);
    for (struct cache *cache = caches.list; cache != NULL; cache = cache->next)
        bytes += bytes_in(cache, kind);
    lock_drop(&caches.lock);
    return bytes + shelves_bytes(&caches.shelves[kind]);
}

void cache_trim(enum pool_kind kind)
{
    struct block *blocks[CACHE_BIN_BLOCKS_MAX];
    unsigned count;
    if (own != NULL && own->is_open[kind])
        empty_pool(own, kind);
    while ((count = shelves_take_any(&caches.shelves[kind], blocks, CACHE_BIN_BLOCKS_MAX)) > 0)
        heap_give_many(&caches.heaps[kind], blocks, count, NULL);
}

void cache_restart(void)
{
    if (own != NULL)
        memset(&own->hand, 0, sizeof own->hand);
}

void cache_lock_all(void)
{
    lock_take(&caches.lock);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        shelves_lock(&caches.shelves[kind]);
}

void cache_unlock_all(void)
{
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        shelves_unlock(&caches.shelves[kind]);
    lock_drop(&caches.lock);
}
