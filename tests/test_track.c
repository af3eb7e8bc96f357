#include "verifier/track.h"

#include "tests/threads.h"
#include "tests/verified.h"

#include "expool/budget.h"
#include "expool/paging.h"
#include "expool/statistics.h"
#include "pool/block.h"

#include <stdatomic.h>

static unsigned char *paged(size_t size_bytes)
{
    return ExAllocatePoolWithTag(PagedPool, size_bytes, TAG);
}

static void in_normal_pool(void)
{
    verified("special_pool=none");
}

TEST(a_block_in_normal_pool_is_known_with_its_size_and_its_past)
{
    struct story story;
    in_normal_pool();
    unsigned char *block = nonpaged(33);
    EXPECT(track_tell(block, &story));
    EXPECT_EQUAL(story.size_bytes, 33);
    EXPECT(story.is_live && story.has_details && story.allocated_stack != 0);
    ExFreePool(block);
    EXPECT(track_tell(block, &story));
    EXPECT(!story.is_live && story.freed_stack != 0);
    EXPECT_EQUAL(passed.count, 0);
}

/* Sizes on both sides of a unit, of a page, of the largest small block. */
static const size_t sizes[] = {1, 8, 15, 16, 17, 4063, 4064, 4079, 4080, 4081, 4096, 5000, 8192};

TEST(one_byte_past_any_end_is_51_at_the_free)
{
    in_normal_pool();
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = i % 2 == 0 ? nonpaged(sizes[i]) : paged(sizes[i]);
        memset(block, 0x11, sizes[i]);
        poke(block + sizes[i], 0x12);
        forget();
        ExFreePool(block);
        EXPECT_EQUAL(passed.count, 1);
        EXPECT_EQUAL(passed.last.code, 0xC4);
        EXPECT_EQUAL(passed.last.parameter[0], 0x51);
        EXPECT_EQUAL(passed.last.parameter[1], block);
        EXPECT_EQUAL(passed.last.parameter[2], block + sizes[i]);
        EXPECT_EQUAL(passed.last.parameter[3], sizes[i]);
    }
}

TEST(a_block_used_to_its_last_byte_is_freed_in_silence)
{
    in_normal_pool();
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = nonpaged(sizes[i]);
        memset(block, 0x11, sizes[i]);
        ExFreePoolWithTag(block, TAG);
    }
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(track_live(), 0);
}

TEST(twice_is_13_small_and_10_big)
{
    in_normal_pool();
    unsigned char *block = nonpaged(100);
    const struct block *header = block_of_data(block);
    ExFreePool(block);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.parameter[0], 0x13);
    EXPECT_EQUAL(passed.last.parameter[2], header);
    EXPECT_EQUAL(passed.last.parameter[3], block_contents(header));
    block = paged(10000);
    ExFreePool(block);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.parameter[0], 0x10);
    EXPECT_EQUAL(passed.last.parameter[1], block);
    EXPECT_EQUAL(passed.count, 2);
}

TEST(twice_with_many_frees_between_is_still_13)
{
    in_normal_pool();
    unsigned char *block = nonpaged(100);
    unsigned char *others[100];
    for (unsigned i = 0; i < 100; i++)
        others[i] = nonpaged(200 + i);
    ExFreePool(block);
    for (unsigned i = 0; i < 100; i++)
        ExFreePool(others[i]);
    EXPECT_EQUAL(passed.count, 0);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, 0x13);
}

TEST(tag_irql_and_exact_size_are_judged)
{
    KIRQL irql;
    in_normal_pool();
    unsigned char *block = paged(100);
    ExFreePoolWithTag(block, 'rehO');
    EXPECT_EQUAL(passed.last.code, 0xC2);
    EXPECT_EQUAL(passed.last.subcode, 0x0A);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    ExFreePoolWithTag(block, 'rehO');
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x11);
    EXPECT_EQUAL(passed.last.parameter[3], block);
    KeLowerIrql(irql);
    ExpFreePool2(block, TAG, 101, 0);
    EXPECT_EQUAL(passed.last.subcode, 0x13F);
    EXPECT_EQUAL(passed.last.parameter[2], 101);
    EXPECT_EQUAL(passed.last.parameter[3], 100);
    forget();
    ExpFreePool2(block, TAG, 100, 0);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(what_was_not_tracked_may_take_the_place_of_what_was)
{
    in_normal_pool();
    unsigned char *block = nonpaged(100);
    ExFreePool(block);
    EXPECT(expool_verifier_flags_set(0x1)); /* special pool alone: nothing is tracked */
    unsigned char *again = nonpaged(116);
    unsigned char *other = nonpaged(100);
    ExFreePool(again);
    ExFreePool(other);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(leaks_in_normal_pool_are_counted_and_a_reset_frees_them)
{
    in_normal_pool();
    for (unsigned i = 0; i < 10; i++)
        nonpaged(100 + i);
    EXPECT_EQUAL(expool_verifier_report_leaks(), 10);
    EXPECT_EQUAL(passed.last.parameter[3], 10);
    EXPECT_EQUAL(passed.last.block_bytes, 100);
    EXPECT_EQUAL(expool_verifier_sweep(), 10);
    EXPECT_EQUAL(expool_verifier_reset(), 10);
    EXPECT_EQUAL(track_live(), 0);
    EXPECT(expool_pool_check() == NULL);
}

static atomic_bool is_swept;

static void *come_and_go(void *argument)
{
    uintptr_t size_bytes = 0;
    (void)argument;
    while (!atomic_load(&is_swept)) {
        unsigned char *blocks[64];
        for (unsigned i = 0; i < 64; i++)
            blocks[i] = nonpaged(16 + (size_bytes = (size_bytes + 37) % 900));
        for (unsigned i = 0; i < 64; i++) {
            memset(blocks[i], 0x11, 16);
            ExFreePoolWithTag(blocks[i], TAG);
        }
    }
    return NULL;
}

/* Live ones are found by a bit each, 64 at a time. */
TEST(the_few_that_live_are_found_among_many_dead)
{
    static unsigned char *blocks[600];
    static const unsigned living[] = {0, 63, 64, 127, 319, 599};
    enum { LIVING = sizeof living / sizeof living[0] };
    in_normal_pool();
    for (unsigned i = 0; i < 600; i++)
        blocks[i] = nonpaged(24);
    for (unsigned i = 0, next = 0; i < 600; i++)
        if (next < LIVING && living[next] == i)
            next++;
        else
            ExFreePoolWithTag(blocks[i], TAG);
    EXPECT_EQUAL(expool_verifier_sweep(), LIVING);
    for (unsigned i = 0; i < LIVING; i++) {
        ExFreePoolWithTag(blocks[living[i]], TAG);
        EXPECT_EQUAL(expool_verifier_sweep(), LIVING - 1 - i);
    }
    EXPECT_EQUAL(passed.count, 0);
}

/* `verifier /sweep` asks for one while the process works. */
TEST(a_sweep_takes_nothing_that_comes_and_goes_for_damage)
{
    static const char *const pools[] = {"special_pool=none", "special_pool=all"};
    for (unsigned i = 0; i < 2; i++) {
        verified(pools[i]);
        unsigned char *kept = nonpaged(50);
        atomic_store(&is_swept, false);
        pthread_t threads[] = {start(come_and_go, NULL), start(come_and_go, NULL)};
        for (unsigned round = 0; round < 5000; round++)
            EXPECT(expool_verifier_sweep() >= 1);
        atomic_store(&is_swept, true);
        joined(threads[0]);
        joined(threads[1]);
        EXPECT_EQUAL(passed.count, 0);
        poke(kept + 50, 'x');
        expool_verifier_sweep();
        EXPECT_EQUAL(passed.count, 1);
        ExFreePoolWithTag(kept, TAG);
        EXPECT_EQUAL(expool_verifier_stop(), 0);
    }
}

TEST(a_sweep_at_dispatch_level_may_look_at_paged_blocks)
{
    static const char *const pools[] = {"special_pool=none", "special_pool=all"};
    for (unsigned i = 0; i < 2; i++) {
        verified(pools[i]);
        unsigned char *block = paged(50);
        KIRQL irql;
        KeRaiseIrql(DISPATCH_LEVEL, &irql);
        EXPECT(expool_verifier_sweep() >= 1);
        EXPECT_EQUAL(passed.count, 0);
        KeLowerIrql(irql);
        ExFreePoolWithTag(block, TAG);
    }
}

TEST(more_blocks_come_and_go_than_are_remembered)
{
    in_normal_pool();
    unsigned char *blocks[64];
    for (unsigned round = 0; round < 3000; round++) {
        for (unsigned i = 0; i < 64; i++)
            blocks[i] = nonpaged(16 + (round * 7 + i * 13) % 900);
        for (unsigned i = 0; i < 64; i++)
            ExFreePoolWithTag(blocks[i], TAG);
    }
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(track_live(), 0);
    EXPECT_EQUAL(track_not_count(), 0);
}

/* Its first free is long ago, its last is not. */
TEST(a_block_is_remembered_from_its_last_free_on)
{
    enum { BEFORE = 50000, BEHIND = 30000 };
    static void *others[BEFORE + BEHIND];
    struct story story;
    in_normal_pool();
    for (unsigned i = 0; i < BEFORE + BEHIND; i++)
        others[i] = nonpaged(16);
    void *block = nonpaged(1000);
    ExFreePool(block);
    for (unsigned i = 0; i < BEFORE; i++)
        ExFreePool(others[i]);
    EXPECT(nonpaged(1000) == block);
    ExFreePool(block);
    for (unsigned i = BEFORE; i < BEFORE + BEHIND; i++)
        ExFreePool(others[i]);
    EXPECT(track_tell(block, &story));
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_second_free_is_told_at_dispatch_level_of_a_page_that_is_out)
{
    in_normal_pool();
    unsigned char *kept = paged(100);
    unsigned char *block = paged(100);
    KIRQL irql;
    ExFreePool(block);
    EXPECT(expool_trim() > 0);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    ExFreePool(block);
    KeLowerIrql(irql);
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x13);
    ExFreePool(kept);
}

TEST(the_bytes_that_may_be_used_end_where_the_pattern_begins)
{
    in_normal_pool();
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = nonpaged(sizes[i]);
        memset(block, 0x11, ExQueryPoolBlockSize(block, NULL));
        EXPECT_EQUAL(ExQueryPoolBlockSize(block, NULL), sizes[i]);
        ExFreePool(block);
        EXPECT_EQUAL(passed.count, 0);
    }
}

TEST(a_block_where_a_tracked_one_was_has_its_bytes)
{
    in_normal_pool();
    for (unsigned i = 0; i < 2; i++) { /* with tracking, then without: the same place */
        unsigned char *block = nonpaged(40);
        EXPECT(ExQueryPoolBlockSize(block, NULL) >= 40);
        ExFreePool(block);
        EXPECT(expool_verifier_flags_set(0x10));
    }
    EXPECT_EQUAL(passed.count, 0);
}

static void expect_reset_at_any_irql(const char *options_text)
{
    verified(options_text);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 4096 * 4); /* conditions change */
    for (KIRQL irql = PASSIVE_LEVEL; irql <= HIGH_LEVEL; irql++) {
        KIRQL before;
        EXPECT(paged(9000) != NULL);
        nonpaged(60);
        KeRaiseIrql(irql, &before);
        EXPECT_EQUAL(expool_verifier_reset(), 2);
        EXPECT_EQUAL(KeGetCurrentIrql(), irql);
        EXPECT_EQUAL(expool_verifier_reset(), 0);
        KeLowerIrql(before);
    }
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(expool_verifier_stop(), 0);
}

TEST(a_reset_frees_everything_at_any_irql)
{
    expect_reset_at_any_irql("special_pool=none");
    expect_reset_at_any_irql("special_pool=all");
}

TESTS_MAIN("track")
