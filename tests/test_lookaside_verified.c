#include "tests/verified.h"

#include "expool/lookaside.h"

enum { SIZE = 96 };

static LOOKASIDE_LIST_EX list;

static void start(POOL_TYPE type)
{
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, type, 0, SIZE, TAG, 0), 0);
}

TEST(nothing_is_kept_and_every_entry_is_guarded)
{
    verified("tier=guard");
    start(NonPagedPoolNx);
    UCHAR *entry = ExAllocateFromLookasideListEx(&list);
    EXPECT_EQUAL(touch(entry + SIZE, true), 0xD6);
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_EQUAL(touch(entry, false), 0xD5);
    EXPECT_EQUAL(list.L.AllocateMisses, 1);
    EXPECT_EQUAL(list.L.FreeMisses, 1);
    ExDeleteLookasideListEx(&list);
}

TEST(entries_kept_before_the_start_are_freed_by_delete)
{
    start(NonPagedPoolNx);
    void *entry = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, entry);
    verified("tier=guard");
    EXPECT(ExAllocateFromLookasideListEx(&list) != entry);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(passed.count, 0);
    ExFreePoolWithTag(entry, TAG); /* again: it has gone back to the pool */
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(expool_verifier_reset(), 1);
}

TEST(deleting_a_list_that_is_none_is_a_stop)
{
    verified("tier=guard");
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0xCB);
    EXPECT_EQUAL(passed.last.parameter[1], (ULONG_PTR)&list);
    start(PagedPool);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(passed.count, 1);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(passed.count, 2);
}

TEST(initialising_twice_is_a_stop_and_after_a_delete_none)
{
    verified("tier=guard");
    start(PagedPool);
    ExDeleteLookasideListEx(&list);
    start(PagedPool);
    EXPECT_EQUAL(passed.count, 0);
    start(PagedPool);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0xCA);
    EXPECT_EQUAL(passed.last.parameter[1], (ULONG_PTR)&list);
}

TEST(tiny_entries_are_a_stop)
{
    verified("tier=guard");
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 7, TAG, 0);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0xCD);
    EXPECT_EQUAL(passed.last.parameter[2], 7);
    EXPECT_EQUAL(passed.last.parameter[3], LOOKASIDE_MINIMUM_BLOCK_SIZE);
    forget();
    ExDeleteLookasideListEx(&list);
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 8, TAG, 0);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_paged_list_obeys_the_irql)
{
    verified("tier=guard");
    start(PagedPool);
    void *entry = ExAllocateFromLookasideListEx(&list);
    KIRQL old = KfRaiseIrql(DISPATCH_LEVEL);
    EXPECT(ExAllocateFromLookasideListEx(&list) == NULL);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x01);
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_EQUAL(passed.last.code, 0xC1);
    EXPECT_EQUAL(passed.last.subcode, 0x31);
    EXPECT_EQUAL(passed.count, 2);
    KeLowerIrql(old);
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_EQUAL(passed.count, 2);
}

TESTS_MAIN("lookaside_verified")
