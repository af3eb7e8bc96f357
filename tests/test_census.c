#include "tests/expect.h"

#include "expool/census.h"
#include "expool/paging.h"
#include "expool/pool.h"

enum { TAG = 'tseT', PAGE = 4096 };

static struct expool_census census;

static const struct expool_census *take(enum expool_class pool_class)
{
    (void)expool_pool_trim(); /* nothing in caches: every number is the caller's own */
    expool_census_get(pool_class, &census);
    return &census;
}

static void *nonpaged(size_t size)
{
    return ExAllocatePoolWithTag(NonPagedPoolNx, size, TAG);
}

TEST(an_empty_pool_has_nothing_in_it)
{
    const struct expool_census *now = take(EXPOOL_CLASS_NONPAGED);
    EXPECT_EQUAL(now->pages, 0);
    EXPECT_EQUAL(now->blocks, 0);
    EXPECT_EQUAL(now->use_permille, 0);
}

TEST(blocks_and_free_pieces_fill_the_page)
{
    void *block = nonpaged(1000); /* 1,016 with its header: 64 units, 1,024 bytes */
    const struct expool_census *now = take(EXPOOL_CLASS_NONPAGED);
    EXPECT_EQUAL(now->pages, 1);
    EXPECT_EQUAL(now->cut_pages, 1);
    EXPECT_EQUAL(now->blocks, 1);
    EXPECT_EQUAL(now->block_bytes, 1024);
    EXPECT_EQUAL(now->free_pieces, 1);
    EXPECT_EQUAL(now->free_bytes, PAGE - 1024);
    EXPECT_EQUAL(now->largest_free_bytes, PAGE - 1024);
    EXPECT_EQUAL(now->free_by_units[192], 1);
    EXPECT_EQUAL(now->use_permille, 250);
    EXPECT_EQUAL(now->pages_by_use[0], 1);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->pages, 0);
}

TEST(a_block_alone_pins_its_page)
{
    void *block = nonpaged(8);
    const struct expool_census *now = take(EXPOOL_CLASS_NONPAGED);
    EXPECT_EQUAL(now->pinned_pages, 1);
    EXPECT_EQUAL(now->pinning_bytes, 32);
    EXPECT_EQUAL(now->pinned_bytes, PAGE - 32);
    void *second = nonpaged(8);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->pinned_pages, 0);
    ExFreePoolWithTag(block, TAG);
    ExFreePoolWithTag(second, TAG);
}

TEST(a_block_of_half_a_page_is_use_and_pins_nothing)
{
    void *less = nonpaged(2016);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->pinned_pages, 1);
    ExFreePoolWithTag(less, TAG);
    void *half = nonpaged(2032);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->pinned_pages, 0);
    ExFreePoolWithTag(half, TAG);
}

TEST(a_block_of_a_whole_page_pins_nothing)
{
    void *block = nonpaged(4080); /* 256 units */
    const struct expool_census *now = take(EXPOOL_CLASS_NONPAGED);
    EXPECT_EQUAL(now->pinned_pages, 0);
    EXPECT_EQUAL(now->pages_by_use[3], 1);
    ExFreePoolWithTag(block, TAG);
}

TEST(big_allocations_are_known_to_the_byte)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 3 * PAGE + 1, TAG);
    const struct expool_census *now = take(EXPOOL_CLASS_PAGED);
    EXPECT_EQUAL(now->big_pages, 4);
    EXPECT_EQUAL(now->block_bytes, 4 * PAGE);
    EXPECT_EQUAL(now->big_requested_bytes, 3 * PAGE + 1);
    EXPECT_EQUAL(now->use_permille, 1000);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->pages, 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(executable_and_nx_pool_are_one_class)
{
    void *first = ExAllocatePoolWithTag(NonPagedPool, 100, TAG);
    void *second = nonpaged(100);
    EXPECT_EQUAL(take(EXPOOL_CLASS_NONPAGED)->cut_pages, 2);
    ExFreePoolWithTag(first, TAG);
    ExFreePoolWithTag(second, TAG);
}

TEST(freed_blocks_wait_in_caches_or_are_free)
{
    void *kept = nonpaged(100);
    ExFreePoolWithTag(nonpaged(100), TAG);
    expool_census_get(EXPOOL_CLASS_NONPAGED, &census);
    EXPECT_EQUAL(census.blocks, 1);
    EXPECT_EQUAL(census.block_bytes + census.cached_bytes + census.free_bytes, census.page_bytes);
    ExFreePoolWithTag(kept, TAG);
}

TEST(pages_that_are_out_stay_out)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    expool_trim();
    expool_census_get(EXPOOL_CLASS_PAGED, &census);
    EXPECT_EQUAL(census.out_pages, 1);
    EXPECT_EQUAL(census.pages, 1);
    EXPECT_EQUAL(census.blocks, 0);
    struct expool_paging paging;
    expool_paging_get(&paging);
    EXPECT_EQUAL(paging.page_ins, 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(the_text_names_what_matters)
{
    char text[1024];
    void *block = nonpaged(8);
    size_t length = expool_census_text(take(EXPOOL_CLASS_NONPAGED), text, sizeof text);
    EXPECT_EQUAL(length, strlen(text));
    EXPECT_TEXT(text, "pages in use      1 (4 096 bytes): 1 cut, 0 big\n");
    EXPECT_TEXT(text, "in blocks         32 bytes in 1 blocks: 0.8 % use\n");
    EXPECT_TEXT(text, "                  1 of 2048 to 4095 bytes\n");
    EXPECT_TEXT(text, "pinned            1 pages by one block each: 32 bytes keep 4 064 more\n");
    EXPECT(expool_census_text(&census, text, 10) < 10);
    ExFreePoolWithTag(block, TAG);
}

TESTS_MAIN("census")
