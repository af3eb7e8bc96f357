#include "tests/expect.h"

#include "expool/pool.h"
#include "expool/statistics.h"

enum { TAG = 'tatS', BLOCKS = 50 };

static struct expool_class_statistics class_of(enum expool_class pool_class)
{
    struct expool_class_statistics statistics;
    expool_class_statistics_get(pool_class, &statistics);
    return statistics;
}

TEST(a_fresh_pool_counts_nothing)
{
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        struct expool_class_statistics now = class_of((enum expool_class)i);
        EXPECT_EQUAL(now.allocations, 0);
        EXPECT_EQUAL(now.bytes, 0);
        EXPECT_EQUAL(now.pages, 0);
    }
    EXPECT(expool_pool_check() == NULL);
    EXPECT_EQUAL(expool_tag_statistics_list(NULL, 0), 0);
}

TEST(both_non_paged_pools_are_one_class)
{
    void *nx = ExAllocatePoolWithTag(NonPagedPoolNx, 4096, TAG);
    void *executable = ExAllocatePoolWithTag(NonPagedPool, 4096, TAG);
    EXPECT_EQUAL(class_of(EXPOOL_CLASS_NONPAGED).allocations, 2);
    EXPECT_EQUAL(class_of(EXPOOL_CLASS_NONPAGED).pages, 2);
    EXPECT_EQUAL(class_of(EXPOOL_CLASS_PAGED).allocations, 0);
    ExFreePool(nx);
    ExFreePool(executable);
}

TEST(bytes_charged_and_bytes_free_fill_the_pages)
{
    void *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = ExAllocatePoolWithTag(PagedPool, 1 + i * 150, TAG);
    struct expool_class_statistics now = class_of(EXPOOL_CLASS_PAGED);
    EXPECT_EQUAL(now.bytes + now.free_bytes, now.pages * 4096);
    for (unsigned i = 0; i < BLOCKS; i += 2)
        ExFreePool(blocks[i]);
    now = class_of(EXPOOL_CLASS_PAGED);
    EXPECT_EQUAL(now.bytes + now.free_bytes, now.pages * 4096);
    for (unsigned i = 1; i < BLOCKS; i += 2)
        ExFreePool(blocks[i]);
    now = class_of(EXPOOL_CLASS_PAGED);
    EXPECT_EQUAL(now.bytes, 0);
    EXPECT_EQUAL(now.free_bytes, now.pages * 4096); /* the thread's cache keeps some */
    EXPECT(now.cached_bytes > 0 && now.cached_bytes <= now.free_bytes);
    expool_pool_trim();
    now = class_of(EXPOOL_CLASS_PAGED);
    EXPECT_EQUAL(now.free_bytes, 0);
    EXPECT_EQUAL(now.pages, 0);
    EXPECT_EQUAL(now.frees, BLOCKS);
    EXPECT(now.peak_bytes > 0);
}

TEST(a_refused_free_changes_no_count)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    struct expool_class_statistics before = class_of(EXPOOL_CLASS_PAGED);
    EXPECT_BUGCHECK(0xC2, 0x0A)
    {
        ExFreePoolWithTag(block, 'rhtO');
    }
    struct expool_class_statistics after = class_of(EXPOOL_CLASS_PAGED);
    EXPECT(memcmp(&before, &after, sizeof before) == 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(the_check_names_what_is_wrong)
{
    char *block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    block[-8] ^= 1; /* the tag in the header */
    EXPECT_TEXT(expool_pool_check(), "seal");
    block[-8] ^= 1;
    EXPECT(expool_pool_check() == NULL);
    ExFreePool(block);
}

TESTS_MAIN("statistics")
