#include "pool/heap.h"
#include "pool/pool.h"

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
