#include "tests/verified.h"

enum { SIZE = 96 };

static unsigned char *with_priority(EX_POOL_PRIORITY priority)
{
    return ExAllocatePoolWithTagPriority(NonPagedPoolNx, SIZE, TAG, priority);
}

TEST(underrun_puts_the_block_at_its_pages_start)
{
    verified("tier=mprotect");
    unsigned char *block = with_priority(NormalPoolPrioritySpecialPoolUnderrun);
    EXPECT_EQUAL((ULONG_PTR)block % PAGE_SIZE, 0);
    EXPECT_EQUAL(touch(block - 1, true), 0xD6);
    ExFreePoolWithTag(block, TAG);
}

TEST(overrun_puts_it_at_the_end_whatever_the_option)
{
    verified("tier=mprotect:verify=start");
    unsigned char *block = with_priority(LowPoolPrioritySpecialPoolOverrun);
    EXPECT_EQUAL((ULONG_PTR)(block + SIZE) % PAGE_SIZE, 0);
    EXPECT_EQUAL(touch(block + SIZE, true), 0xD6);
    ExFreePoolWithTag(block, TAG);
}

TEST(without_a_wish_the_option_decides)
{
    verified("tier=mprotect:verify=start");
    unsigned char *block = with_priority(HighPoolPriority);
    EXPECT_EQUAL((ULONG_PTR)block % PAGE_SIZE, 0);
    ExFreePoolWithTag(block, TAG);
}

TESTS_MAIN("special_placement")
