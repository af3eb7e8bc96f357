/* pool_whole.c - what is done to all pools at once: examined, trimmed, begun anew, given another
 * back end. */
#include "pool/budget.h"
#include "pool/cache.h"
#include "pool/heap.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/paging.h"
#include "pool/pool.h"
#include "pool/quarantine.h"
#include "pool/tag.h"

const char *pool_check(void)
{
    const char *wrong = NULL;
    for (unsigned kind = 0; wrong == NULL && kind < POOL_KIND_COUNT; kind++)
        wrong = heap_check(pool_heap((enum pool_kind)kind));
    return wrong;
}

/* What is kept goes first: of what comes out of caches and slots the clock takes none then, which
 * nobody would count. */
static size_t trim(enum pool_kind kind)
{
    struct heap *heap = pool_heap(kind);
    heap_lock(heap);
    size_t trimmed = pages_trim(&heap->pages);
    heap_unlock(heap);
    cache_trim(kind);
    quarantine_empty(kind);
    heap_lock(heap);
    lfh_trim(&heap->lfh);
    trimmed += pages_trim(&heap->pages);
    heap_unlock(heap);
    return trimmed;
}

size_t pool_trim(void)
{
    size_t trimmed = 0;
    pool_start();
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        bool may_be_out = pool_is_paged((enum pool_kind)kind) && irql_current >= IRQL_DISPATCH;
        if (!may_be_out)
            trimmed += trim((enum pool_kind)kind);
    }
    budget_settle();
    return trimmed;
}

bool pool_restart(void)
{
    bool is_done = true;
    pool_start();
    if (irql_current >= IRQL_DISPATCH)
        return false;
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        cache_trim((enum pool_kind)kind);
        quarantine_empty((enum pool_kind)kind);
        is_done = heap_restart(pool_heap((enum pool_kind)kind)) && is_done;
    }
    cache_restart();
    tag_restart();
    budget_restart();
    paging_restart();
    return is_done;
}

static void freeze(void *start, size_t bytes, bool is_executable, bool on)
{
    if (bytes > 0)
        (void)(on ? os_freeze(start, bytes) : os_allow(start, bytes, is_executable));
}

static void freeze_block(const struct live_block *block, void *on)
{
    freeze((void *)page_start(block->address), block->size_bytes,
           block->kind == POOL_NONPAGED_EXECUTE, *(const bool *)on);
}

void pool_freeze(bool on)
{
    const struct pool_hook *hook = hook_current();
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct pages *pages = &pool_heap((enum pool_kind)kind)->pages;
        freeze(pages->start, pages->frontier * PAGE_BYTES, pages->executable, on);
    }
    if (hook != NULL && hook->each_live != NULL)
        hook->each_live(freeze_block, &on);
}

bool pool_choose_backend(unsigned backend)
{
    bool is_empty = true;
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        heap_lock(heap);
        is_empty = is_empty && heap->pages.used == 0;
    }
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        if (is_empty)
            heap_choose_backend(heap, backend);
        heap_unlock(heap);
    }
    return is_empty;
}
