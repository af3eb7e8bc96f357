/* Numbers 1 to 13: asking for pool, its sizes, its headers, giving it back. */
#include "tests/mistakes.h"

#include "pool/block.h"
#include "pool/page.h"

/* 32, the session bit of a POOL_TYPE, is POOL_FLAG_RAISE_ON_FAILURE. */
static void expect_refused(POOL_FLAGS flags)
{
    if ((flags & POOL_FLAG_RAISE_ON_FAILURE) != 0)
        EXPECT_EQUAL(STATUS_OF(ExAllocatePool2(flags, SIZE, TAG)), (ULONG)STATUS_INVALID_PARAMETER);
    else
        EXPECT(ExAllocatePool2(flags, SIZE, TAG) == NULL);
}

TEST(mistake_1_a_pool_type_is_no_set_of_flags)
{
    const POOL_FLAGS pools = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
    for (POOL_FLAGS type = 0; type < 2048; type++)
        if ((type & pools) == 0)
            expect_refused(type);
    EXPECT_EQUAL(live_blocks(TAG), 0);
}

TEST(mistake_2_non_paged_does_not_execute_and_nonpagedpool_does)
{
    /* The pools lie side by side in gigabytes: the high bits tell them apart. */
    void *type_executable = ExAllocatePoolWithTag(NonPagedPool, SIZE, TAG);
    void *flag_executable = ExAllocatePool2(POOL_FLAG_NON_PAGED_EXECUTE, SIZE, TAG);
    void *type_nx = ExAllocatePoolWithTag(NonPagedPoolNx, SIZE, TAG);
    void *flag_nx = ExAllocatePool2(POOL_FLAG_NON_PAGED, SIZE, TAG);
    enum { NEAR = 1 << 20 };
    EXPECT((ULONG_PTR)type_executable - (ULONG_PTR)flag_executable + NEAR < 2 * NEAR);
    EXPECT((ULONG_PTR)type_nx - (ULONG_PTR)flag_nx + NEAR < 2 * NEAR);
    EXPECT((ULONG_PTR)type_nx - (ULONG_PTR)type_executable + NEAR >= 2 * NEAR);
}

TEST(mistake_3_pool2_fails_with_null_and_quota_routines_raise)
{
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, SIZE, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, SIZE, 0) == NULL);
    PEPROCESS process = expool_process_create(0, 0);
    expool_process_attach(process);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA, SIZE, TAG) == NULL);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithQuotaTag(PagedPool, SIZE, TAG)),
                 (ULONG)STATUS_QUOTA_EXCEEDED);
}

TEST(mistake_4_only_some_routines_zero_and_those_on_every_reuse)
{
    const SIZE_T sizes[] = {SIZE, 4064, 5000, 20000};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (unsigned round = 0; round < 3; round++) {
            void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizes[i], TAG);
            EXPECT(holds(block, sizes[i], 0));
            memset(block, 0x77, sizes[i]);
            ExFreePool(block);
            block = ExAllocatePoolZero(NonPagedPoolNx, sizes[i], TAG);
            EXPECT(holds(block, sizes[i], 0));
            memset(block, 0x77, sizes[i]);
            ExFreePool(block);
        }
    }
    void *block = ExAllocatePoolWithTag(NonPagedPoolNx, SIZE, TAG);
    memset(block, 0x77, SIZE);
    ExFreePool(block);
    EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, SIZE, TAG) == block);
    EXPECT_EQUAL(((unsigned char *)block)[SIZE - 1], 0x77);
}

TEST(mistake_5_a_page_and_more_is_page_aligned)
{
    for (SIZE_T size = PAGE_SIZE; size < 4 * PAGE_SIZE; size += 1000) {
        void *block = ExAllocatePoolWithTag(PagedPool, size, TAG);
        EXPECT_EQUAL(BYTE_OFFSET(block), 0);
        memset(block, 1, size);
        EXPECT(expool_pool_check() == NULL);
        ExFreePoolWithTag(block, TAG);
    }
}

TEST(mistake_6_the_sizes_around_the_page)
{
    const SIZE_T sizes[] = {4064, 4065, 4080, 4081, 4095, 4096, 4097};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *small = ExAllocatePoolWithTag(NonPagedPoolNx, 16, TAG);
        unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, sizes[i], TAG);
        EXPECT_EQUAL((ULONG_PTR)block % 16, 0);
        if (sizes[i] < PAGE_SIZE)
            EXPECT(PAGE_ALIGN(block) == PAGE_ALIGN(block + sizes[i] - 1));
        memset(block, 0xff, sizes[i]);
        EXPECT(expool_pool_check() == NULL);
        ExFreePoolWithTag(block, TAG);
        ExFreePoolWithTag(small, TAG);
        EXPECT(expool_pool_check() == NULL);
    }
}

static _Alignas(4096) unsigned char page[4096];

TEST(mistake_7_one_unit_is_never_left_over_and_256_fit_the_header)
{
    struct block *rest = NULL;
    block_start(true);
    struct block *whole = page_cut(page, POOL_NONPAGED);
    EXPECT_EQUAL(block_units(whole), 256);
    EXPECT_EQUAL(whole->stored_units, 0);
    struct block *taken = page_carve(whole, 255, &rest);
    EXPECT_EQUAL(block_units(taken), 256); /* the single unit goes along */
    EXPECT(rest == NULL && page_check(page) == NULL);
}

TEST(mistake_8_the_block_behind_learns_of_every_split_and_join)
{
    struct block *rest = NULL;
    struct block *more = NULL;
    block_start(true);
    struct block *whole = page_cut(page, POOL_NONPAGED);
    struct block *first = page_carve(whole, 10, &rest);
    first->type = BLOCK_TYPE_NONPAGED;
    block_seal(first);
    EXPECT_EQUAL(rest->previous_units, 10);
    EXPECT(block_is_sealed(rest));
    struct block *last = page_carve(rest, 20, &more);
    last->type = BLOCK_TYPE_NONPAGED;
    block_seal(last);
    EXPECT_EQUAL(last->previous_units, block_units(more));
    EXPECT(page_check(page) == NULL);
    first->type = BLOCK_FREE;
    block_seal(first);
    struct block *joined = page_join(first, more);
    EXPECT_EQUAL(last->previous_units, block_units(joined));
    EXPECT(block_is_sealed(last) && page_check(page) == NULL);
}

TEST(mistake_9_a_block_of_nonpagedpool_is_not_free)
{
    void *block = ExAllocatePoolWithTag(NonPagedPool, SIZE, TAG);
    const struct block *header = (const struct block *)block - 1;
    EXPECT(header->type != BLOCK_FREE && block_is_live(header));
    ExFreePool(block);
    EXPECT(!block_is_live(header));
}

TEST(mistake_10_modifiers_are_no_part_of_the_pool)
{
    const ULONG modifiers[] = {POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, POOL_RAISE_IF_ALLOCATION_FAILURE,
                               POOL_COLD_ALLOCATION, POOL_NX_ALLOCATION, POOL_ZERO_ALLOCATION};
    for (unsigned set = 0; set < 32; set++) {
        ULONG type = PagedPool;
        for (unsigned i = 0; i < 5; i++)
            type |= (set >> i & 1) != 0 ? modifiers[i] : 0;
        struct expool_tag_statistics statistics;
        void *block = ExAllocatePoolWithTag((POOL_TYPE)type, SIZE, TAG);
        expool_tag_statistics_get(TAG, &statistics);
        EXPECT(statistics.pool[EXPOOL_CLASS_PAGED].bytes != 0);
        EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].allocations, 0);
        ExFreePoolWithTag(block, TAG);
    }
    for (unsigned bit = 11; bit < 32; bit++)
        EXPECT(ExAllocatePoolWithTag((POOL_TYPE)(1u << bit), SIZE, TAG) == NULL);
}

TEST(mistake_11_tag_0_is_a_wildcard_on_free_only_and_protection_is_no_part_of_it)
{
    ExFreePoolWithTag(ExAllocatePoolWithTag(PagedPool, SIZE, TAG), 0);
    EXPECT_BUGCHECK(0xC2, 0x9B)
    {
        ExAllocatePoolWithTag(PagedPool, SIZE, 0);
    }
    void *block = ExAllocatePoolWithTag(PagedPool, SIZE, (ULONG)TAG | PROTECTED_POOL);
    EXPECT_EQUAL(live_blocks(TAG), 1); /* counted without the bit */
    EXPECT_BUGCHECK(0xC2, 0x0A)
    {
        ExFreePoolWithTag(block, (ULONG)'rhtO' | PROTECTED_POOL);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[2], TAG);
    EXPECT_EQUAL(last_bugcheck()->parameter[3], 'rhtO');
    EXPECT_EQUAL(last_bugcheck()->tag, TAG);
    ExFreePoolWithTag(block, (ULONG)TAG | PROTECTED_POOL);
    EXPECT_EQUAL(live_blocks(TAG), 0);
}

TEST(mistake_13_a_free_is_judged_by_the_blocks_pool)
{
    KIRQL old;
    void *paged = ExAllocatePoolWithTag(PagedPool, SIZE, TAG);
    void *big = ExAllocatePoolWithTag(PagedPool, 10000, TAG);
    void *nonpaged = ExAllocatePoolWithTag(NonPagedPoolNx, SIZE, TAG);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExFreePool(nonpaged);
    EXPECT_BUGCHECK(0xC2, 0x09)
    {
        ExFreePoolWithTag(paged, TAG);
    }
    EXPECT_BUGCHECK(0xC2, 0x09)
    {
        ExFreePoolWithTag(big, TAG);
    }
    KeLowerIrql(APC_LEVEL);
    ExFreePoolWithTag(paged, TAG);
    ExFreePoolWithTag(big, TAG);
    KeLowerIrql(old);
}

TESTS_MAIN("mistakes")
