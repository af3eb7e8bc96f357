#include "tests/expect.h"

#include "pool/page.h"

static unsigned char page[PAGE_BYTES] __attribute__((aligned(4096)));

static struct block *take(struct block *from, unsigned units, struct block **rest)
{
    struct block *block = page_carve(from, units, rest);
    block->type = BLOCK_TYPE_PAGED;
    block_seal(block);
    return block;
}

TEST(sizes_take_the_units_of_the_table)
{
    const struct {
        size_t size_bytes;
        unsigned units;
    } rows[] = {{0, 2},      {1, 2},      {16, 2},     {17, 3},     {32, 3},     {33, 4},
                {4047, 254}, {4048, 254}, {4049, 255}, {4064, 255}, {4065, 256}, {4080, 256},
                {4081, 257}, {4095, 257}, {4096, 257}, {4097, 258}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        EXPECT_EQUAL(page_units_needed(rows[i].size_bytes, false), rows[i].units);
}

TEST(a_cut_page_is_one_free_block)
{
    struct block *block = page_cut(page, POOL_PAGED);
    EXPECT(block_is_free(block) && block_is_sealed(block));
    EXPECT_EQUAL(block_units(block), 256);
    EXPECT_EQUAL(block->pool_index, POOL_PAGED);
    EXPECT(page_check(page) == NULL);
}

TEST(a_split_rewrites_and_reseals_the_header_behind)
{
    struct block *rest = NULL;
    take(page_cut(page, POOL_PAGED), 10, &rest);
    EXPECT_EQUAL(rest->previous_units, 10);
    struct block *last = take(rest, 20, &rest);
    EXPECT_EQUAL(last->previous_units, 226);
    struct block *middle = take(rest, 6, &rest); /* between rest and last */
    EXPECT(block_next(middle) == last);
    EXPECT_EQUAL(last->previous_units, 6);
    EXPECT(block_is_sealed(last));
    EXPECT(page_check(page) == NULL);
}

TEST(a_damaged_header_behind_is_not_sealed_again)
{
    struct block *rest = NULL;
    struct block *first = take(page_cut(page, POOL_PAGED), 10, &rest);
    struct block *last = take(rest, 20, &rest);
    last->tag ^= 1;
    struct block *middle = take(rest, 6, &rest); /* in front of the damaged one */
    EXPECT(!block_is_sealed(last));
    page_join(rest, middle);
    EXPECT(!block_is_sealed(last));
    page_widen(first, 236);
    EXPECT(!block_is_sealed(last));
}

TEST(the_first_block_comes_from_the_front_and_others_from_the_back)
{
    struct block *rest = NULL;
    struct block *first = take(page_cut(page, POOL_PAGED), 10, &rest);
    EXPECT(first == (void *)page);
    struct block *second = take(rest, 10, &rest);
    EXPECT(second == (void *)(page + PAGE_BYTES - 160));
    EXPECT_EQUAL(block_units(rest), 236);
}

TEST(a_single_unit_is_never_left_over)
{
    struct block *rest = NULL;
    struct block *block = take(page_cut(page, POOL_PAGED), 255, &rest);
    EXPECT(rest == NULL);
    EXPECT_EQUAL(block_units(block), 256);
    block = take(page_cut(page, POOL_PAGED), 254, &rest);
    EXPECT_EQUAL(block_units(block), 254);
    EXPECT_EQUAL(block_units(rest), 2);
    EXPECT(page_check(page) == NULL);
}

TEST(joining_gives_the_page_back_whole)
{
    struct block *rest = NULL;
    struct block *first = page_carve(page_cut(page, POOL_PAGED), 10, &rest);
    struct block *last = page_carve(rest, 20, &rest);
    struct block *joined = page_join(first, rest);
    EXPECT_EQUAL(block_units(joined), 236);
    EXPECT_EQUAL(last->previous_units, 236);
    EXPECT(block_is_sealed(last));
    EXPECT(page_check(page) == NULL);
    EXPECT_EQUAL(block_units(page_join(joined, last)), 256);
    EXPECT(page_check(page) == NULL);
}

TEST(aligned_data_shares_no_line)
{
    for (size_t size = 0; size <= 3900; size += 13) {
        struct block *rest[2] = {NULL, NULL};
        EXPECT(page_units_needed(size, true) <= 256);
        struct block *block = page_carve_aligned(page_cut(page, POOL_PAGED), size, rest);
        EXPECT_EQUAL((uintptr_t)block_data(block) % 64, 0);
        EXPECT(block_bytes(block) >= size + BLOCK_HEADER_BYTES);
        EXPECT(rest[0] == (void *)page && block_units(rest[0]) >= BLOCK_UNITS_MIN);
        EXPECT(rest[1] == NULL);
        EXPECT(page_check(page) == NULL);
    }
}

TEST(aligned_blocks_cost_whole_lines_wherever_they_lie)
{
    for (unsigned units = 2; units <= 9; units++) {
        struct block *free = NULL;
        struct block *rest[2] = {NULL, NULL};
        page_carve(page_cut(page, POOL_PAGED), 2, &free);
        page_carve(free, units, &free); /* from the back: what is left ends anywhere */
        struct block *block = page_carve_aligned(free, 100, rest);
        EXPECT_EQUAL(block_bytes(block), 128 + BLOCK_HEADER_BYTES);
        EXPECT_EQUAL((uintptr_t)block_data(block) % 64, 0);
        EXPECT(rest[1] == NULL || block_units(rest[1]) >= BLOCK_UNITS_MIN);
        EXPECT_EQUAL(rest[1] == NULL, units % 4 == 0);
        EXPECT(page_check(page) == NULL);
    }
}

TEST(a_walk_tells_start_inside_and_lost)
{
    struct block *rest = NULL;
    struct block *met = NULL;
    struct block *first = take(page_cut(page, POOL_PAGED), 10, &rest);
    unsigned char *data = block_data(first);
    EXPECT_EQUAL(page_find(page, data, &met), PAGE_PLACE_BLOCK);
    EXPECT(met == first);
    EXPECT_EQUAL(page_find(page, data + 16, &met), PAGE_PLACE_INSIDE);
    EXPECT(met == first);
    EXPECT_EQUAL(page_find(page, block_data(rest), &met), PAGE_PLACE_BLOCK);
    first->tag ^= 1;
    EXPECT_EQUAL(page_find(page, block_data(rest), &met), PAGE_PLACE_LOST);
    EXPECT(met == first);
}

TEST(the_check_sees_each_kind_of_damage)
{
    struct block *rest = NULL;
    page_carve(page_cut(page, POOL_PAGED), 10, &rest);
    rest->tag ^= 1;
    EXPECT_TEXT(page_check(page), "seal");
    block_seal(rest);
    EXPECT(page_check(page) == NULL);
    rest->previous_units = 11;
    block_seal(rest);
    EXPECT_TEXT(page_check(page), "disagrees");
    rest->previous_units = 10;
    block_set_units(rest, 247);
    block_seal(rest);
    EXPECT_TEXT(page_check(page), "leaves its page");
}

TESTS_MAIN("page")
