#include "tests/expect.h"

#include "expool/lookaside.h"
#include "expool/statistics.h"
#include "expool/status.h"

enum { TAG = 'kooL', SIZE = 100, MANY = 600 };

static LOOKASIDE_LIST_EX list;

static void start(POOL_TYPE type)
{
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, type, 0, SIZE, TAG, 20), 0);
}

static uint64_t live(void)
{
    struct expool_tag_statistics tag;
    expool_tag_statistics_get(TAG, &tag);
    return tag.pool[0].allocations - tag.pool[0].frees + tag.pool[1].allocations -
           tag.pool[1].frees;
}

TEST(initialising_allocates_nothing_and_ignores_the_depth)
{
    start(NonPagedPoolNx);
    EXPECT_EQUAL(live(), 0);
    EXPECT_EQUAL(list.L.Depth, 4);
    EXPECT_EQUAL(list.L.MaximumDepth, EX_MAXIMUM_LOOKASIDE_DEPTH_BASE);
    ExDeleteLookasideListEx(&list);
}

TEST(bad_types_and_flags_are_refused)
{
    const ULONG both =
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL | EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, DontUseThisType, 0, SIZE, TAG, 0),
                 STATUS_INVALID_PARAMETER_4);
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, both, SIZE, TAG, 0),
                 STATUS_INVALID_PARAMETER_5);
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 8, SIZE, TAG, 0),
                 STATUS_INVALID_PARAMETER_5);
}

TEST(a_size_that_no_list_can_hold_is_refused)
{
    EXPECT_EQUAL(
        ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, (SIZE_T)1 << 32, TAG, 0),
        STATUS_INVALID_PARAMETER_6);
}

TEST(the_entry_freed_last_comes_back_first_and_dirty)
{
    start(PagedPool);
    unsigned char *first = ExAllocateFromLookasideListEx(&list);
    unsigned char *second = ExAllocateFromLookasideListEx(&list);
    memset(first, 0x77, SIZE);
    ExFreeToLookasideListEx(&list, second);
    ExFreeToLookasideListEx(&list, first);
    EXPECT(ExAllocateFromLookasideListEx(&list) == first);
    EXPECT_EQUAL(first[SIZE - 1], 0x77);
    EXPECT(ExAllocateFromLookasideListEx(&list) == second);
    EXPECT_EQUAL(list.L.TotalAllocates, 4);
    EXPECT_EQUAL(list.L.AllocateMisses, 2);
    EXPECT_EQUAL(list.L.TotalFrees, 2);
    ExFreeToLookasideListEx(&list, first);
    ExFreeToLookasideListEx(&list, second);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(live(), 0);
}

TEST(a_full_list_frees_and_grows_with_demand)
{
    void *entries[MANY];
    start(NonPagedPoolNx);
    for (unsigned i = 0; i < MANY; i++)
        entries[i] = ExAllocateFromLookasideListEx(&list);
    EXPECT(list.L.Depth > 4);
    EXPECT(list.L.Depth <= EX_MAXIMUM_LOOKASIDE_DEPTH_BASE);
    for (unsigned i = 0; i < MANY; i++)
        ExFreeToLookasideListEx(&list, entries[i]);
    EXPECT_EQUAL(live(), list.L.Depth);
    EXPECT_EQUAL(list.L.FreeMisses, (ULONG)MANY - list.L.Depth);
    ExFlushLookasideListEx(&list);
    EXPECT_EQUAL(live(), 0);
    ExDeleteLookasideListEx(&list);
}

static unsigned allocations;
static unsigned frees;

static PVOID allocate(POOL_TYPE type, SIZE_T size, ULONG tag, struct _LOOKASIDE_LIST_EX *from)
{
    allocations += from == &list;
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID release(PVOID entry, struct _LOOKASIDE_LIST_EX *from)
{
    frees += from == &list;
    ExFreePoolWithTag(entry, TAG);
}

TEST(routines_of_the_drivers_own_are_used)
{
    ExInitializeLookasideListEx(&list, allocate, release, PagedPool, 0, SIZE, TAG, 0);
    void *entry = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_EQUAL(allocations, 1);
    EXPECT_EQUAL(frees, 0);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(frees, 1);
}

TEST(raise_on_fail_raises)
{
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool,
                                EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, SIZE, TAG, 0);
    EXPECT_EQUAL(list.L.Type & POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_RAISE_IF_ALLOCATION_FAILURE);
}

TESTS_MAIN("lookaside")
