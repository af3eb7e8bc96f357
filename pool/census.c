/* census.c - the pages of a pool, counted by what lies in them. */
#include "expool/census.h"

#include "pool/block.h"
#include "pool/heap.h"
#include "pool/pager.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/text.h"
#include "pool/util.h"

enum { PERMILLE = 1000 };

static_assert((int)EXPOOL_CENSUS_UNITS == (int)BLOCK_UNITS_PAGE, "a bin for each size of block");
static_assert((int)EXPOOL_CENSUS_UNIT_BYTES == (int)BLOCK_UNIT_BYTES, "the same unit");

struct page_sum {
    size_t live_blocks;
    size_t live_bytes;
};

static void count_free(struct expool_census *census, const struct block *block)
{
    census->free_pieces++;
    census->free_bytes += block_bytes(block);
    census->free_by_units[block_units(block)]++;
    if (block_bytes(block) > census->largest_free_bytes)
        census->largest_free_bytes = block_bytes(block);
}

static void count_block(struct expool_census *census, struct page_sum *sum,
                        const struct block *block)
{
    if (block_is_free(block)) {
        count_free(census, block);
    } else if (block_is_cached(block)) {
        census->cached_blocks++;
        census->cached_bytes += block_bytes(block);
    } else {
        sum->live_blocks++;
        sum->live_bytes += block_bytes(block);
    }
}

static void count_cut(struct expool_census *census, void *page)
{
    struct page_sum sum = {0};
    for (struct block *block = page; block != NULL && block_is_sealed(block);
         block = block_next(block))
        count_block(census, &sum, block);
    census->cut_pages++;
    census->blocks += sum.live_blocks;
    census->block_bytes += sum.live_bytes;
    size_t quarter = sum.live_bytes == 0 ? 0 : (sum.live_bytes - 1) / (PAGE_BYTES / 4);
    census->pages_by_use[quarter]++;
    if (sum.live_blocks != 1 || sum.live_bytes >= PAGE_BYTES / 2)
        return;
    census->pinned_pages++;
    census->pinned_bytes += PAGE_BYTES - sum.live_bytes;
    census->pinning_bytes += sum.live_bytes;
}

static void count_big(struct expool_census *census, const struct page_record *record)
{
    census->blocks++;
    census->big_pages += record->pages;
    census->block_bytes += record->pages * PAGE_BYTES;
    census->big_requested_bytes += record->size_bytes;
}

static void count_page(struct expool_census *census, const struct heap *heap, size_t index)
{
    void *page = pages_address(&heap->pages, index);
    switch (heap->pages.uses[index]) {
    case PAGE_CUT:
        if (pager_has_out(page))
            census->out_pages++;
        else
            count_cut(census, page);
        break;
    case PAGE_BIG: count_big(census, &heap->pages.records[index]); break;
    case PAGE_DAMAGED: census->damaged_pages++; break;
    default: break; /* free, or the rest of a big one */
    }
}

static void count_heap(struct expool_census *census, struct heap *heap)
{
    heap_lock(heap);
    for (size_t i = 0; i < heap->pages.frontier; i++)
        count_page(census, heap, i);
    census->empty_pages += heap->pages.resident;
    heap_unlock(heap);
}

void expool_census_get(enum expool_class pool_class, struct expool_census *census)
{
    *census = (struct expool_census){0};
    pool_code_enter(PAGE_BYTES); /* headers may be away: Force IRQL checking lets the pool look */
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        if (pool_is_paged((enum pool_kind)kind) == (pool_class == EXPOOL_CLASS_PAGED))
            count_heap(census, pool_heap((enum pool_kind)kind));
    pool_code_leave();
    census->pages =
        census->cut_pages + census->big_pages + census->damaged_pages + census->out_pages;
    census->page_bytes = census->pages * PAGE_BYTES;
    if (census->page_bytes > 0)
        census->use_permille =
            (census->block_bytes * PERMILLE + census->page_bytes / 2) / census->page_bytes;
}

static void add_pages(struct text *text, const struct expool_census *census)
{
    text_add(text, "pages in use      %,lu (%,lu bytes): %,lu cut, %,lu big", census->pages,
             census->page_bytes, census->cut_pages, census->big_pages);
    if (census->damaged_pages > 0)
        text_add(text, ", %,lu out of use", census->damaged_pages);
    if (census->out_pages > 0)
        text_add(text, ", %,lu paged out", census->out_pages);
    text_add(text, "\n");
}

static void add_bins(struct text *text, const struct expool_census *census)
{
    for (unsigned low = 1; low <= EXPOOL_CENSUS_UNITS; low *= 2) {
        unsigned high = low * 2 <= EXPOOL_CENSUS_UNITS ? low * 2 - 1 : EXPOOL_CENSUS_UNITS;
        uint64_t pieces = 0;
        for (unsigned units = low; units <= high; units++)
            pieces += census->free_by_units[units];
        if (pieces > 0)
            text_add(text, "                  %,lu of %u to %u bytes\n", pieces,
                     low * BLOCK_UNIT_BYTES, high * BLOCK_UNIT_BYTES + BLOCK_UNIT_BYTES - 1);
        if (high == EXPOOL_CENSUS_UNITS)
            break;
    }
}

size_t expool_census_text(const struct expool_census *census, char *bytes, size_t capacity)
{
    struct text text = text_over(bytes, capacity);
    add_pages(&text, census);
    text_add(&text, "in blocks         %,lu bytes in %,lu blocks: %lu.%lu %% use\n",
             census->block_bytes, census->blocks, census->use_permille / 10,
             census->use_permille % 10);
    if (census->cached_blocks > 0)
        text_add(&text, "in caches         %,lu bytes in %,lu blocks\n", census->cached_bytes,
                 census->cached_blocks);
    text_add(&text, "free pieces       %,lu (%,lu bytes), the largest %,lu bytes\n",
             census->free_pieces, census->free_bytes, census->largest_free_bytes);
    add_bins(&text, census);
    text_add(&text,
             "cut pages by use  to 25 %%: %,lu, to 50 %%: %,lu, to 75 %%: %,lu, above: %,lu\n",
             census->pages_by_use[0], census->pages_by_use[1], census->pages_by_use[2],
             census->pages_by_use[3]);
    text_add(&text, "pinned            %,lu pages by one block each: %,lu bytes keep %,lu more\n",
             census->pinned_pages, census->pinning_bytes, census->pinned_bytes);
    return text.length;
}
