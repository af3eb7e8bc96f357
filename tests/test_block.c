#include "tests/expect.h"

#include "pool/block.h"
#include "pool/page.h"

#include <sys/mman.h>

/* The one bit that changes without a seal; it makes the block a freed one. */
enum { CACHED_BIT = 8 * offsetof(struct block, type) + 3 };

static unsigned char page[2 * PAGE_BYTES] __attribute__((aligned(4096)));

static struct block *sealed_block(unsigned unit)
{
    struct block *block = (struct block *)(void *)(page + (size_t)unit * BLOCK_UNIT_BYTES);
    *block = (struct block){.previous_units = 3, .type = BLOCK_TYPE_PAGED, .tag = 0x31676154};
    block_set_units(block, 5);
    block_seal(block);
    return block;
}

TEST(every_flipped_bit_breaks_the_seal)
{
    struct block *block = sealed_block(8);
    EXPECT(block_is_sealed(block));
    for (unsigned bit = 0; bit < 8 * BLOCK_HEADER_BYTES; bit++) {
        unsigned char *byte = (unsigned char *)block + bit / 8;
        if (bit == CACHED_BIT)
            continue;
        *byte ^= (unsigned char)(1u << bit % 8);
        EXPECT(!block_is_sealed(block));
        *byte ^= (unsigned char)(1u << bit % 8);
    }
    EXPECT(block_is_sealed(block));
}

TEST(the_cached_bit_is_not_sealed_but_means_freed)
{
    struct block *block = sealed_block(8);
    EXPECT(block_is_live(block));
    ((unsigned char *)block)[CACHED_BIT / 8] ^= 1u << CACHED_BIT % 8;
    EXPECT(block_is_sealed(block) && block_is_cached(block));
    EXPECT(!block_is_live(block) && !block_is_free(block));
}

TEST(a_copied_header_is_not_sealed)
{
    struct block *block = sealed_block(8);
    for (unsigned unit = 9; unit < 500; unit++) {
        struct block *copy = (struct block *)(void *)(page + (size_t)unit * BLOCK_UNIT_BYTES);
        *copy = *block;
        EXPECT(!block_is_sealed(copy));
    }
}

/* Both addresses are equal in their lower 36 bits. */
TEST(a_copy_far_away_is_not_sealed)
{
    const uintptr_t far = UINT64_C(1) << 36;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    struct block *near = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
    struct block *copy = MAP_FAILED;
    for (uintptr_t i = 1; i < 100 && copy == MAP_FAILED; i++)
        copy = mmap((void *)((uintptr_t)near - i * far), PAGE_BYTES, PROT_READ | PROT_WRITE,
                    flags | MAP_FIXED_NOREPLACE, -1, 0);
    EXPECT(near != MAP_FAILED && copy != MAP_FAILED);
    EXPECT_EQUAL(((uintptr_t)near - (uintptr_t)copy) % far, 0);
    near->tag = 0x31676154;
    block_seal(near);
    *copy = *near;
    EXPECT(block_is_sealed(near) && !block_is_sealed(copy));
}

TEST(zeroes_are_no_header)
{
    EXPECT(!block_is_sealed((struct block *)(void *)page));
}

TEST(a_whole_page_is_stored_as_zero_units)
{
    struct block *block = sealed_block(0);
    block_set_units(block, BLOCK_UNITS_PAGE);
    EXPECT_EQUAL(block->stored_units, 0);
    EXPECT_EQUAL(block_units(block), 256);
    EXPECT_EQUAL(block_bytes(block), 4096);
}

TEST(neighbours_are_found_within_the_page_only)
{
    struct block *block = sealed_block(8);
    EXPECT(block_next(block) == (struct block *)(void *)(page + 13 * BLOCK_UNIT_BYTES));
    EXPECT(block_previous(block) == (struct block *)(void *)(page + 5 * BLOCK_UNIT_BYTES));
    block->previous_units = 0;
    EXPECT(block_previous(block) == NULL);
    block->previous_units = 9;
    EXPECT(block_previous(block) == NULL);
    block_set_units(block, 248);
    EXPECT(block_next(block) == NULL);
    block_set_units(block, 249);
    EXPECT(block_next(block) == NULL);
}

TEST(data_lies_sixteen_bytes_behind_the_header)
{
    struct block *block = sealed_block(8);
    EXPECT(block_data(block) == (void *)((unsigned char *)block + 16));
    EXPECT(block_of_data(block_data(block)) == block);
    EXPECT_EQUAL(block_unit_in_page(block), 8);
}

TEST(the_layout_is_the_one_written_down)
{
    struct block *block = sealed_block(8);
    const unsigned char *bytes = (const unsigned char *)block;
    block->pool_index = 2;
    block->tag_hash = 0x77;
    block->trace = 0x1234;
    block->seal = 0xaabbccdd;
    const unsigned char wanted[16] = {3,   0,   2,   5,   2,    0x77, 0x34, 0x12,
                                      'T', 'a', 'g', '1', 0xdd, 0xcc, 0xbb, 0xaa};
    EXPECT(memcmp(bytes, wanted, sizeof wanted) == 0);
    EXPECT_EQUAL(block_contents(block), 0x1234770205020003);
}

TESTS_MAIN("block")
