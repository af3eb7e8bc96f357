/* heap_lists.c - the free blocks of a heap: listed by size, taken, given back, joined. */
#include "pool/bits.h"
#include "pool/heap.h"
#include "pool/mode.h"
#include "pool/page.h"

#include <string.h>

static struct free_block *free_part(struct block *block)
{
    return (struct free_block *)(void *)block;
}

void heap_list_locked(struct heap *heap, struct block *block)
{
    unsigned units = block_units(block);
    list_push(&heap->free[units], &free_part(block)->link);
    heap->has_free[units / BITS_A_WORD] |= bits_of(units);
    heap->free_bytes += block_bytes(block);
}

/* Links may hold anything after a write to freed memory: look before following them. One that is a
 * word off meets its neighbour's other half, which fits: a link begins in certain places only. */
static bool link_is_ours(const struct heap *heap, const struct list *link)
{
    const unsigned char *at = (const unsigned char *)link;
    const unsigned char *end = heap->pages.start + heap->pages.frontier * PAGE_BYTES;
    if (at >= heap->pages.start && at < end)
        return (uintptr_t)at % BLOCK_UNIT_BYTES == 0; /* behind a header */
    return link >= &heap->free[0] && link < &heap->free[BLOCK_UNITS_PAGE] &&
           ((uintptr_t)at - (uintptr_t)heap->free) % sizeof *link == 0;
}

static bool links_are_sound(const struct heap *heap, const struct list *link)
{
    return link_is_ours(heap, link->next) && link_is_ours(heap, link->previous) &&
           list_is_sound(link);
}

bool heap_unlist_locked(struct heap *heap, struct block *block)
{
    struct list *link = &free_part(block)->link;
    if (!links_are_sound(heap, link))
        return false;
    list_remove(link);
    unsigned units = block_units(block);
    if (list_is_empty(&heap->free[units]))
        heap->has_free[units / BITS_A_WORD] &= ~bits_of(units);
    heap->free_bytes -= block_bytes(block);
    return true;
}

/* The smallest listed block of at least `units`; NULL when there is none. */
static struct block *first_fit(struct heap *heap, unsigned units)
{
    units = bits_next(heap->has_free, units, BLOCK_UNITS_PAGE);
    if (units == BLOCK_UNITS_PAGE)
        return NULL;
    return &LIST_OWNER(heap->free[units].next, struct free_block, link)->header;
}

static struct block *cut_new_page(struct heap *heap)
{
    size_t index = pages_take(&heap->pages, 1);
    if (index == PAGES_NONE && lfh_trim(&heap->lfh) > 0)
        index = pages_take(&heap->pages, 1);
    if (index == PAGES_NONE)
        return NULL;
    lfh_disown(&heap->lfh, index);
    struct block *block = page_cut(pages_address(&heap->pages, index), heap->kind);
    heap->pages.uses[index] = PAGE_CUT;
    return block;
}

static void note_freed_block(const struct heap *heap, struct violation *broken,
                             enum violation_kind kind, struct block *block)
{
    struct list *link = &free_part(block)->link;
    *broken = (struct violation){.kind = kind,
                                 .column = COLUMN_PLAIN,
                                 .heap = heap->lfh.is_on ? heap : NULL,
                                 .header = block,
                                 .contents = block_contents(block),
                                 .address = block_data(block),
                                 .expected = (uintptr_t)link->next,
                                 .found = (uintptr_t)link->previous};
}

void heap_note_damaged_locked(struct heap *heap, enum violation_kind kind, struct block *block,
                              struct violation *broken)
{
    note_freed_block(heap, broken, kind, block);
    heap_tell_locked(heap, block_data(block), &broken->story);
    heap_retire_locked(heap, (void *)page_start(block));
}

/* Takes `block` off its list; false when it was written to since it was freed: noted. */
static bool take_listed(struct heap *heap, struct block *block, struct violation *broken)
{
    enum violation_kind kind = VIOLATION_FREED_HEADER;
    if (block_is_sealed(block) && block_is_free(block)) {
        if (heap_unlist_locked(heap, block))
            return true;
        kind = VIOLATION_FREE_LIST_LINKS;
    }
    heap_note_damaged_locked(heap, kind, block, broken);
    return false;
}

/* A listed block that fits best, unlisted, or a new page; NULL: none, or *broken says why. */
static struct block *take_free(struct heap *heap, struct block *block, struct violation *broken)
{
    if (block == NULL)
        return cut_new_page(heap);
    return take_listed(heap, block, broken) ? block : NULL;
}

/* Of exactly so many units, or of so many that a whole block remains. */
static struct block *exact_fit(struct heap *heap, unsigned units)
{
    if (units < BLOCK_UNITS_PAGE && !list_is_empty(&heap->free[units]))
        return first_fit(heap, units);
    return first_fit(heap, units + BLOCK_UNITS_MIN);
}

/* A random free slot; NULL: none, or *broken says why. */
static struct block *take_slot(struct heap *heap, unsigned units, struct violation *broken)
{
    enum lfh_state state = LFH_SOUND;
    struct block *block = lfh_take(&heap->lfh, units, &state);
    if (state == LFH_SOUND)
        return block;
    heap_note_damaged_locked(
        heap, state == LFH_DAMAGED_LINK ? VIOLATION_FREE_LIST_LINKS : VIOLATION_FREED_HEADER, block,
        broken);
    return NULL;
}

/* Slots with the headers that the cutting asks for; how many. A damaged one is noted only when it
 * is the first: then the caller raises. */
static unsigned take_slots(struct heap *heap, const struct page_cutting *cutting,
                           struct violation *broken)
{
    unsigned count = 0;
    for (; count < cutting->max; count++) {
        enum lfh_state state = LFH_SOUND;
        struct block *block = count == 0 ? take_slot(heap, cutting->units, broken)
                                         : lfh_take(&heap->lfh, cutting->units, &state);
        if (block == NULL || state != LFH_SOUND)
            break;
        block->trace = 0;
        block->type = cutting->type;
        block->tag_hash = cutting->tag_hash;
        block->tag = cutting->tag;
        block_seal(block);
        cutting->blocks[count] = block;
    }
    return count;
}

struct block *heap_take_locked(struct heap *heap, const struct request *request,
                               struct violation *broken)
{
    unsigned units = page_units_needed(request->size_bytes, request_is_aligned(request));
    struct block *rest[2] = {NULL, NULL};
    if (!request_is_aligned(request) && lfh_leaves(&heap->lfh, units, 1) == 0) {
        struct block *slot = take_slot(heap, units, broken);
        if (slot != NULL || broken->kind != VIOLATION_KIND_COUNT)
            return slot;
    }
    struct block *fit =
        request_is_aligned(request) ? first_fit(heap, units) : exact_fit(heap, units);
    struct block *block = take_free(heap, fit, broken);
    if (block == NULL)
        return NULL;
    if (request_is_aligned(request))
        block = page_carve_aligned(block, request->size_bytes, rest);
    else
        block = page_carve(block, units, &rest[0]);
    for (unsigned i = 0; i < COUNT_OF(rest); i++)
        if (rest[i] != NULL)
            heap_list_locked(heap, rest[i]);
    lfh_note_taken(&heap->lfh, block_units(block), 1);
    return block;
}

unsigned heap_take_many_locked(struct heap *heap, const struct page_cutting *cutting,
                               struct violation *broken)
{
    struct page_cutting part = *cutting;
    part.max = lfh_leaves(&heap->lfh, cutting->units, cutting->max);
    if (part.max == 0) {
        unsigned slots = take_slots(heap, cutting, broken);
        if (slots > 0 || broken->kind != VIOLATION_KIND_COUNT)
            return slots;
        part.max = cutting->max; /* no page for slots: what lies in lists may do */
    }
    struct block *block = take_free(heap, exact_fit(heap, cutting->units), broken);
    if (block == NULL)
        return 0;
    struct block *rest = NULL;
    unsigned count = page_carve_many(block, &part, &rest);
    if (rest != NULL)
        heap_list_locked(heap, rest);
    lfh_note_taken(&heap->lfh, cutting->units, count);
    return count;
}

/* Unlists a free neighbour so that it can be joined; a damaged one stays where it is. */
static bool can_join(struct heap *heap, struct block *block)
{
    return block != NULL && block_is_free(block) && block_is_sealed(block) &&
           heap_unlist_locked(heap, block);
}

void heap_mark_freed(struct block *block, stack_id trace)
{
    stack_id allocated = block->trace;
    block->trace = trace <= UINT16_MAX ? (uint16_t)trace : 0;
    if (block_bytes(block) >= sizeof(struct free_block))
        free_part(block)->allocated = allocated;
}

static void mark_free(struct block *block, stack_id trace)
{
    if (!block_is_cached(block)) /* then it knows already */
        heap_mark_freed(block, trace);
    block->type = BLOCK_FREE;
    block_seal(block);
}

void heap_give_locked(struct heap *heap, struct block *block, stack_id trace)
{
    mark_free(block, trace);
    if (lfh_has(&heap->lfh, pages_index(&heap->pages, block))) {
        lfh_give(&heap->lfh, block);
        return;
    }
    struct block *next = block_next(block);
    if (can_join(heap, next))
        block = page_join(block, next);
    struct block *previous = block_previous(block);
    if (can_join(heap, previous))
        block = page_join(previous, block);
    if (block_units(block) < BLOCK_UNITS_PAGE) {
        heap_list_locked(heap, block);
        return;
    }
    pages_give(&heap->pages, pages_index(&heap->pages, block), 1, PAGE_WAS_CUT);
}

/* Without seals a header may say anything: only what could have been listed is. */
static bool can_list(const struct block *block)
{
    unsigned units = block_units(block);
    return block_is_free(block) && units >= BLOCK_UNITS_MIN && units < BLOCK_UNITS_PAGE &&
           block_unit_in_page(block) + units <= BLOCK_UNITS_PAGE;
}

static void list_page(struct heap *heap, void *page)
{
    for (struct block *block = page; block != NULL && block_is_sealed(block);
         block = block_next(block))
        if (can_list(block))
            heap_list_locked(heap, block);
}

void heap_retire_locked(struct heap *heap, void *page)
{
    size_t retired = pages_index(&heap->pages, page);
    if (heap->pages.uses[retired] == PAGE_CUT && lfh_has(&heap->lfh, retired))
        lfh_retire(&heap->lfh, retired);
    heap->pages.uses[retired] = PAGE_DAMAGED;
    mode_set(MODE_DAMAGED, true);
    memset(heap->has_free, 0, sizeof heap->has_free);
    heap->free_bytes = 0;
    for (unsigned units = 0; units < BLOCK_UNITS_PAGE; units++)
        list_start(&heap->free[units]);
    for (size_t index = 0; index < heap->pages.frontier; index++)
        if (heap->pages.uses[index] == PAGE_CUT && !lfh_has(&heap->lfh, index))
            list_page(heap, pages_address(&heap->pages, index));
}

/* Every listed block is free, of its list's size, in a cut page; sizes add up. */
const char *heap_check_lists_locked(struct heap *heap)
{
    size_t bytes = 0;
    for (unsigned units = 0; units < BLOCK_UNITS_PAGE; units++) {
        bool has = (heap->has_free[units / BITS_A_WORD] & bits_of(units)) != 0;
        if (has == list_is_empty(&heap->free[units]))
            return "the bit of a free list is wrong";
        for (struct list *link = heap->free[units].next; link != &heap->free[units];
             link = link->next) {
            if (!link_is_ours(heap, link) || !links_are_sound(heap, link))
                return "a free list is broken";
            struct block *block = &LIST_OWNER(link, struct free_block, link)->header;
            if (!block_is_free(block) || block_units(block) != units)
                return "a free list holds a block that is not free or of another size";
            if (heap->pages.uses[pages_index(&heap->pages, block)] != PAGE_CUT)
                return "a free list holds a block of a page that is not cut";
            bytes += block_bytes(block);
        }
    }
    return bytes == heap->free_bytes ? NULL : "the count of free bytes is wrong";
}
