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

TESTS_MAIN("special_reuse")
