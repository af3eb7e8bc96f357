/* Numbers 12 and 14 to 27: tags in print, locks, memory routines, lists, quota, widths. */
#include "tests/child.h"
#include "tests/mistakes.h"

static void free_with_another_tag(void)
{
    ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, SIZE, 'Tag1'), 'Tag2');
}

TEST(mistake_12_tags_print_their_low_byte_first)
{
    struct child child = child_run(free_with_another_tag);
    EXPECT_TEXT(child.text, "'1gaT'");
    EXPECT_TEXT(child.text, "'2gaT'");
    EXPECT(strstr(child.text, "'Tag1'") == NULL);
}

TEST(mistake_14_spin_locks_hold_irql_2)
{
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, old);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(mistake_14_regions_leave_the_irql_alone_and_fast_mutexes_take_apc_level)
{
    FAST_MUTEX mutex;
    KeEnterCriticalRegion();
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeEnterGuardedRegion();
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeLeaveGuardedRegion();
    KeLeaveCriticalRegion();
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(mistake_15_release_takes_the_irql_and_acquire_its_address)
{
    KSPIN_LOCK lock;
    KIRQL old = 0x55;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(APC_LEVEL, &before);
    KeAcquireSpinLock(&lock, &old);
    EXPECT_EQUAL(old, APC_LEVEL);
    KeReleaseSpinLock(&lock, old);
    EXPECT_EQUAL(KeGetCurrentIrql(), APC_LEVEL);
    KeLowerIrql(before);
}

TEST(mistake_16_compare_returns_a_length_and_fill_has_it_second)
{
    unsigned char first[8];
    unsigned char second[8];
    RtlFillMemory(first, 8, 3);
    RtlFillMemory(second, 8, 3);
    EXPECT(holds(first, 8, 3));
    EXPECT_EQUAL(RtlCompareMemory(first, second, 8), 8);
    second[5] = 9;
    EXPECT_EQUAL(RtlCompareMemory(first, second, 8), 5);
    EXPECT_EQUAL(RtlCompareMemory(first, second, 0), 0);
    EXPECT(!RtlEqualMemory(first, second, 8));
    EXPECT(RtlEqualMemory(first, second, 5));
}

TEST(mistake_17_lookaside_lists_are_what_they_are)
{
    static NPAGED_LOOKASIDE_LIST list;
    static _Alignas(64) char bytes[256];
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, SIZE, TAG, 99);
    EXPECT_EQUAL(list.L.Depth, 4);
    EXPECT_EQUAL(list.L.MaximumDepth, 256);
    EXPECT_EQUAL(list.L.Type, NonPagedPoolExecute);
    unsigned char *kept = ExAllocateFromNPagedLookasideList(&list);
    unsigned char *used = ExAllocateFromNPagedLookasideList(&list);
    memset(kept, 0x77, SIZE);
    ExFreeToNPagedLookasideList(&list, kept);
    EXPECT(ExAllocateFromNPagedLookasideList(&list) == kept);
    EXPECT_EQUAL(kept[SIZE - 1], 0x77);
    ExFreeToNPagedLookasideList(&list, kept);
    ExDeleteNPagedLookasideList(&list);
    EXPECT_EQUAL(live_blocks(TAG), 1); /* the one in use stays the caller's */
    ExFreePool(used);
    PNPAGED_LOOKASIDE_LIST crooked = (PNPAGED_LOOKASIDE_LIST)(void *)(bytes + 8);
    EXPECT_EQUAL(STATUS_OF(ExInitializeNPagedLookasideList(crooked, NULL, NULL, 0, SIZE, TAG, 0)),
                 (ULONG)STATUS_DATATYPE_MISALIGNMENT);
}

TEST(mistake_18_a_push_returns_the_old_first_and_the_depth_is_16_bits)
{
    static SLIST_HEADER head;
    static SLIST_ENTRY entries[65536];
    KSPIN_LOCK lock = 0x1234; /* never looked at */
    InitializeSListHead(&head);
    EXPECT(ExInterlockedPushEntrySList(&head, &entries[0], &lock) == NULL);
    EXPECT(ExInterlockedPushEntrySList(&head, &entries[1], &lock) == &entries[0]);
    EXPECT_EQUAL(lock, 0x1234);
    for (unsigned i = 2; i < 65536; i++)
        InterlockedPushEntrySList(&head, &entries[i]);
    EXPECT_EQUAL(QueryDepthSList(&head), 0);
}

TEST(mistake_22_dbgprintex_is_filtered_by_level)
{
    EXPECT_EQUAL(DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "not shown\n"), 0);
    EXPECT_EQUAL(DPFLTR_ERROR_LEVEL, 0);
    EXPECT_EQUAL(DPFLTR_INFO_LEVEL, 3);
    EXPECT_EQUAL(DPFLTR_MASK, 0x80000000);
}

TEST(mistake_23_quota_returns_to_its_payer_and_pages_cost_nothing)
{
    struct expool_process_quota quota;
    PEPROCESS payer = expool_process_create(SIZE_MAX, SIZE_MAX);
    expool_process_attach(payer);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    void *page = ExAllocatePoolWithQuotaTag(PagedPool, PAGE_SIZE, TAG);
    expool_process_quota_get(payer, &quota);
    EXPECT_EQUAL(quota.used[1], (SIZE + 16 + 15) / 16 * 16);
    expool_process_attach(expool_process_create(SIZE_MAX, SIZE_MAX));
    ExFreePool(block);
    ExFreePool(page);
    expool_process_quota_get(payer, &quota);
    EXPECT_EQUAL(quota.used[1], 0);
    expool_process_quota_get(PsGetCurrentProcess(), &quota);
    EXPECT_EQUAL(quota.used[1], 0);
}

TEST(mistake_24_cache_alignment_is_required_and_never_a_failure)
{
    const SIZE_T sizes[] = {1, SIZE, 4000, 4064, 4080, 4095, 4096, 5000};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, sizes[i], TAG);
        EXPECT(block != NULL);
        EXPECT_EQUAL((ULONG_PTR)block % 64, 0);
        ExFreePool(block);
    }
}

TEST(mistake_25_raising_to_the_same_level_is_legal_and_to_a_lower_one_fatal)
{
    KIRQL old;
    KIRQL same;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeRaiseIrql(DISPATCH_LEVEL, &same);
    EXPECT_EQUAL(same, DISPATCH_LEVEL);
    EXPECT_BUGCHECK(0x09, 0)
    {
        KeRaiseIrql(APC_LEVEL, &same);
    }
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(old);
}

TEST(mistake_26_widths_are_windows)
{
    EXPECT_EQUAL(sizeof(ULONG), 4);
    EXPECT_EQUAL(sizeof(LONG), 4);
    EXPECT_EQUAL(sizeof(WCHAR), 2);
    EXPECT_EQUAL(sizeof(BOOLEAN), 1);
    EXPECT_EQUAL(sizeof(KIRQL), 1);
    EXPECT_EQUAL(sizeof(NTSTATUS), 4);
    EXPECT_EQUAL(sizeof(SIZE_T), 8);
    EXPECT_EQUAL(sizeof(POOL_FLAGS), 8);
    EXPECT_EQUAL(sizeof(POOL_TYPE), 4);
    EXPECT_EQUAL(sizeof(EX_POOL_PRIORITY), 4);
    EXPECT_EQUAL(sizeof(UNICODE_STRING), 16);
    EXPECT_EQUAL(offsetof(UNICODE_STRING, Buffer), 8);
    EXPECT_EQUAL(sizeof(POOL_EXTENDED_PARAMETER), 16);
}

TEST(mistake_27_sizes_near_the_end_of_arithmetic_are_refused)
{
    const SIZE_T sizes[] = {SIZE_MAX,        SIZE_MAX - 1,  SIZE_MAX - 15,   SIZE_MAX - 16,
                            SIZE_MAX - 17,   SIZE_MAX - 63, SIZE_MAX - 4094, SIZE_MAX - 4095,
                            SIZE_MAX - 4096, SIZE_MAX / 2,  (SIZE_T)1 << 63, (SIZE_T)1 << 47};
    const POOL_TYPE types[] = {NonPagedPool, PagedPool, NonPagedPoolNxCacheAligned,
                               PagedPoolCacheAligned};
    PHYSICAL_ADDRESS highest;
    highest.QuadPart = -1;
    expool_process_attach(expool_process_create(SIZE_MAX, SIZE_MAX));
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (unsigned type = 0; type < 4; type++) {
            EXPECT(ExAllocatePoolWithTag(types[type], sizes[i], TAG) == NULL);
            EXPECT(ExAllocatePoolZero(types[type], sizes[i], TAG) == NULL);
            EXPECT(ExAllocatePoolWithTagPriority(types[type], sizes[i], TAG, HighPoolPriority) ==
                   NULL);
        }
        EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA, sizes[i], TAG) == NULL);
        EXPECT(ExAllocatePool3(POOL_FLAG_NON_PAGED, sizes[i], TAG, NULL, 0) == NULL);
        EXPECT(MmAllocateContiguousMemory(sizes[i], highest) == NULL);
        EXPECT(MmAllocateNonCachedMemory(sizes[i]) == NULL);
        EXPECT_EQUAL(STATUS_OF(FsRtlAllocatePoolWithTag(PagedPool, sizes[i], TAG)),
                     (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    }
    EXPECT_EQUAL(live_blocks(TAG), 0);
    EXPECT(expool_pool_check() == NULL);
}

TESTS_MAIN("mistakes_more")
