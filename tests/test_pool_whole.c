#include "tests/expect.h"

#include "expool/budget.h"
#include "expool/host.h"
#include "expool/irql.h"
#include "expool/paging.h"
#include "expool/pool.h"
#include "expool/statistics.h"
#include "pool/heap.h"
#include "pool/pool.h"

#include <string.h>
#include <sys/mman.h>

enum { TAG = 0x74736554, BLOCKS = 96, ROUNDS = 400, SIZES = 5 };

/* Where the blocks of some lively work lay, one after the other. */
static uintptr_t work(unsigned seed)
{
    static const unsigned sizes[SIZES] = {24, 24, 200, 1500, 9000};
    static void *blocks[BLOCKS];
    uintptr_t places = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = seed * 1103515245u + 12345u;
        void **block = &blocks[(seed >> 16) % BLOCKS];
        unsigned size = sizes[(seed >> 8) % SIZES];
        uint64_t flags = (seed & 0x10000000) != 0 ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED;
        if (*block != NULL) {
            ExFreePoolWithTag(*block, TAG);
            *block = NULL;
            continue;
        }
        *block = ExAllocatePool2(flags | POOL_FLAG_UNINITIALIZED, size, TAG);
        EXPECT(*block != NULL);
        memset(*block, 0x5a, size);
        places = places * 31 + (uintptr_t)*block;
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks[i] != NULL)
            ExFreePoolWithTag(blocks[i], TAG);
    memset(blocks, 0, sizeof blocks);
    return places;
}

static void expect_the_same_places(void)
{
    EXPECT(expool_pool_restart());
    uintptr_t first = work(1);
    (void)work(2);
    EXPECT(expool_pool_restart());
    EXPECT_EQUAL(work(1), first);
    EXPECT(expool_pool_check() == NULL);
}

TEST(after_a_restart_blocks_lie_where_they_lay)
{
    expect_the_same_places();
}

TEST(after_a_restart_no_size_is_busy_and_slots_are_drawn_from_the_start)
{
    EXPECT(expool_pool_restart());
    EXPECT_EQUAL(expool_options_set("seed=7:backend=segment"), 0);
    expect_the_same_places();
    EXPECT(expool_pool_restart());
    EXPECT_EQUAL(expool_options_set("backend=classic"), 0);
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Pages are cleared up to 8 MiB; more go back to the system. */
TEST(what_was_used_reads_as_zero_after_a_restart)
{
    static const size_t sizes[] = {3 * 4096, 200 * 4096, 3000 * 4096};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        EXPECT(expool_pool_restart());
        unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizes[i], TAG);
        memset(block, 0x5a, sizes[i]);
        ExFreePoolWithTag(block, TAG);
        EXPECT(expool_pool_restart());
        unsigned char *again =
            ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, sizes[i], TAG);
        EXPECT(again == block);
        EXPECT(is_zero(again, sizes[i]));
        ExFreePoolWithTag(again, TAG);
    }
}

static size_t count_resident(void *start, size_t pages)
{
    static unsigned char is_resident[4096];
    size_t count = 0;
    EXPECT(pages <= sizeof is_resident && mincore(start, pages * 4096, is_resident) == 0);
    for (size_t i = 0; i < pages; i++)
        count += is_resident[i] & 1u;
    return count;
}

TEST(a_restart_keeps_pages_for_who_comes_next_up_to_a_bound)
{
    static const size_t used[] = {300, 3000};
    static const size_t kept[] = {300, 2048};
    for (unsigned i = 0; i < 2; i++) {
        EXPECT(expool_pool_restart());
        unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, used[i] * 4096, TAG);
        memset(block, 0x5a, used[i] * 4096);
        ExFreePoolWithTag(block, TAG);
        EXPECT(expool_pool_restart());
        EXPECT_EQUAL(count_resident(block, used[i]), kept[i]);
    }
}

TEST(what_is_in_use_survives_a_restart)
{
    unsigned char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, TAG);
    memset(block, 0x5a, 100);
    ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG), TAG);
    EXPECT(!expool_pool_restart());
    EXPECT(block[0] == 0x5a && block[99] == 0x5a);
    EXPECT(expool_pool_check() == NULL);
    struct expool_class_statistics paged;
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &paged);
    EXPECT_EQUAL(paged.pages + paged.cached_pages + paged.cached_bytes, 0);
    ExFreePoolWithTag(block, TAG);
    EXPECT(expool_pool_restart());
}

TEST(a_restart_at_dispatch_level_does_nothing)
{
    KIRQL before;
    ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG), TAG);
    (void)expool_trim(); /* the cached block's page is out */
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    EXPECT(!expool_pool_restart());
    KeLowerIrql(before);
    EXPECT(expool_pool_restart());
}

TEST(a_restart_begins_peaks_at_what_is_in_use)
{
    struct expool_budget budget;
    (void)work(3);
    EXPECT(expool_pool_restart());
    expool_budget_get(EXPOOL_CLASS_NONPAGED, &budget);
    EXPECT_EQUAL(budget.peak_bytes, 0);
}

TEST(a_restart_keeps_what_was_counted_and_begins_tags_peaks_anew)
{
    struct expool_tag_statistics before;
    struct expool_tag_statistics after;
    (void)work(4);
    expool_tag_statistics_get(TAG, &before);
    EXPECT(before.pool[0].peak_bytes > 0);
    EXPECT(expool_pool_restart());
    expool_tag_statistics_get(TAG, &after);
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        EXPECT_EQUAL(after.pool[i].allocations, before.pool[i].allocations);
        EXPECT_EQUAL(after.pool[i].frees, before.pool[i].frees);
        EXPECT_EQUAL(after.pool[i].bytes + after.pool[i].peak_bytes, 0);
    }
}

TEST(empty_pools_begin_anew_at_the_hosts_time)
{
    expool_clock_set(9000);
    EXPECT(expool_pool_restart());
    expool_clock_set(1000);
    EXPECT(expool_pool_restart());
    EXPECT_EQUAL(pool_heap(POOL_PAGED)->pages.settled_ms, 1000);
    expool_clock_set(0);
}

TESTS_MAIN("pool_whole")
