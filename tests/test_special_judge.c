#include "tests/verified.h"

#include "pool/pool.h"
#include "pool/util.h"
#include "verifier/special.h"

static void free_with_tag(void *block)
{
    ExFreePoolWithTag(block, TAG);
}

TEST(a_write_into_the_slack_is_found_at_the_free)
{
    verified("");
    unsigned char *block = nonpaged(100);
    poke(block + 100, 1);
    poke(block + 103, 2);
    free_with_tag(block);
    EXPECT_EQUAL(passed.last.code, 0xC1);
    EXPECT_EQUAL(passed.last.subcode, 0x24);
    EXPECT_EQUAL(passed.last.parameter[1], block + 100);
    EXPECT_EQUAL(touch(block, false), 0xD5); /* the free went on to its end */
}

TEST(a_write_in_front_is_found_at_the_free)
{
    verified("");
    unsigned char *block = nonpaged(100);
    poke(block - 1, 1);
    poke(block - 4, 2);
    free_with_tag(block);
    EXPECT_EQUAL(passed.last.subcode, 0x23);
    EXPECT_EQUAL(passed.last.parameter[1], block - 4);
}

TEST(one_flipped_bit_is_told_apart)
{
    verified("");
    unsigned char *block = nonpaged(100);
    unsigned char fill = 0;
    EXPECT(expool_probe_read(block + 101, &fill));
    poke(block + 101, fill ^ 8);
    free_with_tag(block);
    EXPECT_EQUAL(passed.last.subcode, 0x32);
}

TEST(the_second_free_is_refused)
{
    verified("");
    unsigned char *block = nonpaged(100);
    free_with_tag(block);
    free_with_tag(block);
    EXPECT_EQUAL(passed.last.code, 0xC1);
    EXPECT_EQUAL(passed.last.subcode, 0x20);
    EXPECT_EQUAL(passed.count, 1);
}

TEST(an_address_that_never_was_a_block_is_refused)
{
    verified("");
    unsigned char *block = nonpaged(100);
    forget();
    free_with_tag(block + 10 * UNIT_BYTES);
    EXPECT_EQUAL(passed.last.subcode, 0x20);
    free_with_tag(block);
}

TEST(a_moved_pointer_is_refused_and_the_block_lives_on)
{
    verified("");
    unsigned char *block = nonpaged(100);
    free_with_tag(block + 16);
    EXPECT_EQUAL(passed.last.subcode, 0x21);
    EXPECT_EQUAL(passed.last.parameter[1], 100);
    free_with_tag(block - 16);
    EXPECT_EQUAL(passed.last.subcode, 0x22);
    EXPECT_EQUAL(touch(block, true), 0);
    free_with_tag(block);
    EXPECT_EQUAL(touch(block, true), 0xD5);
}

TEST(tag_size_and_irql_are_asked_in_that_order_of_the_kernel)
{
    KIRQL irql;
    verified("");
    unsigned char *block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    ExFreePoolWithTag(block, 'rehO');
    EXPECT_EQUAL(passed.last.code, 0xC2);
    EXPECT_EQUAL(passed.last.subcode, 0x0A);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    ExFreePoolWithTag(block, 'rehO');
    EXPECT_EQUAL(passed.last.code, 0xC1);
    EXPECT_EQUAL(passed.last.subcode, 0x31);
    KeLowerIrql(irql);
    ExpFreePool2(block, TAG, 99, 0);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x13F);
    forget();
    ExFreePool(block);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(nonpaged_blocks_may_be_freed_at_dispatch_but_not_above)
{
    KIRQL irql;
    verified("");
    unsigned char *block = nonpaged(10);
    KeRaiseIrql(HIGH_LEVEL, &irql);
    ExFreePool(block);
    KeLowerIrql(DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.last.subcode, 0x31);
    forget();
    ExFreePool(block);
    KeLowerIrql(irql);
    EXPECT_EQUAL(passed.count, 0);
}

static unsigned char *placed(size_t size_bytes, bool is_malloc)
{
    struct request request = {.kind = POOL_NONPAGED,
                              .is_malloc = is_malloc,
                              .tag = TAG,
                              .size_bytes = size_bytes,
                              .frame = __builtin_frame_address(0)};
    return pool_allocate(&request);
}

/* One changed bit, then two bytes, right behind the block or in front of it. */
static void damage(size_t size_bytes, bool is_malloc, ptrdiff_t at, uint32_t subcode)
{
    unsigned char *block = placed(size_bytes, is_malloc);
    unsigned char *victim = block + (at < 0 ? at : (ptrdiff_t)size_bytes + at);
    if (page_start(victim) < page_start(block) ||
        page_start(victim) > page_start(block + size_bytes - 1)) {
        ExFreePool(block); /* the guard lies there */
        return;
    }
    unsigned char was = 0;
    EXPECT(expool_probe_read(victim, &was)); /* a sanitizer does not see it */
    poke(victim, was ^ 4);
    forget();
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, 0x32);
    block = placed(size_bytes, is_malloc);
    victim = block + (at < 0 ? at : (ptrdiff_t)size_bytes + at);
    poke(victim, 0x7e); /* two bits at least: patterns are 0x80 to 0xbf */
    forget();
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, subcode);
    EXPECT(passed.last.block == block);
}

TEST(slack_and_single_bits_are_judged_in_every_placement_and_size)
{
    static const char *const placements[] = {"verify=end", "verify=start", "verify=exact",
                                             "verify=alternate:seed=9"};
    static const size_t sizes[] = {1, 50, 4090, 4096, 4097, 5000, 40000, 20u << 20};
    for (unsigned i = 0; i < COUNT_OF(placements); i++) {
        verified(placements[i]);
        for (unsigned k = 0; k < COUNT_OF(sizes) * 2; k++) {
            damage(sizes[k / 2], k % 2 == 1, 0, 0x24);
            damage(sizes[k / 2], k % 2 == 1, -1, 0x23);
        }
        expool_verifier_stop();
    }
}

TESTS_MAIN("special_judge")
