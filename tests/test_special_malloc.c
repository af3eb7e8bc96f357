#include "tests/verified.h"

#include "pool/pool.h"
#include "pool/util.h"
#include "verifier/special.h"

static const char *const placements[] = {"verify=end", "verify=start", "verify=exact"};

static unsigned char *aligned(size_t size_bytes, unsigned log2)
{
    struct request request = {.kind = POOL_NONPAGED,
                              .is_malloc = true,
                              .alignment_log2 = (uint8_t)log2,
                              .tag = TAG,
                              .size_bytes = size_bytes,
                              .frame = __builtin_frame_address(0)};
    return pool_allocate(&request);
}

static void release(void *block)
{
    struct release release = {.address = block, .frame = __builtin_frame_address(0)};
    pool_free(&release);
}

TEST(any_alignment_up_to_a_region_is_kept_in_every_placement)
{
    for (unsigned i = 0; i < COUNT_OF(placements); i++) {
        verified(placements[i]);
        for (unsigned log2 = 0; log2 <= SLOT_ALIGNMENT_LOG2_MAX; log2++) {
            unsigned char *block = aligned(100, log2);
            EXPECT(space_has(block));
            EXPECT_EQUAL((uintptr_t)block % ((size_t)1 << log2), 0);
            memset(block, 1, 100);
            EXPECT_EQUAL(touch((void *)(page_start(block) + PAGE_BYTES), false), 0xD6);
            forget();
            release(block);
            EXPECT_EQUAL(passed.count, 0);
            EXPECT_EQUAL(touch(block, false), 0xD5);
        }
        expool_verifier_stop();
    }
}

TEST(large_blocks_are_aligned_too_and_end_at_their_guard)
{
    verified("");
    for (unsigned log2 = 4; log2 <= 21; log2++) {
        unsigned char *block = aligned(((size_t)40 << 20) + 5, log2);
        EXPECT_EQUAL((uintptr_t)block % ((size_t)1 << log2), 0);
        release(block);
    }
    unsigned char *block = aligned(5000, 0);
    EXPECT_EQUAL(touch(block + 5007, false), 0);
    EXPECT_EQUAL(touch(block + 5008, false), 0xD6);
    release(block);
}

TEST(more_alignment_than_there_is_fails_as_short_memory)
{
    verified("");
    EXPECT(aligned(1, 31) == NULL);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(no_bytes_are_a_block_of_its_own_that_nobody_may_touch)
{
    for (unsigned i = 0; i < COUNT_OF(placements); i++) {
        size_t size = 1;
        verified(placements[i]);
        unsigned char *block = aligned(0, 0);
        unsigned char *other = aligned(0, 0);
        EXPECT(block != NULL && other != NULL && block != other);
        EXPECT(special_size(block, &size) && size == 0);
        EXPECT_EQUAL(touch(block, false), 0xD6);
        EXPECT(passed.last.block == block);
        EXPECT_EQUAL(touch(block, true), 0xD6);
        forget();
        release(block);
        EXPECT_EQUAL(passed.count, 0);
        EXPECT_EQUAL(touch(block, false), 0xD5);
        EXPECT(passed.last.block == block);
        release(block);
        EXPECT_EQUAL(passed.last.subcode, 0x20);
        forget();
        release(other);
        EXPECT_EQUAL(passed.count, 0);
        expool_verifier_stop();
    }
}

TEST(no_rule_of_tags_types_or_irql_holds_for_malloc)
{
    KIRQL old;
    verified("");
    struct request request = {.kind = POOL_PAGED,
                              .is_malloc = true,
                              .size_bytes = 10,
                              .frame = __builtin_frame_address(0)};
    KeRaiseIrql(HIGH_LEVEL, &old);
    void *block = pool_allocate(&request);
    release(block);
    KeLowerIrql(old);
    EXPECT(block != NULL);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(the_size_is_told_of_live_blocks_at_their_first_byte_only)
{
    size_t size = 0;
    verified("");
    unsigned char *block = aligned(100, 0);
    unsigned char *large = aligned(50000, 0);
    EXPECT(special_size(block, &size) && size == 100);
    EXPECT(special_size(large, &size) && size == 50000);
    EXPECT(!special_size(block + 16, &size));
    EXPECT(!special_size(block - 16, &size));
    EXPECT(!special_size(large + PAGE_BYTES, &size));
    EXPECT(!special_size(&size, &size));
    EXPECT(!special_size(NULL, &size));
    release(block);
    EXPECT(!special_size(block, &size));
    release(large);
}

TEST(damage_around_an_aligned_block_is_seen)
{
    verified("");
    unsigned char *block = aligned(100, 8);
    poke(block + 100, 1);
    poke(block + 101, 1);
    release(block);
    EXPECT_EQUAL(passed.last.subcode, 0x24);
    block = aligned(100, 8);
    poke(block - 1, 1);
    poke(block - 2, 1);
    release(block);
    EXPECT_EQUAL(passed.last.subcode, 0x23);
}

TEST(unguarded_blocks_are_aligned_as_well)
{
    verified("special_pool=none");
    for (unsigned log2 = 0; log2 <= 21; log2++) {
        unsigned char *block = aligned(100, log2);
        EXPECT(!space_has(block));
        EXPECT_EQUAL((uintptr_t)block % ((size_t)1 << log2), 0);
        memset(block, 1, 100);
        release(block);
    }
    void *nothing = aligned(0, 0);
    EXPECT(nothing != NULL);
    release(nothing);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT(pool_check() == NULL);
}

TESTS_MAIN("special_malloc")
