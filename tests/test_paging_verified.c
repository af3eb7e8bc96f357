/* Paging beside the verifier: its handler brings pages in, too. */
#include "tests/expect.h"
#include "tests/verified.h"

#include "expool/paging.h"
#include "pool/os_guard.h"

enum { SMALL = 200, KERNEL_FAULT = 0x0A, DRIVER_FAULT = 0xD1 };

/* A block in normal pool, paged out. */
static unsigned char *out_block(void)
{
    verified("special_pool=none:leaks=off");
    unsigned char *block = ExAllocatePoolWithTag(PagedPool, SMALL, TAG);
    memset(block, 7, SMALL);
    EXPECT(expool_trim() > 0);
    EXPECT(os_is_dead(block));
    return block;
}

TEST(a_page_comes_back_under_the_verifier)
{
    unsigned char *block = out_block();
    EXPECT_EQUAL(touch(block, false), 0);
    EXPECT_EQUAL(block[SMALL - 1], 7);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(at_dispatch_the_verifier_says_whose_code_it_was)
{
    unsigned char *block = out_block();
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQUAL(touch(block, true), DRIVER_FAULT);
    KeLowerIrql(old);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(touch(block, false), 0);
}

TEST(special_pool_stays_in_memory)
{
    verified("");
    unsigned char *block = ExAllocatePoolWithTag(PagedPool, SMALL, TAG);
    expool_trim();
    EXPECT(!os_is_dead(block));
    ExFreePoolWithTag(block, TAG);
}

TEST(a_verifier_that_starts_later_takes_over)
{
    unsigned char *block = ExAllocatePoolWithTag(PagedPool, SMALL, TAG);
    memset(block, 7, SMALL);
    expool_trim();
    verified("leaks=off");
    EXPECT_EQUAL(block[0], 7); /* by the verifier's handler */
    unsigned char *guarded = ExAllocatePoolWithTag(PagedPool, SMALL, TAG);
    EXPECT(touch(guarded + 4096, false) != 0);
    ExFreePoolWithTag(guarded, TAG);
    ExFreePoolWithTag(block, TAG);
}

TESTS_MAIN("paging_verified")
