/* test_special_reuse.c - what special pool says of addresses that come round again. */
#include "tests/verified.h"

enum { PAGE = 4096, LARGE = 3 * PAGE + 77, UNIT = 2 * PAGE, LAP = 3 * 8192 };

/* Found by replay_verifier_seq --generate: the page in front of the new block was still told as the
 * freed block's. */
TEST(the_page_before_a_block_on_reused_addresses_is_its_guard)
{
    verified("quarantine_blocks=20000:verify=start");
    /* Three units each: one of the two lies so that its first unit waits while its second is handed
     * out. */
    unsigned char *large[] = {nonpaged(LARGE), nonpaged(LARGE)};
    ExFreePool(large[0]);
    ExFreePool(large[1]);
    EXPECT_EQUAL(touch(large[1] + PAGE, true), 0xD5);
    unsigned met = 0;
    for (unsigned i = 0; i < 2 * LAP && met < 1; i++) {
        unsigned char *block = nonpaged(100);
        if (block == large[0] + UNIT || block == large[1] + UNIT) {
            EXPECT_EQUAL(touch(block - 1, true), 0xD6);
            met++;
        }
        unsigned char *other = nonpaged(100);
        ExFreePool(block);
        ExFreePool(other);
    }
    EXPECT_EQUAL(met, 1);
}

/* Found by fuzz_verifier_protect: a lane that came to the end of its region forgot all of it, what
 * it had freed a moment ago, too. */
TEST(what_died_last_is_told_when_the_addresses_come_again)
{
    verified("quarantine_blocks=4096:tier=guard");
    unsigned char *first = nonpaged(100);
    unsigned char *before = NULL;
    unsigned char *last = first;
    for (unsigned i = 0; i < 2 * LAP && (last >= before || i < 2); i++) {
        ExFreePool(last);
        before = last;
        last = nonpaged(LARGE);
    }
    EXPECT(last < before); /* the lane has begun again */
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL(touch(before + i * PAGE, true), 0xD5);
        EXPECT(passed.last.block == before);
        EXPECT_EQUAL(passed.last.block_bytes, LARGE);
    }
    ExFreePool(last);
}

TEST(what_is_left_of_a_freed_block_is_still_freed)
{
    verified("quarantine_blocks=4096:tier=guard");
    unsigned char *large = nonpaged(LARGE); /* four pages: data, data | data, data | guard */
    ExFreePool(large);
    unsigned char *block = large + 1;
    for (unsigned i = 0; i < 2 * LAP && (block < large || block >= large + PAGE); i++) {
        block = nonpaged(100);
        ExFreePool(block);
    }
    EXPECT(block >= large && block < large + PAGE);
    EXPECT_EQUAL(touch(large + 2 * PAGE, true), 0xD5);
    EXPECT_EQUAL(touch(large + 3 * PAGE, true), 0xD5);
}

/* Found by fuzz_verifier_protect: pages that wait thinly spread over a region left no room for what
 * needs several units, and the lane came to addresses that had died a moment ago. */
TEST(addresses_rest_though_waiting_pages_are_spread_thinly)
{
    enum { WAITING = 700, BETWEEN = 9 * PAGE, WIDE = 33 * PAGE, SEEN = 100 };
    static void *singles[WAITING];
    static void *seen[SEEN];
    verified("quarantine_blocks=4096:tier=uffd");
    for (unsigned i = 0; i < WAITING; i++)
        singles[i] = nonpaged(100);
    for (unsigned i = 0; i < WAITING; i++) {
        ExFreePool(singles[i]); /* its page waits where the lane is */
        ExFreePool(nonpaged(BETWEEN));
        ExFreePool(nonpaged(BETWEEN));
    }
    for (unsigned i = 0; i < SEEN; i++) {
        seen[i] = nonpaged(WIDE);
        for (unsigned j = 0; j < i; j++)
            EXPECT(seen[j] != seen[i]);
        ExFreePool(seen[i]);
    }
}

TESTS_MAIN("special_reuse")
