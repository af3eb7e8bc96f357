#include "pool/live.h"

#include "pool/heap.h"
#include "pool/hook.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"

static void take_cut(const struct heap *heap, void *page, live_take *take, void *context)
{
    for (struct block *block = page; block != NULL && block_is_sealed(block);
         block = block_next(block)) {
        struct live_block piece = {.address = block_data(block),
                                   .size_bytes = block_bytes(block),
                                   .tag = tag_without_protection(block->tag),
                                   .kind = heap->kind,
                                   .stack = (uint16_t)(block_state(block) >> 16),
                                   .is_free = !block_is_live(block)};
        take(&piece, context);
    }
}

static void take_page(struct heap *heap, size_t index, live_take *take, void *context)
{
    const struct page_record *record = &heap->pages.records[index];
    void *page = pages_address(&heap->pages, index);
    if (heap->pages.uses[index] == PAGE_CUT && !pager_has_out(page))
        take_cut(heap, page, take, context);
    if (heap->pages.uses[index] != PAGE_BIG)
        return;
    struct live_block piece = {.address = page,
                               .size_bytes = record->pages * PAGE_BYTES,
                               .tag = tag_without_protection(record->tag),
                               .kind = heap->kind,
                               .stack = record->trace,
                               .is_big = true};
    take(&piece, context);
}

void pool_each_piece(enum pool_kind kind, live_take *take, void *context)
{
    struct heap *heap = pool_heap(kind);
    unsigned char code_before = pool_code_current;
    pool_code_enter(PAGE_BYTES); /* headers may be away: Force IRQL checking lets the pool look */
    heap_lock(heap);
    for (size_t i = 0; i < heap->pages.frontier; i++)
        take_page(heap, i, take, context);
    heap_unlock(heap);
    pool_code_current = code_before;
}

struct filter {
    live_take *take;
    void *context;
};

static void take_live(const struct live_block *piece, void *context)
{
    const struct filter *filter = context;
    if (!piece->is_free)
        filter->take(piece, filter->context);
}

void pool_each_live(live_take *take, void *context)
{
    const struct pool_hook *hook = hook_current();
    struct filter filter = {take, context};
    if (hook != NULL && hook->each_live != NULL)
        hook->each_live(take, context);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        pool_each_piece((enum pool_kind)kind, take_live, &filter);
}
