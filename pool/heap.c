#include "pool/heap.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/page.h"
#include "pool/tag.h"

#include <string.h>

/* Retirements tried before an allocation gives up: each takes a page out of use. */
enum { DAMAGED_PAGES_MAX = 64 };

bool heap_start(struct heap *heap, enum pool_kind kind, void *start, size_t pages)
{
    *heap = (struct heap){.lock = LOCK_INITIALIZER, .kind = kind};
    for (unsigned units = 0; units < BLOCK_UNITS_PAGE; units++)
        list_start(&heap->free[units]);
    if (!pages_start(&heap->pages, start, pages, kind == POOL_NONPAGED_EXECUTE))
        return false;
    heap->pages.is_budgeted = true;
    heap->pages.meter = budget_meter_of(kind);
    return true;
}

static void dress(struct heap *heap, struct block *block, const struct request *request,
                  stack_id trace)
{
    block->pool_index = (uint8_t)heap->kind;
    block->type = pool_is_paged(heap->kind) ? BLOCK_TYPE_PAGED : BLOCK_TYPE_NONPAGED;
    if (request->cache_aligned)
        block->type |= BLOCK_TYPE_ALIGNED;
    block->tag = request->tag;
    block->tag_hash = block_tag_hash(request->tag);
    block->trace = trace <= UINT16_MAX ? (uint16_t)trace : 0;
    block_seal(block);
}

static bool is_small(const struct request *request)
{
    return request->size_bytes <= BLOCK_DATA_MAX &&
           page_units_needed(request->size_bytes, request->cache_aligned) <= BLOCK_UNITS_PAGE;
}

static void *allocate_big(struct heap *heap, const struct request *request, stack_id trace)
{
    lock_take(&heap->lock);
    void *data = big_take_locked(heap, request);
    size_t charged = 0;
    if (data != NULL) {
        struct page_record *record = &heap->pages.records[pages_index(&heap->pages, data)];
        record->trace = trace;
        charged = record->pages * PAGE_BYTES;
    }
    lock_drop(&heap->lock);
    budget_settle();
    if (data != NULL)
        tag_charge(request->tag, heap->kind, charged);
    return data;
}

static void *allocate_small(struct heap *heap, const struct request *request, stack_id trace)
{
    for (unsigned tries = 0; tries < DAMAGED_PAGES_MAX; tries++) {
        struct violation broken = {.kind = VIOLATION_KIND_COUNT};
        size_t charged = 0;
        lock_take(&heap->lock);
        struct block *block = heap_take_locked(heap, request, &broken);
        if (block != NULL) {
            dress(heap, block, request, trace);
            charged = block_bytes(block);
        }
        lock_drop(&heap->lock);
        budget_settle();
        if (block != NULL) {
            tag_charge(request->tag, heap->kind, charged);
            if (request->zero)
                memset(block_data(block), 0, request->size_bytes);
            return block_data(block);
        }
        if (broken.kind == VIOLATION_KIND_COUNT)
            return NULL;
        broken.frame = request->frame;
        violation_raise(&broken);
    }
    return NULL;
}

void *heap_allocate(struct heap *heap, const struct request *request)
{
    stack_id trace = stack_record(request->frame);
    return is_small(request) ? allocate_small(heap, request, trace)
                             : allocate_big(heap, request, trace);
}

/* Returns the bytes charged for the block that is given back. */
static size_t give_locked(struct heap *heap, void *data, stack_id trace, uint32_t *tag)
{
    size_t index = pages_index(&heap->pages, data);
    if (heap->pages.records[index].use == PAGE_BIG) {
        size_t charged = heap->pages.records[index].pages * PAGE_BYTES;
        *tag = heap->pages.records[index].tag;
        big_give_locked(heap, index, trace);
        return charged;
    }
    struct block *block = block_of_data(data);
    size_t charged = block_bytes(block);
    *tag = block->tag;
    heap_give_locked(heap, block, trace);
    return charged;
}

void heap_free(struct heap *heap, const struct release *release)
{
    struct violation wrong = {.column = hook_column(),
                              .address = release->address,
                              .frame = release->frame,
                              .pool_type = pool_type_of(heap->kind),
                              .irql = irql_current,
                              .tag_given = release->tag};
    stack_id trace = stack_record(release->frame);
    uint32_t tag = 0;
    size_t charged = 0;
    lock_take(&heap->lock);
    size_t index = pages_index(&heap->pages, release->address);
    bool is_damaged = heap->pages.records[index].use == PAGE_DAMAGED;
    bool is_wrong = heap_judge_locked(heap, release, &wrong);
    if (is_wrong)
        heap_tell_locked(heap, release->address, &wrong.story);
    else if (!is_damaged) /* a page out of use takes nothing back */
        charged = give_locked(heap, release->address, trace, &tag);
    lock_drop(&heap->lock);
    budget_settle();
    if (is_wrong)
        violation_raise(&wrong);
    else if (!is_damaged)
        tag_refund(tag, heap->kind, charged);
}

void heap_tell(struct heap *heap, const void *address, struct story *story)
{
    lock_take(&heap->lock);
    heap_tell_locked(heap, address, story);
    lock_drop(&heap->lock);
}

static const char *check_locked(struct heap *heap)
{
    const char *wrong = pages_check(&heap->pages);
    for (size_t i = 0; wrong == NULL && i < heap->pages.frontier; i++)
        if (heap->pages.records[i].use == PAGE_CUT)
            wrong = page_check(pages_address(&heap->pages, i));
    return wrong != NULL ? wrong : heap_check_lists_locked(heap);
}

const char *heap_check(struct heap *heap)
{
    lock_take(&heap->lock);
    const char *wrong = check_locked(heap);
    lock_drop(&heap->lock);
    return wrong;
}
