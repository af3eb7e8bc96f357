/* paging.c - when pages of paged pool leave: all of them on demand, one at random under
 * pressure. */
#include "expool/paging.h"

#include "pool/mix.h"
#include "pool/paging.h"

#include "pool/budget.h"
#include "pool/checker.h"
#include "pool/heap.h"
#include "pool/lock.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_fault.h"
#include "pool/util.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { BATCH = 64, TRIES = 8 };

static _Thread_local uint64_t draw_state TLS_FAST;
static _Thread_local uint64_t ticks TLS_FAST;
static _Thread_local uint64_t number TLS_FAST; /* of the thread, from 1; 0: it has not drawn yet */
static _Atomic uint64_t threads;
static atomic_bool has_ended; /* nothing leaves any more */

/* Who looks for leaks cannot look at what is out. It looks when all has ended. */
static void come_in(void)
{
    struct pages *pages = &pool_heap(POOL_PAGED)->pages;
    has_ended = true;
    for (size_t i = 0; i < pages->frontier; i++)
        (void)pager_bring_in(pages_address(pages, i));
    checker_add_root(pages->start, pages->capacity * PAGE_BYTES);
}

static void leave_roots(void)
{
    struct pages *pages = &pool_heap(POOL_PAGED)->pages;
    if (atexit(come_in) == 0)
        checker_remove_root(pages->start, pages->capacity * PAGE_BYTES);
}

static bool start_paging(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (checker_has_roots() || checker_is_there())
        lock_once(&once, leave_roots);
    return !has_ended &&
           pager_start(&pool_heap(POOL_PAGED)->pages, options.encrypt_paged_out != 0) &&
           pool_fault_start();
}

/* One batch under one hold of the lock, so that others get a turn. */
static size_t trim_from(struct heap *heap, size_t *first)
{
    size_t left = 0;
    heap_lock(heap);
    for (size_t end = *first + BATCH; *first < end && *first < heap->pages.frontier;) {
        size_t room = end - *first;
        size_t run = pager_out(*first, room);
        left += run;
        *first += run < room ? run + 1 : run; /* the one behind a shorter run stays */
    }
    if (*first >= heap->pages.frontier)
        *first = SIZE_MAX;
    heap_unlock(heap);
    return left;
}

size_t expool_trim(void)
{
    if (irql_current >= IRQL_DISPATCH)
        return 0;
    size_t left = pool_trim();
    if (!start_paging())
        return left;
    struct heap *heap = pool_heap(POOL_PAGED);
    for (size_t first = 0; first != SIZE_MAX;)
        left += trim_from(heap, &first);
    budget_settle();
    return left;
}

void expool_paging_get(struct expool_paging *paging)
{
    struct pager_statistics statistics;
    pager_read(&statistics);
    *paging = (struct expool_paging){
        .is_on = statistics.is_on,
        .is_encrypted = statistics.is_encrypted,
        .pages_out = statistics.pages_out,
        .page_outs = statistics.page_outs,
        .page_ins = statistics.page_ins,
    };
}

/* Threads draw apart, each the same numbers in every run with the same seed. */
static uint64_t draw(void)
{
    if (number == 0)
        number = ++threads;
    if (draw_state == 0)
        draw_state = (options.seed + number) * MIX_FACTOR | 1;
    draw_state ^= draw_state << 13;
    draw_state ^= draw_state >> 7;
    draw_state ^= draw_state << 17;
    return draw_state;
}

void paging_restart(void)
{
    draw_state = 0;
    ticks = 0;
}

static void page_out_one(struct heap *heap)
{
    heap_lock(heap);
    for (unsigned i = 0; i < TRIES && heap->pages.frontier > 0; i++)
        if (pager_out(draw() % heap->pages.frontier, 1) > 0)
            break;
    heap_unlock(heap);
}

void paging_tick(void)
{
    if (++ticks % options.memory_pressure != 0 || irql_current >= IRQL_DISPATCH)
        return;
    if (start_paging())
        page_out_one(pool_heap(POOL_PAGED));
    budget_settle();
}
