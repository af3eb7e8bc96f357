#include "tests/expect.h"

#include "expool/budget.h"
#include "expool/lookaside.h"
#include "expool/seh.h"
#include "expool/statistics.h"
#include "expool/status.h"
#include "pool/lookaside.h"

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

/* `seconds` go by. */
static void wait_for(uint32_t seconds)
{
    lookaside_follow_demand(&list.L, list.L.Future[1] + seconds);
}

TEST(a_full_list_frees_and_grows_with_demand)
{
    void *entries[MANY];
    start(NonPagedPoolNx);
    for (unsigned i = 0; i < MANY; i++)
        entries[i] = ExAllocateFromLookasideListEx(&list);
    EXPECT(list.L.Depth <= 8); /* a second may have gone by */
    list.L.Depth = 4;
    list.L.LastTotalAllocates = list.L.LastAllocateMisses = 0;
    wait_for(1);
    EXPECT_EQUAL(list.L.Depth, 8);
    for (unsigned i = 0; i < MANY; i++)
        ExFreeToLookasideListEx(&list, entries[i]);
    EXPECT_EQUAL(live(), list.L.Depth);
    EXPECT_EQUAL(list.L.FreeMisses, (ULONG)MANY - list.L.Depth);
    ExFlushLookasideListEx(&list);
    EXPECT_EQUAL(live(), 0);
    ExDeleteLookasideListEx(&list);
}

/* In one second. */
static void happened(ULONG allocates, ULONG misses)
{
    list.L.TotalAllocates += allocates;
    list.L.AllocateMisses += misses;
    wait_for(1);
}

TEST(the_depth_follows_demand_second_by_second)
{
    start(NonPagedPoolNx);
    const USHORT grown[] = {8, 12, 18, 27, 40, 60, 90, 135, 202, 256, 256};
    for (unsigned i = 0; i < sizeof grown / sizeof grown[0]; i++) {
        happened(1000, 10);
        EXPECT_EQUAL(list.L.Depth, grown[i]);
    }
    happened(1000, 9); /* hardly a miss */
    EXPECT_EQUAL(list.L.Depth, 255);
    happened(31, 31); /* hardly used */
    EXPECT_EQUAL(list.L.Depth, 127);
    wait_for(0);
    EXPECT_EQUAL(list.L.Depth, 127);
    wait_for(100);
    EXPECT_EQUAL(list.L.Depth, 4);
    ExDeleteLookasideListEx(&list);
}

TEST(a_surplus_leaves_at_later_frees)
{
    void *entries[8];
    start(NonPagedPoolNx);
    list.L.Depth = 8;
    for (unsigned i = 0; i < 8; i++)
        entries[i] = ExAllocateFromLookasideListEx(&list);
    for (unsigned i = 0; i < 8; i++)
        ExFreeToLookasideListEx(&list, entries[i]);
    EXPECT_EQUAL(live(), 8);
    wait_for(9);
    EXPECT_EQUAL(list.L.Depth, 4);
    EXPECT_EQUAL(live(), 8);
    void *one = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, one);
    EXPECT_EQUAL(live(), 7);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(live(), 0);
}

TEST(short_of_memory_the_depth_is_halved)
{
    enum { LIMIT = 4 << 20 };
    start(NonPagedPoolNx);
    list.L.Depth = 100;
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, LIMIT);
    void *most = ExAllocatePoolWithTag(NonPagedPoolNx, LIMIT / 64 * 62, 'tsoM');
    EXPECT(most != NULL);
    happened(1000, 0);
    EXPECT_EQUAL(list.L.Depth, 49);
    ExFreePool(most);
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
