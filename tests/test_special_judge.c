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

static bool shares_a_page(const unsigned char *block, size_t size_bytes,
                          const unsigned char *victim)
{
    return page_start(victim) >= page_start(block) &&
           page_start(victim) <= page_start(block + size_bytes - 1);
}

/* Changes these bits of the byte right behind a new block (at 0) or in front of it (at -1). False
 * when the guard lies there: on which side it does may differ from call to call. */
static bool damage(struct request request, ptrdiff_t at, unsigned char bits, uint32_t subcode)
{
    request.frame = __builtin_frame_address(0);
    unsigned char *block = pool_allocate(&request);
    unsigned char *victim = at < 0 ? block + at : block + request.size_bytes + at;
    bool is_slack = shares_a_page(block, request.size_bytes, victim);
    unsigned char was = 0;
    if (is_slack) {
        EXPECT(expool_probe_read(victim, &was)); /* a sanitizer does not see it */
        poke(victim, was ^ bits);
    }
    forget();
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, is_slack ? subcode : 0);
    EXPECT(!is_slack || passed.last.block == block);
    return is_slack;
}

TEST(slack_and_single_bits_are_judged_in_every_placement_and_size)
{
    static const char *const placements[] = {"verify=end", "verify=start", "verify=exact",
                                             "verify=alternate:seed=9", "verify=alternate:seed=10"};
    static const size_t sizes[] = {1, 50, 4090, 4096, 4097, 5000, 40000, 20u << 20};
    for (unsigned i = 0; i < COUNT_OF(placements); i++) {
        unsigned damaged = 0;
        verified(placements[i]);
        for (unsigned k = 0; k < COUNT_OF(sizes) * 2; k++) {
            struct request request = {.kind = POOL_NONPAGED,
                                      .is_malloc = k % 2 == 1,
                                      .tag = TAG,
                                      .size_bytes = sizes[k / 2]};
            damaged += damage(request, 0, 4, 0x32);
            damaged += damage(request, 0, 0x84, 0x24);
            damaged += damage(request, -1, 4, 0x32);
            damaged += damage(request, -1, 0x84, 0x23);
        }
        EXPECT(damaged >= COUNT_OF(sizes));
        expool_verifier_stop();
    }
}

TESTS_MAIN("special_judge")
