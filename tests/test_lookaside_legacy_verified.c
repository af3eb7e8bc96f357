#include "tests/verified.h"

#include "expool/lookaside.h"

enum { SIZE = 96 };

static NPAGED_LOOKASIDE_LIST resident;
static PAGED_LOOKASIDE_LIST pageable;

TEST(nothing_is_kept_and_every_entry_is_guarded)
{
    verified("tier=mprotect");
    ExInitializeNPagedLookasideList(&resident, NULL, NULL, POOL_NX_ALLOCATION, SIZE, TAG, 0);
    UCHAR *entry = ExAllocateFromNPagedLookasideList(&resident);
    EXPECT_EQUAL(touch(entry + SIZE, true), 0xD6);
    ExFreeToNPagedLookasideList(&resident, entry);
    EXPECT_EQUAL(touch(entry, false), 0xD5);
    ExDeleteNPagedLookasideList(&resident);
}

TEST(starting_twice_and_deleting_what_is_none_are_stops)
{
    verified("tier=mprotect");
    ExDeletePagedLookasideList(&pageable);
    EXPECT_EQUAL(passed.last.subcode, 0xCB);
    EXPECT_EQUAL(passed.last.parameter[1], (ULONG_PTR)&pageable);
    ExInitializePagedLookasideList(&pageable, NULL, NULL, 0, SIZE, TAG, 0);
    EXPECT_EQUAL(passed.count, 1);
    ExInitializePagedLookasideList(&pageable, NULL, NULL, 0, SIZE, TAG, 0);
    EXPECT_EQUAL(passed.last.subcode, 0xCA);
    ExInitializeNPagedLookasideList(&resident, NULL, NULL, 0, 7, TAG, 0);
    EXPECT_EQUAL(passed.last.subcode, 0xCD);
    ExDeletePagedLookasideList(&pageable);
    ExDeleteNPagedLookasideList(&resident);
    EXPECT_EQUAL(passed.count, 3);
}

TEST(a_paged_list_at_dispatch_level_is_a_stop)
{
    KIRQL old;
    verified("tier=mprotect");
    ExInitializePagedLookasideList(&pageable, NULL, NULL, 0, SIZE, TAG, 0);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(ExAllocateFromPagedLookasideList(&pageable) == NULL);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x01);
    KeLowerIrql(old);
    ExDeletePagedLookasideList(&pageable);
}

TESTS_MAIN("lookaside_legacy_verified")
