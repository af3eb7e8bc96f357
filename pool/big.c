/* big.c - allocations of whole pages: no header inside, the record of the first page tells all. */
#include "pool/heap.h"

#include "pool/util.h"

#include <string.h>

void *big_take_locked(struct heap *heap, const struct request *request)
{
    if (request->size_bytes > heap->pages.capacity * PAGE_BYTES)
        return NULL;
    size_t count = round_up(request->size_bytes, PAGE_BYTES) / PAGE_BYTES;
    size_t first = pages_take(&heap->pages, count);
    if (first == PAGES_NONE)
        return NULL;
    if (request->zero)
        pages_zero(&heap->pages, first, request->size_bytes);
    heap->pages.uses[first] = PAGE_BIG;
    memset(heap->pages.uses + first + 1, PAGE_BIG_REST, count - 1);
    struct page_record *record = &heap->pages.records[first];
    record->pages = (uint32_t)count;
    record->tag = request->tag;
    record->size_bytes = request->size_bytes;
    return pages_address(&heap->pages, first);
}

void big_give_locked(struct heap *heap, size_t first, stack_id trace)
{
    struct page_record *record = &heap->pages.records[first];
    record->allocated = record->trace;
    record->trace = trace;
    pages_give(&heap->pages, first, record->pages, PAGE_WAS_BIG);
}
