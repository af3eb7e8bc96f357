#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/lookaside.h"
#include "expool/seh.h"
#include "expool/statistics.h"
#include "expool/status.h"

enum { TAG = 'gelL', SIZE = 100, MANY = 40 };

static NPAGED_LOOKASIDE_LIST nonpaged;
static PAGED_LOOKASIDE_LIST paged;

static uint64_t live(int pool_class)
{
    struct expool_tag_statistics tag;
    expool_tag_statistics_get(TAG, &tag);
    return tag.pool[pool_class].allocations - tag.pool[pool_class].frees;
}

TEST(the_layout_is_windows)
{
    EXPECT_EQUAL(sizeof(NPAGED_LOOKASIDE_LIST), 0x80);
    EXPECT_EQUAL(sizeof(PAGED_LOOKASIDE_LIST), 0x80);
    EXPECT_EQUAL(_Alignof(NPAGED_LOOKASIDE_LIST), 64);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Depth), 0x10);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.TotalAllocates), 0x14);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.AllocateMisses), 0x18);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.FreeMisses), 0x20);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Type), 0x24);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Size), 0x2C);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Allocate), 0x30);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Free), 0x38);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.ListEntry), 0x40);
    EXPECT_EQUAL(offsetof(NPAGED_LOOKASIDE_LIST, L.Future), 0x58);
}

TEST(a_nonpaged_list_starts_empty_executable_and_without_regard_to_depth)
{
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, 0, SIZE, TAG, 20);
    EXPECT_EQUAL(live(EXPOOL_CLASS_NONPAGED), 0);
    EXPECT_EQUAL(nonpaged.L.Depth, 4);
    EXPECT_EQUAL(nonpaged.L.MaximumDepth, 256);
    EXPECT_EQUAL(nonpaged.L.Type, NonPagedPoolExecute);
    EXPECT_EQUAL(nonpaged.L.Tag, TAG);
    EXPECT_EQUAL(nonpaged.L.Size, SIZE);
    EXPECT(nonpaged.L.Allocate == ExAllocatePoolWithTag && nonpaged.L.Free == ExFreePool);
    ExDeleteNPagedLookasideList(&nonpaged);
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, SIZE, TAG, 0);
    EXPECT_EQUAL(nonpaged.L.Type, NonPagedPoolNx);
    ExDeleteNPagedLookasideList(&nonpaged);
}

TEST(entries_come_back_last_in_first_out_and_dirty)
{
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, SIZE, TAG, 0);
    unsigned char *first = ExAllocateFromNPagedLookasideList(&nonpaged);
    unsigned char *second = ExAllocateFromNPagedLookasideList(&nonpaged);
    memset(first, 0x77, SIZE);
    ExFreeToNPagedLookasideList(&nonpaged, second);
    ExFreeToNPagedLookasideList(&nonpaged, first);
    EXPECT(ExAllocateFromNPagedLookasideList(&nonpaged) == first);
    EXPECT_EQUAL(first[SIZE - 1], 0x77);
    ExFreeToNPagedLookasideList(&nonpaged, first);
    EXPECT_EQUAL(nonpaged.L.TotalAllocates, 3);
    EXPECT_EQUAL(nonpaged.L.AllocateMisses, 2);
    EXPECT_EQUAL(nonpaged.L.TotalFrees, 3);
    EXPECT_EQUAL(nonpaged.L.FreeMisses, 0);
    EXPECT_EQUAL(live(EXPOOL_CLASS_NONPAGED), 2);
    ExDeleteNPagedLookasideList(&nonpaged);
    EXPECT_EQUAL(live(EXPOOL_CLASS_NONPAGED), 0);
}

TEST(delete_frees_what_is_kept_and_nothing_else)
{
    void *entries[MANY];
    ExInitializePagedLookasideList(&paged, NULL, NULL, 0, SIZE, TAG, 0);
    EXPECT_EQUAL(paged.L.Type, PagedPool);
    for (unsigned i = 0; i < MANY; i++)
        entries[i] = ExAllocateFromPagedLookasideList(&paged);
    for (unsigned i = 1; i < MANY; i++)
        ExFreeToPagedLookasideList(&paged, entries[i]);
    EXPECT_EQUAL(live(EXPOOL_CLASS_PAGED), 1u + paged.L.Depth);
    ExDeletePagedLookasideList(&paged);
    EXPECT_EQUAL(live(EXPOOL_CLASS_PAGED), 1);
    ExFreePoolWithTag(entries[0], TAG); /* an entry is a block like any other */
}

TEST(nonpaged_lists_work_at_dispatch_level)
{
    KIRQL old;
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, SIZE, TAG, 0);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    void *entry = ExAllocateFromNPagedLookasideList(&nonpaged);
    EXPECT(entry != NULL);
    ExFreeToNPagedLookasideList(&nonpaged, entry);
    KeLowerIrql(old);
    ExDeleteNPagedLookasideList(&nonpaged);
}

static unsigned allocations;
static unsigned frees;

static PVOID NTAPI allocate(POOL_TYPE type, SIZE_T size, ULONG tag)
{
    allocations++;
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID NTAPI release(PVOID entry)
{
    frees++;
    ExFreePoolWithTag(entry, TAG);
}

TEST(routines_of_the_drivers_own_are_used)
{
    ExInitializePagedLookasideList(&paged, allocate, release, 0, SIZE, TAG, 0);
    void *entry = ExAllocateFromPagedLookasideList(&paged);
    ExFreeToPagedLookasideList(&paged, entry);
    EXPECT_EQUAL(allocations, 1);
    EXPECT_EQUAL(frees, 0);
    ExDeletePagedLookasideList(&paged);
    EXPECT_EQUAL(frees, 1);
}

TEST(the_raise_flag_raises)
{
    volatile NTSTATUS status = 0;
    ExInitializePagedLookasideList(&paged, NULL, NULL, POOL_RAISE_IF_ALLOCATION_FAILURE, 0xFFFFFFF0,
                                   TAG, 0);
    expool_options_set("banner=0");
    void *all[16];
    __try {
        for (unsigned i = 0; i < 16; i++)
            all[i] = ExAllocateFromPagedLookasideList(&paged);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    (void)all;
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_INSUFFICIENT_RESOURCES);
}

TEST(a_size_that_no_list_can_hold_raises)
{
    volatile NTSTATUS status = 0;
    __try {
        ExInitializePagedLookasideList(&paged, NULL, NULL, 0, (SIZE_T)1 << 32, TAG, 0);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_INVALID_PARAMETER);
}

TEST(a_list_out_of_line_is_a_misalignment)
{
    static _Alignas(64) char bytes[256];
    volatile NTSTATUS status = 0;
    __try {
        PNPAGED_LOOKASIDE_LIST list = (PNPAGED_LOOKASIDE_LIST)(void *)(bytes + 8);
        ExInitializeNPagedLookasideList(list, NULL, NULL, 0, SIZE, TAG, 0);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status, (ULONG)STATUS_DATATYPE_MISALIGNMENT);
}

TESTS_MAIN("lookaside_legacy")
