/* big.c - allocations of whole pages: no header inside, the record of the first page tells all. */
#include "pool/heap.h"

#include "pool/util.h"

#include <string.h>

/* A run of pages and the part of it that the block gets. */
struct run {
    size_t taken;
    size_t taken_count;
    size_t first;
    size_t count;
};

/* More than a page's alignment is found in a run that is longer by as much. */
static struct run take_run(struct pages *pages, const struct request *request)
{
    size_t count = round_up(request->size_bytes, PAGE_BYTES) / PAGE_BYTES;
    size_t alignment = (size_t)1 << request->alignment_log2;
    size_t spare = alignment > PAGE_BYTES ? alignment / PAGE_BYTES - 1 : 0;
    struct run run = {.count = count > 0 ? count : 1};
    run.taken_count = run.count + spare;
    run.taken = pages_take(pages, run.taken_count);
    run.first = run.taken;
    if (run.taken == PAGES_NONE || spare == 0)
        return run;
    uintptr_t start = (uintptr_t)pages_address(pages, run.taken);
    run.first += (round_up(start, alignment) - start) / PAGE_BYTES;
    return run;
}

/* The pages around the block go back; with their uses filled nobody joins them with it. */
static void give_spare(struct pages *pages, const struct run *run)
{
    size_t behind = run->first + run->count;
    size_t end = run->taken + run->taken_count;
    if (run->first > run->taken)
        pages_give(pages, run->taken, run->first - run->taken, PAGE_NEVER_USED);
    if (end > behind)
        pages_give(pages, behind, end - behind, PAGE_NEVER_USED);
}

void *big_take_locked(struct heap *heap, const struct request *request)
{
    if (request->size_bytes > heap->pages.capacity * PAGE_BYTES)
        return NULL;
    struct run run = take_run(&heap->pages, request);
    size_t first = run.first;
    if (first == PAGES_NONE)
        return NULL;
    if (request->zero)
        pages_zero(&heap->pages, first, request->size_bytes);
    memset(heap->pages.uses + run.taken, PAGE_BIG_REST, run.taken_count);
    heap->pages.uses[first] = PAGE_BIG;
    give_spare(&heap->pages, &run);
    struct page_record *record = &heap->pages.records[first];
    record->pages = (uint32_t)run.count;
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
