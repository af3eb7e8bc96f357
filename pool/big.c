/* big.c - allocations of whole pages: no header inside, the record of the first page tells all. */
#include "pool/heap.h"

#include "pool/util.h"

void *big_take_locked(struct heap *heap, const struct request *request)
{
    if (request->size_bytes > heap->pages.capacity * PAGE_BYTES)
        return NULL;
    size_t count = round_up(request->size_bytes, PAGE_BYTES) / PAGE_BYTES;
    size_t first = pages_take(&heap->pages, count);
    if (first == PAGES_NONE)
        return NULL;
    struct page_record *record = &heap->pages.records[first];
    bool was_resident = record->is_resident;
    *record = (struct page_record){.use = PAGE_BIG,
                                   .is_resident = was_resident,
                                   .pages = (uint32_t)count,
                                   .tag = request->tag,
                                   .size_bytes = request->size_bytes};
    for (size_t i = 1; i < count; i++) {
        record[i].use = PAGE_BIG_REST;
        record[i].pages = (uint32_t)i;
    }
    if (request->zero)
        pages_zero(&heap->pages, first, request->size_bytes);
    return pages_address(&heap->pages, first);
}

void big_give_locked(struct heap *heap, size_t first, stack_id trace)
{
    struct page_record *record = &heap->pages.records[first];
    size_t count = record->pages;
    record->allocated = record->trace;
    record->trace = trace;
    for (size_t i = 0; i < count; i++) {
        record[i].was_cut = false;
        record[i].was_big = i == 0;
    }
    pages_give(&heap->pages, first, count);
}
