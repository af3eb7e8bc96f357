#include "pool/pool.h"

#include "pool/budget.h"
#include "pool/bugcheck.h"
#include "pool/cache.h"
#include "pool/checker.h"
#include "pool/counters.h"
#include "pool/crc32c.h"
#include "pool/exception.h"
#include "pool/free_watch.h"
#include "pool/heap.h"
#include "pool/hook.h"
#include "pool/lock.h"
#include "pool/mode.h"
#include "pool/options.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/paging.h"
#include "pool/pool_fault.h"
#include "pool/quarantine.h"
#include "pool/quick.h"
#include "pool/quota.h"
#include "pool/sanitizer.h"
#include "pool/shelf.h"
#include "pool/unwind.h"
#include "pool/util.h"
#include "pool/witness.h"

#include <pthread.h>
#include <valgrind/valgrind.h>

enum { ROOM_LEFT = 4 }; /* the pools take a quarter of what is to be had */

/* Address space a pool; only what is used costs memory. */
#define POOL_BYTES_MAX                      ((size_t)32 << 30)
#define POOL_BYTES_VALGRIND                 ((size_t)1 << 30) /* it takes note of each byte */
#define POOL_BYTES_MIN                      ((size_t)16 << 20)
#define MIB                                 ((size_t)1 << 20)
#define STATUS_INSUFFICIENT_RESOURCES_VALUE 0xC000009Au
#define STATUS_QUOTA_EXCEEDED_VALUE         0xC0000044u

static struct {
    unsigned char *start;
    size_t pool_bytes;
    struct heap heaps[POOL_KIND_COUNT];
    struct shelves shelves[POOL_KIND_COUNT];
    uint8_t *uses; /* a byte a page, over all pools */
    pthread_once_t once;
} pools = {.once = PTHREAD_ONCE_INIT};

static void lock_all(void)
{
    witness_lock();
    quarantine_lock();
    cache_lock_all();
    for (unsigned i = 0; i < POOL_KIND_COUNT; i++)
        lock_take(&pools.heaps[i].lock);
    tag_lock_all();
    quota_before_fork();
    pager_before_fork();
}

static void unlock_all(void)
{
    quota_after_fork();
    tag_unlock_all();
    for (unsigned i = 0; i < POOL_KIND_COUNT; i++)
        lock_drop(&pools.heaps[i].lock);
    cache_unlock_all();
    quarantine_unlock();
    witness_unlock();
}

static void unlock_all_in_parent(void)
{
    pager_after_fork(false);
    unlock_all();
}

static void unlock_all_in_child(void)
{
    pager_after_fork(true);
    unlock_all();
    budget_after_fork();
}

/* Where address space is limited (ulimit -v), most of it is for special pool and the program; so it
 * is with what may hold data (ulimit -d), of which the tables take their part. */
static bool has_room(size_t pool_bytes)
{
    size_t bytes = pool_bytes * POOL_KIND_COUNT * ROOM_LEFT;
    size_t table_bytes = bytes / PAGE_BYTES * (sizeof(struct page_record) + 1);
    void *trial = os_reserve(bytes, PAGE_BYTES);
    void *table = os_table(table_bytes);
    if (trial != NULL)
        os_release(trial, bytes);
    if (table != NULL)
        os_release(table, table_bytes);
    return trial != NULL && table != NULL;
}

/* Valgrind takes note of the trial's bytes, too: ten seconds where it keeps origins. */
static void *reserve_each(size_t pool_bytes)
{
    bool has = pool_bytes <= POOL_BYTES_MIN || RUNNING_ON_VALGRIND || has_room(pool_bytes);
    return has ? os_reserve(pool_bytes * POOL_KIND_COUNT, PAGE_BYTES) : NULL;
}

static void reserve(void)
{
    pools.pool_bytes = RUNNING_ON_VALGRIND ? POOL_BYTES_VALGRIND : POOL_BYTES_MAX;
    while ((pools.start = reserve_each(pools.pool_bytes)) == NULL &&
           pools.pool_bytes > POOL_BYTES_MIN)
        pools.pool_bytes /= 2;
    if (pools.start != NULL)
        return;
    static const char message[] = "expool: no address space for the pools (ulimit -v, -d?)\n";
    os_write(2, message, sizeof message - 1);
    os_exit_now(125);
}

static void start_heap(unsigned kind)
{
    size_t pages = pools.pool_bytes / PAGE_BYTES;
    unsigned char *start = pools.start + kind * pools.pool_bytes;
    struct page_range range = {.start = start + PAGE_BYTES,
                               .pages = pages - 1,
                               .uses = pools.uses + kind * pages + 1,
                               .executable = kind == POOL_NONPAGED_EXECUTE};
    /* quick_free may look for a header in front of a page: there is always one before it. */
    INVARIANT(os_allow(start, PAGE_BYTES, false));
    checker_close(start, PAGE_BYTES);
    checker_add_root(range.start, range.pages * PAGE_BYTES);
    INVARIANT(heap_start(&pools.heaps[kind], (enum pool_kind)kind, &range));
    if (checker_is_there() && options.checker == OPTION_CHECKER_AUTO)
        pools.heaps[kind].pages.rests = options.quarantine_pool_mb * MIB / PAGE_BYTES;
    INVARIANT(shelves_start(&pools.shelves[kind], os_processors()));
}

static void options_changed(const struct options *before)
{
    if (before->nonpaged_limit_mb != options.nonpaged_limit_mb ||
        before->paged_limit_mb != options.paged_limit_mb ||
        before->pool_limits != options.pool_limits || before->ram_mb != options.ram_mb)
        budget_limits_again();
    if (before->catch_faults < options.catch_faults)
        (void)pool_fault_start();
}

/* Who runs under one wants to know who allocated and freed, and does not count nanoseconds. */
static void start_checker(void)
{
    size_t bytes = pools.pool_bytes * POOL_KIND_COUNT;
    checker_start(options.checker == OPTION_CHECKER_AUTO);
    order_is_any(&process_counters, sizeof process_counters);
    if (!checker_is_there() || options.checker == OPTION_CHECKER_OFF)
        return;
    INVARIANT(witness_start(pools.start, bytes));
    INVARIANT(quarantine_start(options.quarantine_pool_mb * MIB));
    stack_depth_set((unsigned)options.stack_depth);
    checker_report_start();
}

static void start(void)
{
    crc32c_start(); /* a program's constructor may be here before ours */
    stack_start();
    options_start();
    block_start(options.seal == OPTION_SEAL_ON);
    budget_start();
    reserve();
    start_checker();
    size_t pages = pools.pool_bytes / PAGE_BYTES * POOL_KIND_COUNT;
    pools.uses = os_needed_table(pages);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        start_heap(kind);
    pager_attach(&pools.heaps[POOL_PAGED].pages);
    cache_start(pools.heaps, pools.shelves);
    quick_range = (struct quick_range){.start = (uintptr_t)pools.start,
                                       .units = pages * (PAGE_BYTES / BLOCK_UNIT_BYTES),
                                       .uses = pools.uses};
    /* A child must not find a lock held by a thread it does not have. */
    pthread_atfork(lock_all, unlock_all_in_parent, unlock_all_in_child);
    options_on_backend(pool_choose_backend);
    options_on_change(options_changed);
    mode_start();
    if (options.catch_faults || options.protect_freed_pages)
        (void)pool_fault_start();
}

void pool_start(void)
{
    lock_once(&pools.once, start);
}

/* A function of its own: gcc forgets the priority of one that was declared before. */
__attribute__((constructor(103))) static void start_by_itself(void)
{
    pool_start();
}

void *pool_fail(const struct request *request, uint32_t status)
{
    if (request->raise)
        exception_raise(status, unwind_caller(request->frame), request->frame);
    return NULL;
}

/* Where little is left, what is less important goes without. */
static NOINLINE bool is_admitted(const struct request *request)
{
    static const unsigned importance[] = {[PRIORITY_NONE] = 0, /* FAIL_ON_LOW_RESERVATION alone */
                                          [PRIORITY_LOW] = 0,
                                          [PRIORITY_NORMAL] = 1,
                                          [PRIORITY_HIGH] = 2};
    unsigned least = request->low_reservation ? 0 : importance[request->priority];
    enum budget_meter meter = budget_meter_of(request->kind);
    return budget_admits(meter, least) || (quarantine_give_way() && budget_admits(meter, least));
}

/* From the thread's cache where that may be, else from the heap. */
static void *serve(const struct request *request)
{
    bool served = false;
    void *block = NULL;
    if (request->size_bytes <= CACHE_SIZE_MAX && !request_is_aligned(request) && !request->quota)
        block = cache_allocate(request, &served);
    return served ? block : heap_allocate(&pools.heaps[request->kind], request);
}

/* What waits in this thread's cache, on the shelves and in empty pages of slots may make up a page.
 * At DISPATCH_LEVEL, where paged pool is not to be touched, only the quarantine gives way. */
static NOINLINE void *serve_from_spare(const struct request *request)
{
    if (!budget_has_refused())
        return NULL;
    if (irql_current >= IRQL_DISPATCH)
        return quarantine_give_way() ? serve(request) : NULL;
    (void)pool_trim();
    return serve(request);
}

void *pool_serve(const struct request *request)
{
    void *block = serve(request);
    return LIKELY(block != NULL) ? block : serve_from_spare(request);
}

static void *find_block(const struct request *request)
{
    const struct pool_hook *hook = hook_current();
    void *block = NULL;
    paging_press(request->kind);
    if (UNLIKELY(hook != NULL) && hook->allocate(request, &block))
        return block;
    block = pool_serve(request);
    if (UNLIKELY(hook != NULL) && hook->is_verifying && block == NULL)
        COUNT(allocations_failed);
    if (UNLIKELY(hook != NULL) && hook->soil != NULL)
        hook->soil(request, block);
    return block;
}

static NOINLINE void *find_block_for_process(const struct request *request, uint32_t *status)
{
    struct quota quota;
    if (!quota_charge(request, &quota)) {
        *status = STATUS_QUOTA_EXCEEDED_VALUE;
        return NULL;
    }
    struct request charged = *request;
    charged.quota = quota.process != NULL;
    void *block = find_block(&charged);
    quota_settle(&quota, block);
    return block;
}

static inline __attribute__((always_inline)) void *allocate(const struct request *request)
{
    if (UNLIKELY(pool_refuses(request)))
        return NULL;
    bool is_modest = request->priority != PRIORITY_NONE || request->low_reservation;
    if (UNLIKELY(is_modest) && !is_admitted(request))
        return pool_fail(request, STATUS_INSUFFICIENT_RESOURCES_VALUE);
    uint32_t status = STATUS_INSUFFICIENT_RESOURCES_VALUE;
    void *block =
        LIKELY(!request->quota) ? find_block(request) : find_block_for_process(request, &status);
    if (UNLIKELY(block == NULL)) {
        if (status == STATUS_INSUFFICIENT_RESOURCES_VALUE)
            budget_failed(budget_meter_of(request->kind));
        return pool_fail(request, status);
    }
    if (!request->zero)
        sanitizer_hand_out(block, request->size_bytes);
    return block;
}

static NOINLINE void *allocate_and_tell(const struct request *request)
{
    order_hide();
    void *block = allocate(request);
    if (block != NULL) {
        witness_birth(request, block);
        checker_give(block, request->size_bytes, request->zero);
    }
    order_show();
    return block;
}

void *pool_allocate(const struct request *request)
{
    if (UNLIKELY((__atomic_load_n(&pool_mode, __ATOMIC_ACQUIRE) & MODE_NOT_STARTED) != 0))
        pool_start();
    return checker_is_there() ? allocate_and_tell(request) : allocate(request);
}

bool pool_has(const void *address, enum pool_kind *kind)
{
    size_t offset = (uintptr_t)address - (uintptr_t)pools.start;
    if (pools.start == NULL || offset >= pools.pool_bytes * POOL_KIND_COUNT)
        return false;
    *kind = (enum pool_kind)(offset / pools.pool_bytes);
    return true;
}

static NOINLINE void raise_not_in_pool(const struct release *release)
{
    struct violation violation = {
        .kind = release->address == NULL ? VIOLATION_FREE_NULL : VIOLATION_FREE_OUTSIDE,
        .column = hook_column_of(release->frame),
        .address = release->address,
        .irql = irql_current,
        .tag_given = release->tag,
        .frame = release->frame,
    };
    violation_raise(&violation);
}

void pool_give(const struct release *release)
{
    enum pool_kind kind;
    if (UNLIKELY(!pool_has(release->address, &kind))) {
        raise_not_in_pool(release);
        return;
    }
    sanitizer_take_back(block_of_data(release->address), BLOCK_HEADER_BYTES);
    paging_press(kind);
    if (UNLIKELY(irql_current >= IRQL_DISPATCH) && pool_is_paged(kind))
        (void)pager_bring_in(release->address); /* so that the judge can say what is wrong */
    if (!cache_is_open(kind)) {
        heap_free(&pools.heaps[kind], release);
        return;
    }
    struct block *block = heap_free_to_cache(&pools.heaps[kind], release);
    if (block == NULL)
        return;
    if (checker_is_there())
        quarantine_keep(kind, block, release->frame);
    else
        cache_keep(kind, block, block_units(block), release->frame);
}

static NOINLINE bool free_by_hook(const struct pool_hook *hook, const struct release *release)
{
    order_hide();
    if (hook->is_verifying && free_watch_is_wanted())
        free_watch_ask(release);
    bool is_done = hook->free(release);
    order_show();
    return is_done;
}

void pool_free(const struct release *release)
{
    const struct pool_hook *hook = hook_current();
    if (LIKELY(hook == NULL) || !free_by_hook(hook, release))
        pool_give(release);
}

bool pool_tell(const void *address, struct story *story)
{
    enum pool_kind kind;
    if (!pool_has(address, &kind))
        return false;
    heap_tell(&pools.heaps[kind], address, story);
    return true;
}

struct heap *pool_heap(enum pool_kind kind)
{
    pool_start();
    return &pools.heaps[kind];
}
