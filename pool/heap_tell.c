/* heap_tell.c - the story of an address in normal pool: which block, whose, live or freed. */
#include "pool/heap.h"
#include "pool/page.h"
#include "pool/witness.h"

static void tell_big(const struct heap *heap, size_t index, struct story *story)
{
    index = pages_first(&heap->pages, index);
    const struct page_record *record = &heap->pages.records[index];
    bool is_live = heap->pages.uses[index] == PAGE_BIG;
    story->place = STORY_BIG;
    story->is_live = is_live;
    story->is_readable = is_live;
    story->block = pages_address(&heap->pages, index);
    story->size_bytes = record->size_bytes;
    story->window = story->block;
    story->window_bytes = is_live ? record->pages * PAGE_BYTES : 0;
    story->tag = tag_without_protection(record->tag);
    story->allocated_stack = is_live ? record->trace : record->allocated;
    story->freed_stack = is_live ? 0 : record->trace;
}

/* `block` is sealed: a block, or what is left of the header of one that was joined to another. */
static void tell_small(struct block *block, struct story *story)
{
    const struct free_block *freed = (const void *)block;
    story->place = STORY_SMALL;
    story->is_live = block_is_live(block);
    story->is_readable = true;
    story->block = block_data(block);
    story->size_bytes = block_bytes(block) - BLOCK_HEADER_BYTES;
    story->window = (const unsigned char *)page_start(block);
    story->window_bytes = PAGE_BYTES;
    story->tag = tag_without_protection(block->tag);
    story->allocated_stack = story->is_live ? block->trace : 0;
    story->freed_stack = story->is_live ? 0 : block->trace;
    if (!story->is_live && block_bytes(block) >= sizeof *freed)
        story->allocated_stack = freed->allocated;
}

static void tell_in_page(void *page, const void *address, struct story *story)
{
    struct block *block = NULL;
    enum page_place place = page_find(page, address, &block);
    struct block *claimed = block_of_data(address);
    bool is_own = ((uintptr_t)address & (BLOCK_UNIT_BYTES - 1)) == 0 &&
                  page_start(claimed) == (uintptr_t)page && block_is_sealed(claimed);
    if (place == PAGE_PLACE_INSIDE && block_is_free(block) && is_own)
        block = claimed; /* joined to another since: its own header tells more */
    if (place != PAGE_PLACE_LOST && block_is_sealed(block))
        tell_small(block, story);
}

void heap_tell_locked(struct heap *heap, const void *address, struct story *story)
{
    size_t index = pages_index(&heap->pages, address);
    unsigned use = heap->pages.uses[index];
    *story = (struct story){.place = STORY_NOWHERE, .pool = heap->kind};
    if (use == PAGE_BIG || use == PAGE_BIG_REST || (use & PAGE_WAS_BIG) != 0)
        tell_big(heap, index, story);
    else if (use == PAGE_CUT || use == PAGE_DAMAGED)
        tell_in_page(pages_address(&heap->pages, index), address, story);
    if (story->place == STORY_NOWHERE)
        (void)witness_tell(address, story);
    else
        witness_tell_more(story);
}
