/* pool_whole.c - what is done to all pools at once: examined, trimmed, given another back end. */
#include "pool/cache.h"
#include "pool/heap.h"
#include "pool/pool.h"

const char *pool_check(void)
{
    const char *wrong = NULL;
    for (unsigned kind = 0; wrong == NULL && kind < POOL_KIND_COUNT; kind++)
        wrong = heap_check(pool_heap((enum pool_kind)kind));
    return wrong;
}

size_t pool_trim(void)
{
    size_t trimmed = 0;
    pool_start();
    cache_trim();
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        lock_take(&heap->lock);
        lfh_trim(&heap->lfh);
        trimmed += pages_trim(&heap->pages);
        lock_drop(&heap->lock);
    }
    return trimmed;
}

bool pool_choose_backend(unsigned backend)
{
    bool is_empty = true;
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        lock_take(&heap->lock);
        is_empty = is_empty && heap->pages.used == 0;
    }
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        if (is_empty)
            heap_choose_backend(heap, backend);
        lock_drop(&heap->lock);
    }
    return is_empty;
}
