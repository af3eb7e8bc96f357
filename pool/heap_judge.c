/* heap_judge.c - is this address, tag and IRQL right for a free? The order of the questions is that
 * of the kernel: the pointer, the IRQL, the tag, the neighbours. */
#include "pool/heap.h"
#include "pool/hook.h"
#include "pool/page.h"
#include "pool/sanitizer.h"

#include <string.h>

static bool wrong_as(struct violation *wrong, enum violation_kind kind)
{
    wrong->kind = kind;
    return true;
}

static bool wrong_header(struct violation *wrong, enum violation_kind kind, struct block *header,
                         const struct block *other)
{
    wrong->header = header;
    wrong->other = other;
    memcpy(&wrong->contents, header, sizeof wrong->contents);
    return wrong_as(wrong, kind);
}

/* Where a damaged header leads there may be another block's contents. */
static struct block *neighbour(const struct block *block, ptrdiff_t units)
{
    struct block *at = (struct block *)((uintptr_t)block + (uintptr_t)(units * BLOCK_UNIT_BYTES));
    if (page_start(at) == page_start(block))
        sanitizer_take_back(at, BLOCK_HEADER_BYTES);
    return at;
}

/* The block's own header does not carry its seal: say which field shows it. */
static bool judge_damaged_header(struct block *block, struct violation *wrong)
{
    unsigned at = block_unit_in_page(block);
    struct block *other = neighbour(block, -(ptrdiff_t)block->previous_units);
    if (block->previous_units > at)
        return wrong_header(wrong, VIOLATION_HEADER_PREVIOUS_TOO_LARGE, block, other);
    if (block->previous_units != 0 && block_units(other) != block->previous_units)
        return wrong_header(wrong, VIOLATION_HEADER_NEIGHBOURS, block, other);
    if (block->previous_units == 0 && at != 0)
        return wrong_header(wrong, VIOLATION_HEADER_PREVIOUS_ZERO, block, NULL);
    if (block->stored_units == 0 && at != 0)
        return wrong_header(wrong, VIOLATION_HEADER_SIZE_ZERO, block, NULL);
    struct block *next = neighbour(block, (ptrdiff_t)block_units(block));
    if (at + block_units(block) > BLOCK_UNITS_PAGE)
        return wrong_header(wrong, VIOLATION_HEADER_SIZE_TOO_LARGE, block, next);
    if (block_next(block) != NULL && next->previous_units != block_units(block))
        return wrong_header(wrong, VIOLATION_HEADER_NEIGHBOURS, block, next);
    return wrong_header(wrong, VIOLATION_HEADER_SEAL, block, block_next(block));
}

/* The header in front of the address is not that of a block in use. */
static bool judge_no_block(struct heap *heap, const struct release *release,
                           struct violation *wrong)
{
    void *page = (void *)page_start(release->address);
    struct block *claimed = block_of_data(release->address);
    struct block *met = NULL;
    enum page_place place = page_find(page, release->address, &met);
    if (place == PAGE_PLACE_INSIDE)
        return wrong_header(wrong,
                            block_is_live(met) ? VIOLATION_FREE_MIDDLE_SMALL : VIOLATION_FREE_TWICE,
                            claimed, met);
    if (place == PAGE_PLACE_BLOCK && block_is_sealed(claimed))
        return wrong_header(wrong, VIOLATION_FREE_TWICE, claimed, NULL);
    if (place == PAGE_PLACE_BLOCK)
        judge_damaged_header(claimed, wrong);
    else
        wrong_header(wrong, VIOLATION_HEADER_NOT_IN_PAGE, claimed, page);
    heap_retire_locked(heap, page);
    return true;
}

static bool judge_irql(const struct heap *heap, struct violation *wrong)
{
    if (pool_is_paged(heap->kind) && wrong->irql > IRQL_APC)
        return wrong_as(wrong, VIOLATION_FREE_PAGED_IRQL);
    if (wrong->irql > IRQL_DISPATCH)
        return wrong_as(wrong, VIOLATION_FREE_NONPAGED_IRQL);
    return false;
}

/* Tag 0 asks for no check, except of a protected block. */
static bool judge_tag(uint32_t tag, const struct release *release, struct violation *wrong)
{
    bool is_protected = (tag & PROTECTED_POOL_BIT) != 0;
    wrong->tag = tag_without_protection(tag);
    wrong->tag_given = tag_without_protection(release->tag);
    if (release->tag == 0 && !is_protected)
        return false;
    if (wrong->tag_given == wrong->tag)
        return false;
    return wrong_as(wrong, VIOLATION_FREE_WRONG_TAG);
}

static bool judge_size(bool fits, size_t size_bytes, const struct release *release,
                       struct violation *wrong)
{
    if (fits || !release->has_size_hint || wrong->column == COLUMN_PLAIN)
        return false;
    wrong->found = release->size_hint_bytes;
    wrong->expected = size_bytes;
    return wrong_as(wrong, VIOLATION_FREE_WRONG_SIZE);
}

/* The header holds the size in units only, and a block may have one unit more than it needs. */
static bool size_fits(const struct block *block, size_t size_bytes)
{
    if (size_bytes > block_bytes(block) - BLOCK_HEADER_BYTES)
        return false;
    if ((block->type & BLOCK_TYPE_ALIGNED) != 0)
        return true;
    return page_units_needed(size_bytes, false) + 1 >= block_units(block);
}

/* Who damaged a neighbour's header is most likely the block in front of it. */
static bool judge_neighbours(struct heap *heap, struct block *block, struct violation *wrong)
{
    struct block *next = block_next(block);
    struct block *previous = block_previous(block);
    bool found = false;
    if (previous != NULL && block_units(previous) != block->previous_units)
        found = wrong_header(wrong, VIOLATION_HEADER_NEIGHBOURS, block, previous);
    else if (next != NULL && next->previous_units != block_units(block))
        found = wrong_header(wrong, VIOLATION_HEADER_NEIGHBOURS, block, next);
    else if (next != NULL && !block_is_sealed(next))
        found = wrong_header(wrong, VIOLATION_HEADER_SEAL, next, block_next(next));
    else if (previous != NULL && !block_is_sealed(previous))
        found = wrong_header(wrong, VIOLATION_HEADER_SEAL, previous, block);
    if (found)
        heap_retire_locked(heap, (void *)page_start(block));
    return found;
}

static bool judge_small(struct heap *heap, const struct release *release, struct violation *wrong)
{
    struct block *block = block_of_data(release->address);
    if (!block_is_sealed(block) || !block_is_live(block))
        return judge_no_block(heap, release, wrong);
    size_t capacity = block_bytes(block) - BLOCK_HEADER_BYTES;
    return judge_irql(heap, wrong) || judge_tag(block->tag, release, wrong) ||
           judge_size(size_fits(block, release->size_hint_bytes), capacity, release, wrong) ||
           judge_neighbours(heap, block, wrong);
}

static bool judge_big(const struct heap *heap, size_t index, const struct release *release,
                      struct violation *wrong)
{
    const struct page_record *record = &heap->pages.records[index];
    if (heap->pages.uses[index] == PAGE_BIG &&
        page_start(release->address) == (uintptr_t)release->address)
        return judge_irql(heap, wrong) || judge_tag(record->tag, release, wrong) ||
               judge_size(record->size_bytes == release->size_hint_bytes, record->size_bytes,
                          release, wrong);
    wrong->expected = (uintptr_t)release->address - (uintptr_t)heap->pages.start;
    return wrong_as(wrong, pool_is_paged(heap->kind) ? VIOLATION_FREE_MIDDLE_BIG_PAGED
                                                     : VIOLATION_FREE_MIDDLE_BIG_NONPAGED);
}

static bool judge_unused(const struct heap *heap, size_t index, struct violation *wrong)
{
    unsigned use = heap->pages.uses[index];
    if (use != PAGE_NEVER_USED && page_start(wrong->address) == (uintptr_t)wrong->address)
        return wrong_as(wrong, VIOLATION_FREE_TWICE_BIG);
    if ((use & PAGE_USE) == PAGE_FREE && (use & PAGE_WAS_CUT) != 0) {
        wrong->header = block_of_data(wrong->address);
        return wrong_as(wrong, VIOLATION_FREE_TWICE);
    }
    return wrong_as(wrong, pool_is_paged(heap->kind) ? VIOLATION_FREE_NEVER_ALLOCATED_PAGED
                                                     : VIOLATION_FREE_NEVER_ALLOCATED_NONPAGED);
}

bool heap_judge_locked(struct heap *heap, const struct release *release, struct violation *wrong)
{
    size_t index = pages_index(&heap->pages, release->address);
    bool page_aligned = page_start(release->address) == (uintptr_t)release->address;
    if (((uintptr_t)release->address & (BLOCK_UNIT_BYTES - 1)) != 0)
        return wrong_as(wrong, VIOLATION_FREE_MISALIGNED);
    switch (pages_use(&heap->pages, index)) {
    case PAGE_BIG:
    case PAGE_BIG_REST: return judge_big(heap, index, release, wrong);
    case PAGE_CUT:
        return page_aligned ? judge_unused(heap, index, wrong) : judge_small(heap, release, wrong);
    case PAGE_DAMAGED: return false;
    default: return judge_unused(heap, index, wrong);
    }
}
