#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/pool.h"
#include "expool/statistics.h"
#include "pool/mode.h"

enum { TAG = 'tseT', MANY = 300 };

/* One set of odd sizes for all: around the header, the page, two pages. */
static const SIZE_T sizes[] = {1,    15,   16,   17,   32,   100,  1000, 4047, 4048, 4063, 4064,
                               4065, 4079, 4080, 4081, 4095, 4096, 4097, 8191, 8192, 8193, 65536};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static const POOL_TYPE types[] = {NonPagedPool, NonPagedPoolNx, PagedPool};

TEST(every_size_is_aligned_and_stays_in_its_page)
{
    for (unsigned type = 0; type < 3; type++)
        for (unsigned i = 0; i < SIZES; i++) {
            ULONG_PTR block = (ULONG_PTR)ExAllocatePoolWithTag(types[type], sizes[i], TAG);
            EXPECT(block != 0);
            EXPECT_EQUAL(block % 16, 0);
            if (sizes[i] < PAGE_SIZE)
                EXPECT_EQUAL(block / PAGE_SIZE, (block + sizes[i] - 1) / PAGE_SIZE);
            else
                EXPECT_EQUAL(block % PAGE_SIZE, 0);
            memset((void *)block, 0x5a, sizes[i]);
            EXPECT(expool_pool_check() == NULL);
            ExFreePoolWithTag((void *)block, TAG);
            EXPECT(expool_pool_check() == NULL);
        }
}

TEST(cache_aligned_blocks_share_no_line)
{
    void *blocks[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        blocks[i] = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, i * 7, TAG);
        EXPECT_EQUAL((ULONG_PTR)blocks[i] % 64, 0);
        memset(blocks[i], 0xff, i * 7);
    }
    EXPECT(expool_pool_check() == NULL);
    for (unsigned i = 0; i < MANY; i++)
        ExFreePool(blocks[i]);
    EXPECT(expool_pool_check() == NULL);
}

static bool is_zero(const unsigned char *bytes, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

TEST(pool2_zeroes_on_every_reuse)
{
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < SIZES; i++) {
            unsigned char *block = ExAllocatePool2(POOL_FLAG_PAGED, sizes[i], TAG);
            EXPECT(is_zero(block, sizes[i]));
            memset(block, 0xee, sizes[i]);
            ExFreePoolWithTag(block, TAG);
        }
}

TEST(pool_types_passed_as_flags_give_null)
{
    const POOL_TYPE wrong[] = {NonPagedPool,          PagedPool,      NonPagedPoolCacheAligned,
                               PagedPoolCacheAligned, NonPagedPoolNx, NonPagedPoolNxCacheAligned};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(ExAllocatePool2((POOL_FLAGS)wrong[i], 32, TAG) == NULL);
}

TEST(bad_flags_and_tag_zero_are_failures_of_pool2_and_not_stops)
{
    EXPECT(ExAllocatePool2(0, 32, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 32, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED | 0x800, 32, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, 32, 0) == NULL);
    void *block = ExAllocatePool2(POOL_FLAG_PAGED | 0x0100000000000000ULL, 32, TAG);
    EXPECT(block != NULL); /* unknown optional bits are ignored */
    ExFreePool(block);
}

TEST(raise_on_failure_without_a_handler_is_stop_1e)
{
    EXPECT_BUGCHECK(0x1E, 0)
    {
        ExAllocatePool2(POOL_FLAG_RAISE_ON_FAILURE, 32, TAG);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC000000D);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        ExAllocatePoolWithTag((POOL_TYPE)(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE),
                              SIZE_MAX - 4096, TAG);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC000009A);
}

TEST(absurd_sizes_give_null)
{
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, SIZE_MAX, TAG) == NULL);
    EXPECT(ExAllocatePoolWithTag(PagedPool, SIZE_MAX - 15, TAG) == NULL);
    EXPECT(ExAllocatePoolWithTag(PagedPool, SIZE_MAX - 4095, TAG) == NULL);
    EXPECT(ExAllocatePoolWithTag(PagedPoolCacheAligned, SIZE_MAX - 40, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED, (SIZE_T)1 << 62, TAG) == NULL);
}

TEST(zero_bytes_are_served_without_the_verifier)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 0, TAG);
    EXPECT(block != NULL);
    ExFreePool(block);
    block = ExAllocatePoolWithTag(NonPagedPoolNxCacheAligned, 0, TAG);
    EXPECT(block != NULL && expool_pool_check() == NULL);
    ExFreePool(block);
}

TEST(tag_rules_are_stops)
{
    EXPECT_BUGCHECK(0xC2, 0x9B)
    {
        ExAllocatePoolWithTag(PagedPool, 32, 0);
    }
    EXPECT_BUGCHECK(0xC2, 0x9C)
    {
        ExAllocatePoolWithTag(PagedPool, 32, ' GIB');
    }
    EXPECT_BUGCHECK(0xC2, 0x9A)
    {
        ExAllocatePoolWithTag(NonPagedPoolMustSucceed, 32, TAG);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[1], NonPagedPoolMustSucceed);
}

TEST(a_free_is_judged_by_the_blocks_pool_and_the_current_irql)
{
    KIRQL old;
    void *paged = ExAllocatePoolWithTag(PagedPool, 32, TAG);
    void *nonpaged = ExAllocatePoolWithTag(NonPagedPoolNx, 32, TAG);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_BUGCHECK(0xC2, 0x09)
    {
        ExFreePool(paged);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(last_bugcheck()->parameter[3], (ULONG_PTR)paged);
    EXPECT_BUGCHECK(0xC2, 0x08)
    {
        ExAllocatePoolWithTag(PagedPool, 32, TAG);
    }
    ExFreePool(nonpaged);
    KeLowerIrql(old);
    ExFreePool(paged);
}

TEST(a_wrong_tag_is_a_stop_and_tag_zero_a_wildcard)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 32, TAG);
    EXPECT_BUGCHECK(0xC2, 0x0A)
    {
        ExFreePoolWithTag(block, 'rhtO');
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[1], (ULONG_PTR)block);
    EXPECT_EQUAL(last_bugcheck()->parameter[2], TAG);
    EXPECT_EQUAL(last_bugcheck()->parameter[3], 'rhtO');
    ExFreePoolWithTag(block, 0);
}

TEST(a_protected_block_needs_its_tag)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 32, (ULONG)TAG | PROTECTED_POOL);
    EXPECT_BUGCHECK(0xC2, 0x0A)
    {
        ExFreePool(block);
    }
    ExFreePoolWithTag(block, (ULONG)TAG | PROTECTED_POOL);
}

TEST(freeing_twice_is_a_stop_small_and_big)
{
    void *kept = ExAllocatePoolWithTag(PagedPool, 32, TAG); /* its page stays */
    void *block = ExAllocatePoolWithTag(PagedPool, 32, TAG);
    void *big = ExAllocatePoolWithTag(PagedPool, 10000, TAG);
    ExFreePool(block);
    EXPECT_BUGCHECK_OR(0xC2, 0x07, 0x08)
    {
        ExFreePool(block);
    }
    ExFreePool(kept);
    EXPECT_BUGCHECK_OR(0xC2, 0x07, 0x08) /* also when the page has gone */
    {
        ExFreePool(kept);
    }
    ExFreePool(big);
    EXPECT_BUGCHECK(0x19, 0x22)
    {
        ExFreePool(big);
    }
}

TEST(pointers_that_are_no_block_are_told_apart)
{
    static char static_bytes[64];
    char *small = ExAllocatePoolWithTag(NonPagedPoolNx, 200, TAG);
    char *paged = ExAllocatePoolWithTag(PagedPool, 20000, TAG);
    char *nonpaged = ExAllocatePoolWithTag(NonPagedPoolNx, 20000, TAG);
    const struct {
        void *address;
        ULONG subcode;
    } wrong[] = {
        {NULL, 0x46},      {static_bytes, 0x42},    {small + 16, 0x99},
        {small + 1, 0x46}, {paged + 4096, 0x41286}, {nonpaged + 4096, 0x44},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_BUGCHECK(0xC2, wrong[i].subcode)
        {
            ExFreePool(wrong[i].address);
        }
    }
    ExFreePool(small);
    ExFreePool(paged);
    ExFreePool(nonpaged);
}

TEST(an_overrun_into_the_next_header_is_found_at_the_free)
{
    mode_set(MODE_STACKS, true); /* the long way looks at the neighbours */
    char *first = ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    char *second = ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    char *low = first < second ? first : second;
    memset(low, 'A', 49);
    EXPECT_BUGCHECK_OR(0x19, 0x05, 0x06)
    {
        ExFreePool(low);
    }
    EXPECT(expool_pool_check() == NULL); /* the page is out of use, the rest is sound */
    void *other = ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    EXPECT(PAGE_ALIGN(other) != PAGE_ALIGN(low));
    ExFreePool(other);
}

TEST(a_write_to_a_freed_block_is_found_when_its_turn_comes)
{
    char *kept = ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    ExFreePool(block);
    expool_pool_trim(); /* out of the cache, onto the lists */
    EXPECT_BUGCHECK_OR(0x19, 0x03, 0x0D)
    {
        /* Which free block holds the links depends on how blocks were joined: write all of it. */
        memset((char *)PAGE_ALIGN(kept) + 16 + 64, 'x', 64);
        memset(block, 'x', 16);
        for (unsigned i = 0; i < MANY; i++)
            ExAllocatePoolWithTag(NonPagedPoolNx, 48, TAG);
    }
}

TEST(statistics_follow_every_tag)
{
    struct expool_tag_statistics statistics;
    void *small = ExAllocatePoolWithTag(PagedPool, 1000, 'tatS');
    void *big = ExAllocatePoolWithTag(NonPagedPoolNx, 5000, 'tatS');
    expool_tag_statistics_get('tatS', &statistics);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].allocations, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].bytes, 1024);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].bytes, 8192);
    ExFreePool(small);
    ExFreePool(big);
    expool_tag_statistics_get('tatS', &statistics);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].frees, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].bytes, 0);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].bytes, 0);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].peak_bytes, 8192);
}

TEST(empty_pages_go_back_to_the_system)
{
    struct expool_class_statistics statistics;
    void *blocks[4 * MANY];
    for (unsigned i = 0; i < 4 * MANY; i++)
        blocks[i] = ExAllocatePoolWithTag(PagedPool, 3000, TAG);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &statistics);
    EXPECT_EQUAL(statistics.pages, 4 * MANY);
    for (unsigned i = 0; i < 4 * MANY; i++)
        ExFreePool(blocks[i]);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &statistics);
    EXPECT_EQUAL(statistics.pages * 4096, statistics.free_bytes);
    EXPECT_EQUAL(expool_pool_trim(), statistics.cached_pages + statistics.pages);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &statistics);
    EXPECT_EQUAL(statistics.cached_pages, 0);
}

TEST(executable_pool_executes)
{
#if defined(__x86_64__)
    static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
    int (*function)(void);
    void *block = ExAllocatePoolWithTag(NonPagedPool, sizeof code, TAG);
    memcpy(block, code, sizeof code);
    memcpy(&function, &block, sizeof function);
    EXPECT_EQUAL(function(), 42);
    ExFreePool(block);
#endif
}

TESTS_MAIN("ex_pool")
