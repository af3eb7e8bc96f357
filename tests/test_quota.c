#include "tests/raised.h"
#include "tests/verified.h"

#include "expool/budget.h"
#include "expool/process.h"
#include "expool/seh.h"

enum { SIZE = 84, ROUNDED = 112, MANY = 5000 };

static size_t used(PEPROCESS process, int pool_class)
{
    struct expool_process_quota quota;
    expool_process_quota_get(process, &quota);
    return quota.used[pool_class];
}

static PEPROCESS attached_to(size_t nonpaged_limit, size_t paged_limit)
{
    PEPROCESS process = expool_process_create(nonpaged_limit, paged_limit);
    EXPECT(expool_process_attach(process) == PsInitialSystemProcess);
    EXPECT(PsGetCurrentProcess() == process);
    return process;
}

TEST(the_system_process_pays_nothing_and_has_no_limit)
{
    BOOLEAN charged = TRUE;
    EXPECT(PsGetCurrentProcess() == PsInitialSystemProcess);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    EXPECT(ExQueryPoolBlockSize(block, &charged) >= SIZE);
    EXPECT(!charged);
    EXPECT_EQUAL(used(PsInitialSystemProcess, 1), 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(the_charge_is_the_rounded_block_and_comes_back)
{
    BOOLEAN charged = FALSE;
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    void *paged = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    void *nonpaged = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_USE_QUOTA, SIZE, TAG);
    EXPECT_EQUAL(used(process, 1), ROUNDED);
    EXPECT_EQUAL(used(process, 0), ROUNDED);
    EXPECT(ExQueryPoolBlockSize(paged, &charged) >= SIZE);
    EXPECT(charged);
    ExFreePoolWithTag(paged, TAG);
    EXPECT_EQUAL(used(process, 1), 0);
    ExFreePool(nonpaged);
    EXPECT_EQUAL(used(process, 0), 0);
}

TEST(a_page_and_more_is_free_of_charge)
{
    PEPROCESS process = attached_to(10000, 10000);
    void *page = ExAllocatePoolWithQuotaTag(PagedPool, PAGE_SIZE, TAG);
    void *more = ExAllocatePoolQuotaZero(NonPagedPoolNx, 100000, TAG);
    EXPECT(page != NULL && more != NULL);
    EXPECT_EQUAL(used(process, 0) + used(process, 1), 0);
    ExFreePool(page);
    ExFreePool(more);
}

TEST(quota_goes_back_to_the_process_that_was_charged)
{
    PEPROCESS payer = attached_to(SIZE_MAX, SIZE_MAX);
    void *block = ExAllocatePoolQuotaUninitialized(PagedPool, SIZE, TAG);
    PEPROCESS other = expool_process_create(SIZE_MAX, SIZE_MAX);
    EXPECT(expool_process_attach(other) == payer);
    void *of_other = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    ExFreePool(block);
    EXPECT_EQUAL(used(payer, 1), 0);
    EXPECT_EQUAL(used(other, 1), ROUNDED);
    ExFreePool(of_other);
    EXPECT(expool_process_attach(NULL) == other);
    expool_process_close(payer);
    expool_process_close(other);
}

TEST(a_process_is_there_until_it_is_closed_and_pays_for_nothing)
{
    size_t before = expool_process_count();
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    EXPECT_EQUAL(expool_process_count(), before + 1);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    expool_process_close(process);
    EXPECT(expool_process_attach(NULL) == process);
    EXPECT_EQUAL(expool_process_count(), before + 1);
    ExFreePool(block);
    EXPECT_EQUAL(expool_process_count(), before);
}

TEST(a_request_that_got_no_memory_holds_no_process)
{
    size_t before = expool_process_count();
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, PAGE_SIZE);
    void *filler = ExAllocatePoolZero(PagedPool, PAGE_SIZE, TAG);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA, SIZE, TAG) == NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 0);
    ExFreePool(filler);
    EXPECT_EQUAL(used(process, 1), 0);
    EXPECT(expool_process_attach(NULL) == process);
    expool_process_close(process);
    EXPECT_EQUAL(expool_process_count(), before);
}

TEST(above_the_limit_legacy_routines_raise_and_pool2_gives_null)
{
    PEPROCESS process = attached_to(SIZE_MAX, 2 * ROUNDED);
    void *first = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    void *second = ExAllocatePoolWithQuota(PagedPool, SIZE);
    EXPECT(first != NULL && second != NULL);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG)),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithQuota(PagedPool, SIZE)), (ULONG)STATUS_QUOTA_EXCEEDED);
    POOL_TYPE lenient = (POOL_TYPE)(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    EXPECT(ExAllocatePoolWithQuotaTag(lenient, SIZE, TAG) == NULL);
    EXPECT(ExAllocatePoolWithQuota(lenient, SIZE) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA, SIZE, TAG) == NULL);
    EXPECT_EQUAL(
        STATUS_OF(ExAllocatePool2(
            POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA | POOL_FLAG_RAISE_ON_FAILURE, SIZE, TAG)),
        (ULONG)STATUS_QUOTA_EXCEEDED);
    void *uncharged = ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG);
    EXPECT(uncharged != NULL);
    EXPECT_EQUAL(used(process, 1), 2 * ROUNDED);
    ExFreePool(first);
    first = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    EXPECT(first != NULL);
    ExFreePool(first);
    ExFreePool(second);
    ExFreePool(uncharged);
}

TEST(a_raise_for_lack_of_memory_leaves_no_charge)
{
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithQuotaTag(PagedPool, (SIZE_T)1 << 60, TAG)),
                 (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    POOL_TYPE both = (POOL_TYPE)(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE |
                                 POOL_RAISE_IF_ALLOCATION_FAILURE);
    EXPECT(ExAllocatePoolWithQuotaTag(both, (SIZE_T)1 << 60, TAG) == NULL);
    EXPECT_EQUAL(used(process, 1), 0);
}

TEST(zero_routines_zero_on_reuse)
{
    attached_to(SIZE_MAX, SIZE_MAX);
    for (unsigned i = 0; i < 3; i++) {
        unsigned char *block = ExAllocatePoolQuotaZero(NonPagedPoolNx, SIZE, TAG);
        for (unsigned at = 0; at < SIZE; at++)
            EXPECT_EQUAL(block[at], 0);
        memset(block, 0x99, SIZE);
        ExFreePool(block);
    }
}

TEST(quota_may_be_charged_by_hand_and_not_overreturned)
{
    PEPROCESS process = attached_to(1000, 1000);
    PsChargePoolQuota(process, PagedPool, 900);
    EXPECT_EQUAL(used(process, 1), 900);
    EXPECT_EQUAL((ULONG)PsChargeProcessPoolQuota(process, PagedPool, 101),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
    EXPECT_EQUAL((ULONG)PsChargeProcessPoolQuota(process, NonPagedPoolNx, 1000),
                 (ULONG)STATUS_SUCCESS);
    EXPECT_EQUAL(STATUS_OF(PsChargePoolQuota(process, PagedPool, 101)),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
    EXPECT_EQUAL(STATUS_OF(PsReturnPoolQuota(process, PagedPool, 901)),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
    EXPECT_EQUAL(STATUS_OF(PsReturnPoolQuota(process, PagedPool, 900)), 0);
    EXPECT_EQUAL(used(process, 1), 0);
    EXPECT_EQUAL(used(process, 0), 1000);
}

TEST(thousands_of_payers_blocks_keep_their_owner)
{
    static void *blocks[MANY];
    PEPROCESS first = attached_to(SIZE_MAX, SIZE_MAX);
    PEPROCESS second = expool_process_create(SIZE_MAX, SIZE_MAX);
    for (unsigned i = 0; i < MANY; i++) {
        expool_process_attach(i % 3 == 0 ? first : second);
        blocks[i] = ExAllocatePoolWithQuotaTag(i % 2 == 0 ? PagedPool : NonPagedPoolNx, SIZE, TAG);
    }
    size_t of_first = used(first, 0) + used(first, 1);
    size_t of_second = used(second, 0) + used(second, 1);
    EXPECT_EQUAL(of_first + of_second, (size_t)MANY * ROUNDED);
    for (unsigned i = 0; i < MANY; i += 2)
        ExFreePool(blocks[i]);
    EXPECT_EQUAL(used(first, 1) + used(second, 1), 0);
    for (unsigned i = 1; i < MANY; i += 2)
        ExFreePool(blocks[i]);
    EXPECT_EQUAL(used(first, 0) + used(second, 0), 0);
}

TEST(a_process_lives_as_long_as_a_block_of_its)
{
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    expool_process_attach(NULL);
    expool_process_close(process);
    EXPECT_EQUAL(used(process, 1), ROUNDED);
    ExFreePool(block);
}

TEST(under_the_verifier_quota_is_the_same)
{
    BOOLEAN charged = FALSE;
    verified("tier=mprotect");
    PEPROCESS process = attached_to(SIZE_MAX, ROUNDED);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG);
    EXPECT_EQUAL(used(process, 1), ROUNDED);
    EXPECT_EQUAL(ExQueryPoolBlockSize(block, &charged), SIZE);
    EXPECT(charged);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG)),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
    ExFreePool(block);
    EXPECT_EQUAL(used(process, 1), 0);
}

TEST(a_tracked_block_that_just_fits_a_page_is_paid_for_and_paid_back)
{
    verified("special_pool=none");
    PEPROCESS process = attached_to(SIZE_MAX, SIZE_MAX);
    for (size_t size = 4000; size <= 4096; size++) {
        BOOLEAN charged = FALSE;
        void *block = ExAllocatePoolWithQuotaTag(PagedPool, size, TAG);
        EXPECT_EQUAL(ExQueryPoolBlockSize(block, &charged), size);
        EXPECT_EQUAL(charged, used(process, 1) > 0);
        ExFreePool(block);
        EXPECT_EQUAL(used(process, 1), 0);
    }
}

TESTS_MAIN("quota")
