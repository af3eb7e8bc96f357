#include "tests/expect.h"

#include "expool/budget.h"
#include "expool/lookaside.h"
#include "expool/paging.h"
#include "expool/pool.h"
#include "expool/system_information.h"

enum { TAG = 'tseT', ROOM = 1 << 20, MIB = 1 << 20 };

static unsigned char buffer[ROOM] __attribute__((aligned(16)));

static ULONG query(ULONG class)
{
    ULONG length = 0;
    memset(buffer, 0xEE, sizeof buffer);
    EXPECT_EQUAL(ZwQuerySystemInformation((SYSTEM_INFORMATION_CLASS) class, buffer, ROOM, &length),
                 0);
    return length;
}

/* The length is too small by one; the one needed comes back. */
static void expect_needs(ULONG class, ULONG needed)
{
    ULONG length = 0;
    EXPECT_EQUAL(
        ZwQuerySystemInformation((SYSTEM_INFORMATION_CLASS) class, buffer, needed - 1, &length),
        STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQUAL(length, needed);
    EXPECT_EQUAL(NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS) class, NULL, 0, &length),
                 STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQUAL(length, needed);
}

TEST(layouts_are_windows_own)
{
    EXPECT_EQUAL(sizeof(SYSTEM_BASIC_INFORMATION), 0x40);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_BASIC_INFORMATION, MinimumUserModeAddress), 0x20);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_BASIC_INFORMATION, NumberOfProcessors), 0x38);
    EXPECT_EQUAL(sizeof(SYSTEM_PERFORMANCE_INFORMATION), 0x138);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, AvailablePages), 0x2C);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, PagedPoolPages), 0x70);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, NonPagedPoolFrees), 0x84);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, PagedPoolLookasideHits), 0x9C);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, ResidentPagedPoolPage), 0xA8);
    EXPECT_EQUAL(sizeof(SYSTEM_POOLTAG), 0x28);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_POOLTAG, PagedUsed), 0x10);
    EXPECT_EQUAL(sizeof(SYSTEM_POOLTAG_INFORMATION), 0x30);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_POOLTAG_INFORMATION, TagInfo), 8);
    EXPECT_EQUAL(sizeof(SYSTEM_POOLTAG2), 0x38);
    EXPECT_EQUAL(sizeof(SYSTEM_BIGPOOL_ENTRY), 0x18);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_BIGPOOL_INFORMATION, AllocatedInfo), 8);
    EXPECT_EQUAL(sizeof(SYSTEM_LOOKASIDE_INFORMATION), 0x20);
    EXPECT_EQUAL(sizeof(SYSTEM_POOL_ENTRY), 0x10);
    EXPECT_EQUAL(sizeof(SYSTEM_POOL_INFORMATION), 0x28);
    EXPECT_EQUAL(FIELD_OFFSET(SYSTEM_POOL_INFORMATION, Entries), 0x18);
    EXPECT_EQUAL(sizeof(SYSTEM_SPECIAL_POOL_INFORMATION), 8);
    EXPECT_EQUAL(sizeof(SYSTEM_POOL_LIMIT_INFORMATION), 0x38);
    EXPECT_EQUAL(sizeof(SYSTEM_POOL_ZEROING_INFORMATION), 1);
}

TEST(an_unknown_class_is_said_to_be_one)
{
    ULONG length = 77;
    EXPECT_EQUAL(ZwQuerySystemInformation((SYSTEM_INFORMATION_CLASS)4711, buffer, ROOM, &length),
                 STATUS_INVALID_INFO_CLASS);
    EXPECT_EQUAL(length, 77);
}

TEST(fixed_structures_want_their_own_length)
{
    expect_needs(SystemBasicInformation, 0x40);
    expect_needs(SystemPerformanceInformation, 0x138);
    expect_needs(SystemSpecialPoolInformation, 8);
    expect_needs(SystemPoolZeroingInformation, 1);
    expect_needs(SystemPoolLimitInformation, 8);
    EXPECT_EQUAL(ZwQuerySystemInformation(SystemBasicInformation, buffer, 0x41, NULL),
                 STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQUAL(ZwQuerySystemInformation(SystemBasicInformation, buffer, 0x40, NULL), 0);
}

TEST(the_machine_is_described)
{
    const SYSTEM_BASIC_INFORMATION *basic = (const void *)buffer;
    EXPECT_EQUAL(ZwQuerySystemInformation(SystemBasicInformation, buffer, 0x40, NULL), 0);
    EXPECT_EQUAL(basic->PageSize, PAGE_SIZE);
    EXPECT_EQUAL(basic->AllocationGranularity, 0x10000);
    EXPECT(basic->NumberOfProcessors >= 1 && basic->NumberOfPhysicalPages > 1000);
    EXPECT(__builtin_popcountll(basic->ActiveProcessorsAffinityMask) == basic->NumberOfProcessors);
    EXPECT_EQUAL(ZwQuerySystemInformation(SystemPoolZeroingInformation, buffer, 1, NULL), 0);
    EXPECT_EQUAL(buffer[0], 1);
}

static const SYSTEM_POOLTAG *tag_row(ULONG tag)
{
    const SYSTEM_POOLTAG_INFORMATION *tags = (const void *)buffer;
    ULONG length = query(SystemPoolTagInformation);
    EXPECT_EQUAL(length, 8 + tags->Count * sizeof(SYSTEM_POOLTAG));
    for (ULONG i = 0; i < tags->Count; i++)
        if (tags->TagInfo[i].TagUlong == tag)
            return &tags->TagInfo[i];
    return NULL;
}

TEST(tags_are_counted_by_class)
{
    void *kept = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 5000, TAG), TAG);
    const SYSTEM_POOLTAG *row = tag_row(TAG);
    EXPECT(row != NULL);
    EXPECT_EQUAL(row->PagedAllocs, 1);
    EXPECT_EQUAL(row->PagedFrees, 0);
    EXPECT_EQUAL(row->PagedUsed, 128); /* 100 and a header, rounded up: 8 units */
    EXPECT_EQUAL(row->NonPagedAllocs, 1);
    EXPECT_EQUAL(row->NonPagedFrees, 1);
    EXPECT_EQUAL(row->NonPagedUsed, 0);
    EXPECT(memcmp(row->Tag, "Test", 4) == 0);
    expect_needs(SystemPoolTagInformation, query(SystemPoolTagInformation));
    ExFreePoolWithTag(kept, TAG);
}

TEST(wide_tags_say_the_same)
{
    const SYSTEM_POOLTAG_INFORMATION2 *tags = (const void *)buffer;
    void *kept = ExAllocatePoolWithTag(PagedPool, 5000, TAG);
    ULONG length = query(SystemPoolTagInformation2);
    EXPECT_EQUAL(length, 8 + tags->Count * sizeof(SYSTEM_POOLTAG2));
    EXPECT_EQUAL(tags->Count, 1);
    EXPECT_EQUAL(tags->TagInfo[0].TagUlong, TAG);
    EXPECT_EQUAL(tags->TagInfo[0].PagedUsed, 8192);
    ExFreePoolWithTag(kept, TAG);
}

TEST(big_allocations_are_listed_with_their_pool)
{
    const SYSTEM_BIGPOOL_INFORMATION *big = (const void *)buffer;
    void *paged = ExAllocatePoolWithTag(PagedPool, 5000, 'gaPB');
    void *nonpaged = ExAllocatePoolWithTag(NonPagedPool, 4096, 'poNB');
    void *small = ExAllocatePoolWithTag(NonPagedPool, 100, TAG);
    EXPECT_EQUAL(query(SystemBigPoolInformation), 8 + 2 * sizeof(SYSTEM_BIGPOOL_ENTRY));
    EXPECT_EQUAL(big->Count, 2);
    const SYSTEM_BIGPOOL_ENTRY *first = &big->AllocatedInfo[0];
    const SYSTEM_BIGPOOL_ENTRY *second = &big->AllocatedInfo[1];
    EXPECT_EQUAL((ULONG_PTR)first->VirtualAddress, (ULONG_PTR)nonpaged | 1);
    EXPECT(first->NonPaged == 1 && second->NonPaged == 0);
    EXPECT_EQUAL((ULONG_PTR)second->VirtualAddress, (ULONG_PTR)paged);
    EXPECT_EQUAL(first->SizeInBytes, 4096);
    EXPECT_EQUAL(second->SizeInBytes, 8192);
    EXPECT_EQUAL(second->TagUlong, 'gaPB');
    expect_needs(SystemBigPoolInformation, 8 + 2 * sizeof(SYSTEM_BIGPOOL_ENTRY));
    ExFreePool(paged);
    ExFreePool(nonpaged);
    ExFreePool(small);
}

static ULONG blocks_with_tag(const SYSTEM_POOL_INFORMATION *pool, ULONG tag)
{
    ULONG count = 0;
    for (ULONG i = 0; i < pool->NumberOfEntries; i++)
        count += pool->Entries[i].Allocated && pool->Entries[i].TagUlong == tag;
    return count;
}

TEST(a_pool_is_listed_block_by_block)
{
    const SYSTEM_POOL_INFORMATION *pool = (const void *)buffer;
    void *blocks[3];
    for (unsigned i = 0; i < 3; i++)
        blocks[i] = ExAllocatePoolWithTag(PagedPool, 48, TAG);
    ULONG length = query(SystemPagedPoolInformation);
    EXPECT_EQUAL(length, 0x18 + pool->NumberOfEntries * sizeof(SYSTEM_POOL_ENTRY));
    EXPECT_EQUAL(blocks_with_tag(pool, TAG), 3);
    EXPECT_EQUAL(pool->EntryOverhead, 16);
    EXPECT(pool->PoolTagPresent);
    ULONG bytes = 0;
    for (ULONG i = 0; i < pool->NumberOfEntries; i++)
        bytes += pool->Entries[i].Size;
    EXPECT_EQUAL(bytes, pool->TotalSize); /* no gap in any page */
    EXPECT_EQUAL((ULONG_PTR)pool->FirstEntry, (ULONG_PTR)blocks[0] & ~(ULONG_PTR)0xFFF);
    query(SystemNonPagedPoolInformation);
    EXPECT_EQUAL(blocks_with_tag(pool, TAG), 0);
    for (unsigned i = 0; i < 3; i++)
        ExFreePool(blocks[i]);
}

TEST(performance_counts_pages)
{
    const SYSTEM_PERFORMANCE_INFORMATION *performance = (const void *)buffer;
    void *block = ExAllocatePoolWithTag(PagedPool, 10 * PAGE_SIZE, TAG);
    memset(block, 1, 10 * PAGE_SIZE);
    query(SystemPerformanceInformation);
    EXPECT_EQUAL(performance->PagedPoolPages, 10);
    EXPECT_EQUAL(performance->ResidentPagedPoolPage, 10);
    EXPECT_EQUAL(performance->NonPagedPoolPages, 0);
    EXPECT_EQUAL(performance->PagedPoolAllocs, 1);
    EXPECT_EQUAL(performance->CommittedPages, 10);
    expool_trim();
    query(SystemPerformanceInformation);
    EXPECT_EQUAL(performance->PagedPoolPages, 10);
    EXPECT_EQUAL(performance->ResidentPagedPoolPage, 0);
    ExFreePool(block);
}

TEST(lookaside_lists_are_seen_while_they_live)
{
    static LOOKASIDE_LIST_EX list;
    const SYSTEM_LOOKASIDE_INFORMATION *row = (const void *)buffer;
    EXPECT_EQUAL(query(SystemLookasideInformation), 0);
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 200, TAG, 0);
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    EXPECT_EQUAL(query(SystemLookasideInformation), sizeof *row);
    EXPECT_EQUAL(row->TotalAllocates, 1);
    EXPECT_EQUAL(row->AllocateMisses, 1);
    EXPECT_EQUAL(row->TotalFrees, 1);
    EXPECT_EQUAL(row->Size, 200);
    EXPECT_EQUAL(row->Tag, TAG);
    EXPECT_EQUAL(row->Type, PagedPool);
    EXPECT_EQUAL(row->CurrentDepth, list.L.Depth);
    EXPECT_EQUAL(row->MaximumDepth, 256);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQUAL(query(SystemLookasideInformation), 0);
}

TEST(a_list_whose_memory_went_away_is_passed_over)
{
    LOOKASIDE_LIST_EX *list = ExAllocatePoolWithTag(NonPagedPoolNx, 16 * PAGE_SIZE, TAG);
    ExInitializeLookasideListEx(list, NULL, NULL, PagedPool, 0, 200, TAG, 0);
    ExFreePoolWithTag(list, TAG);
    expool_trim();
    EXPECT_EQUAL(query(SystemLookasideInformation), 0);
}

TEST(asking_changes_no_counter)
{
    for (unsigned i = 0; i < 3; i++) {
        query(SystemPoolTagInformation);
        query(SystemBigPoolInformation);
    }
    EXPECT(tag_row(TAG) == NULL);
}

TESTS_MAIN("system_information")
