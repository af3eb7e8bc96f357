#include "tests/expect.h"

#include <ntifs.h>

enum { BITS = 200, WORDS = 7, STEPS = 20000 };

static ULONG words[WORDS];
static bool model[BITS];

static RTL_BITMAP map_of(ULONG size)
{
    RTL_BITMAP map;
    RtlInitializeBitMap(&map, words, size);
    return map;
}

TEST(bits_are_set_cleared_and_tested_alone)
{
    RTL_BITMAP map = map_of(BITS);
    RtlClearAllBits(&map);
    RtlSetBit(&map, 0);
    RtlSetBit(&map, 63);
    EXPECT(words[0] == 1 && words[1] == 0x80000000);
    EXPECT(RtlTestBit(&map, 63) && !RtlTestBit(&map, 62) && RtlCheckBit(&map, 0) == 1);
    RtlClearBit(&map, 63);
    EXPECT_EQUAL(RtlNumberOfSetBits(&map), 1);
    RtlSetAllBits(&map);
    EXPECT_EQUAL(RtlNumberOfSetBits(&map), BITS);
    EXPECT_EQUAL(RtlNumberOfClearBits(&map), 0);
}

static ULONG model_find(ULONG count, ULONG from, ULONG below, bool value)
{
    for (ULONG start = from; start < below && start + count <= BITS; start++) {
        ULONG length = 0;
        while (length < count && model[start + length] == value)
            length++;
        if (length == count)
            return start;
    }
    return 0xffffffff;
}

static ULONG model_search(ULONG count, ULONG hint, bool value)
{
    ULONG start = model_find(count, hint, BITS, value);
    return start != 0xffffffff ? start : model_find(count, 0, hint, value);
}

static ULONG model_count(ULONG start, ULONG count)
{
    ULONG sum = 0;
    for (ULONG i = 0; i < count; i++)
        sum += model[start + i];
    return sum;
}

TEST(ranges_and_searches_agree_with_a_plain_array)
{
    RTL_BITMAP map = map_of(BITS);
    RtlClearAllBits(&map);
    words[WORDS - 1] |= 0xffffff00; /* bits behind the end do not count */
    srand(7);
    for (int step = 0; step < STEPS; step++) {
        ULONG start = (ULONG)rand() % BITS;
        ULONG count = 1 + (ULONG)rand() % (step % 7 == 0 ? BITS - start : min(12, BITS - start));
        bool value = rand() % 2;
        if (value)
            RtlSetBits(&map, start, count);
        else
            RtlClearBits(&map, start, count);
        for (ULONG i = 0; i < count; i++)
            model[start + i] = value;
        ULONG wanted = 1 + (ULONG)rand() % 9;
        ULONG hint = (ULONG)rand() % BITS;
        EXPECT_EQUAL(RtlFindSetBits(&map, wanted, hint), model_search(wanted, hint, true));
        EXPECT_EQUAL(RtlFindClearBits(&map, wanted, hint), model_search(wanted, hint, false));
        count = (ULONG)rand() % (BITS - hint);
        EXPECT_EQUAL(RtlNumberOfSetBitsInRange(&map, hint, count), model_count(hint, count));
        EXPECT_EQUAL(RtlNumberOfClearBitsInRange(&map, hint, count),
                     count - model_count(hint, count));
        EXPECT(RtlAreBitsSet(&map, hint, count) ==
               (count != 0 && model_count(hint, count) == count));
        EXPECT(RtlAreBitsClear(&map, hint, count) == (count != 0 && model_count(hint, count) == 0));
    }
}

TEST(finding_turns_the_bits)
{
    RTL_BITMAP map = map_of(64);
    RtlClearAllBits(&map);
    EXPECT_EQUAL(RtlFindClearBitsAndSet(&map, 40, 30), 0); /* no room behind the hint */
    EXPECT_EQUAL(RtlFindClearBitsAndSet(&map, 24, 0), 40);
    EXPECT_EQUAL(RtlFindClearBitsAndSet(&map, 1, 0), 0xffffffff);
    EXPECT_EQUAL(RtlFindSetBitsAndClear(&map, 8, 56), 56);
    EXPECT_EQUAL(RtlNumberOfClearBits(&map), 8);
    EXPECT_EQUAL(RtlFindClearBits(&map, 2, 1000), 56);
    EXPECT_EQUAL(RtlFindClearBits(&map, 65, 0), 0xffffffff);
    EXPECT(!RtlAreBitsSet(&map, 60, 5) && !RtlAreBitsClear(&map, 60, 5));
}

TEST(runs_are_found_in_order_or_by_length)
{
    RTL_BITMAP map = map_of(100);
    RTL_BITMAP_RUN runs[3];
    ULONG start;
    RtlSetAllBits(&map);
    RtlClearBits(&map, 5, 2);
    RtlClearBits(&map, 30, 10);
    RtlClearBits(&map, 50, 4);
    RtlClearBits(&map, 90, 10);
    EXPECT(RtlFindFirstRunClear(&map, &start) == 2 && start == 5);
    EXPECT(RtlFindNextForwardRunClear(&map, 32, &start) == 8 && start == 32);
    EXPECT(RtlFindNextForwardRunClear(&map, 54, &start) == 10 && start == 90);
    EXPECT(RtlFindLongestRunClear(&map, &start) == 10 && start == 30);
    EXPECT(RtlFindLastBackwardRunClear(&map, 89, &start) == 4 && start == 50);
    EXPECT(RtlFindLastBackwardRunClear(&map, 51, &start) == 2 && start == 50);
    EXPECT(RtlFindLastBackwardRunClear(&map, 4, &start) == 0);
    EXPECT_EQUAL(RtlFindClearRuns(&map, runs, 3, FALSE), 3);
    EXPECT(runs[0].StartingIndex == 5 && runs[2].StartingIndex == 50);
    EXPECT_EQUAL(RtlFindClearRuns(&map, runs, 3, TRUE), 3);
    EXPECT(runs[0].StartingIndex == 30 && runs[1].StartingIndex == 90 &&
           runs[2].StartingIndex == 50);
    RtlSetAllBits(&map);
    EXPECT(RtlFindFirstRunClear(&map, &start) == 0 && RtlFindLongestRunClear(&map, &start) == 0);
}

TEST(bitmaps_are_copied_in_parts)
{
    ULONG other_words[4] = {0};
    RTL_BITMAP map = map_of(40);
    RTL_BITMAP other;
    RtlInitializeBitMap(&other, other_words, 100);
    RtlClearAllBits(&map);
    RtlSetBits(&map, 3, 5);
    RtlCopyBitMap(&map, &other, 70);
    EXPECT(RtlAreBitsSet(&other, 73, 5));
    EXPECT_EQUAL(RtlNumberOfSetBits(&other), 5);
    RtlExtractBitMap(&other, &map, 72, 10);
    EXPECT(RtlAreBitsSet(&map, 1, 5) && RtlAreBitsClear(&map, 6, 4));
}

TEST(the_outermost_bits_of_a_number)
{
    EXPECT_EQUAL(RtlFindMostSignificantBit(0x8000000000000001), 63);
    EXPECT_EQUAL(RtlFindLeastSignificantBit(0x8000000000000010), 4);
    EXPECT(RtlFindMostSignificantBit(0) == -1 && RtlFindLeastSignificantBit(0) == -1);
    EXPECT_EQUAL(RtlNumberOfSetBitsUlongPtr(0xff00ff), 16);
}

TESTS_MAIN("rtl_bitmap")
