#include "pool/live.h"

#include "pool/heap.h"
#include "pool/hook.h"
#include "pool/pool.h"

static void take_cut(const struct heap *heap, void *page, live_take *take, void *context)
{
    for (struct block *block = page; block != NULL && block_is_sealed(block);
         block = block_next(block)) {
        if (!block_is_live(block))
            continue;
        struct live_block live = {.address = block_data(block),
                                  .size_bytes = block_bytes(block),
                                  .tag = tag_without_protection(block->tag),
                                  .kind = heap->kind,
                                  .stack = block->trace};
        take(&live, context);
    }
}

static void take_page(struct heap *heap, size_t index, live_take *take, void *context)
{
    const struct page_record *record = &heap->pages.records[index];
    void *page = pages_address(&heap->pages, index);
    if (heap->pages.uses[index] == PAGE_CUT)
        take_cut(heap, page, take, context);
    if (heap->pages.uses[index] != PAGE_BIG)
        return;
    struct live_block live = {.address = page,
                              .size_bytes = record->pages * PAGE_BYTES,
                              .tag = tag_without_protection(record->tag),
                              .kind = heap->kind,
                              .stack = record->trace,
                              .is_big = true};
    take(&live, context);
}

void pool_each_live(live_take *take, void *context)
{
    const struct pool_hook *hook = hook_current();
    if (hook != NULL && hook->each_live != NULL)
        hook->each_live(take, context);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct heap *heap = pool_heap((enum pool_kind)kind);
        lock_take(&heap->lock);
        for (size_t i = 0; i < heap->pages.frontier; i++)
            take_page(heap, i, take, context);
        lock_drop(&heap->lock);
    }
}
