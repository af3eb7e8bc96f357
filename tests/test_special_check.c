#include "tests/verified.h"

#include "expool/types.h"
#include "verifier/lane.h"
#include "verifier/space.h"
#include "verifier/special.h"

static void allocate_and_free(const char *settings)
{
    static const size_t sizes[] = {1, 100, 4096, 4097, 70000, 20u << 20};
    enum { SIZES = sizeof sizes / sizeof sizes[0], TIMES = 1500 };
    void *blocks[SIZES];
    verified(settings);
    for (unsigned i = 0; i < SIZES; i++)
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, sizes[i], TAG);
    EXPECT(expool_verifier_check() == NULL);
    for (unsigned i = 0; i < TIMES; i++)
        ExFreePool(ExAllocatePoolWithTag(PagedPool, 1 + i * 13 % 9000, TAG));
    EXPECT(expool_verifier_check() == NULL);
    for (unsigned i = 0; i < SIZES; i++)
        ExFreePool(blocks[i]);
    EXPECT(expool_verifier_check() == NULL);
}

TEST(special_pool_is_sound_whatever_becomes_of_freed_pages)
{
    allocate_and_free("reuse=recycle");
    expool_verifier_stop();
    allocate_and_free("reuse=protect");
}

TEST(special_pool_is_sound_when_addresses_come_round)
{
    allocate_and_free("reuse=protect:quarantine_blocks=1000");
}

TEST(special_pool_is_sound_by_guard_pages)
{
    allocate_and_free("tier=guard");
}

TEST(special_pool_is_sound_when_it_was_full)
{
    enum { MANY = 1000 };
    static void *blocks[MANY];
    verified("special_pool_mb=1:special_pool_full=fallback");
    for (unsigned i = 0; i < MANY; i++)
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, 5000, TAG);
    EXPECT(expool_verifier_check() == NULL);
    for (unsigned i = 0; i < MANY; i++)
        ExFreePool(blocks[i]);
    EXPECT(expool_verifier_check() == NULL);
}

TEST(a_page_that_one_account_has_and_another_has_not_is_told)
{
    verified("reuse=recycle");
    EXPECT(expool_verifier_check() == NULL);
    void *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    special.pages_taken++;
    EXPECT_TEXT(expool_verifier_check(), "budget");
    special.pages_taken--;
    struct stretch *stretch = &space.stretches[space_unit(block) / STRETCH_UNITS];
    stretch->taken++;
    EXPECT_TEXT(expool_verifier_check(), "a stretch");
    stretch->taken--;
    ExFreePool(block);
    struct lane *lane = &lanes_mine()->lane[false];
    lane->resting_count--;
    EXPECT_TEXT(expool_verifier_check(), "rest");
    lane->resting_count++;
    EXPECT(expool_verifier_check() == NULL);
}

TESTS_MAIN("special_check")
