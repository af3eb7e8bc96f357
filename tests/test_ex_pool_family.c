#include "tests/expect.h"
#include "tests/raised.h"

#include "expool/budget.h"
#include "expool/fsrtl_pool.h"
#include "expool/irql.h"
#include "expool/pool_parameter.h"
#include "expool/seh.h"
#include "expool/statistics.h"

enum { TAG = 'maFT', SIZE = 100 };

static bool is_filled(const unsigned char *bytes, SIZE_T count, unsigned char value)
{
    for (SIZE_T i = 0; i < count; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static uint64_t live_of(ULONG tag, int pool_class)
{
    struct expool_tag_statistics statistics;
    expool_tag_statistics_get(tag, &statistics);
    return statistics.pool[pool_class].allocations - statistics.pool[pool_class].frees;
}

TEST(each_priority_serves_while_there_is_room)
{
    const EX_POOL_PRIORITY priorities[] = {
        LowPoolPriority,    LowPoolPrioritySpecialPoolOverrun,
        NormalPoolPriority, NormalPoolPrioritySpecialPoolUnderrun,
        HighPoolPriority,   HighPoolPrioritySpecialPoolUnderrun,
    };
    for (unsigned i = 0; i < sizeof priorities / sizeof priorities[0]; i++) {
        void *block = ExAllocatePoolWithTagPriority(PagedPool, SIZE, TAG, priorities[i]);
        EXPECT(block != NULL);
        EXPECT_EQUAL(live_of(TAG, EXPOOL_CLASS_PAGED), 1);
        ExFreePoolWithTag(block, TAG);
    }
}

TEST(a_priority_that_is_none_gives_null_or_raises)
{
    EXPECT(ExAllocatePoolWithTagPriority(PagedPool, SIZE, TAG, (EX_POOL_PRIORITY)1) == NULL);
    EXPECT(ExAllocatePoolWithTagPriority(PagedPool, SIZE, TAG, (EX_POOL_PRIORITY)48) == NULL);
    POOL_TYPE raising = (POOL_TYPE)(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
    EXPECT_EQUAL(STATUS_OF(ExAllocatePoolWithTagPriority(raising, SIZE, TAG, (EX_POOL_PRIORITY)7)),
                 (ULONG)STATUS_INVALID_PARAMETER);
}

TEST(priority_zero_zeroes_on_reuse_and_uninitialized_does_not)
{
    unsigned char *block =
        ExAllocatePoolPriorityUninitialized(NonPagedPoolNx, SIZE, TAG, NormalPoolPriority);
    memset(block, 0x77, SIZE);
    ExFreePoolWithTag(block, TAG);
    unsigned char *again =
        ExAllocatePoolPriorityUninitialized(NonPagedPoolNx, SIZE, TAG, NormalPoolPriority);
    EXPECT(again == block && again[SIZE - 1] == 0x77);
    ExFreePoolWithTag(again, TAG);
    block = ExAllocatePoolPriorityZero(NonPagedPoolNx, SIZE, TAG, LowPoolPriority);
    EXPECT(is_filled(block, SIZE, 0));
    ExFreePoolWithTag(block, TAG);
}

TEST(low_priority_fails_first_and_high_last)
{
    enum { MIB = 1 << 20 };
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 4 * MIB);
    void *most = ExAllocatePoolWithTag(NonPagedPoolNx, 3840 * 1024, TAG); /* 6.25 % are left */
    EXPECT(most != NULL);
    EXPECT(ExAllocatePoolWithTagPriority(NonPagedPoolNx, 8192, TAG, LowPoolPriority) == NULL);
    void *normal = ExAllocatePoolWithTagPriority(NonPagedPoolNx, 8192, TAG, NormalPoolPriority);
    EXPECT(normal != NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_FAIL_ON_LOW_RESERVATION, 8192, TAG) ==
           NULL);
    ExFreePoolWithTag(normal, TAG);
    ExFreePoolWithTag(most, TAG);
}

static POOL_EXTENDED_PARAMETER of_type(ULONG64 type, bool is_optional)
{
    POOL_EXTENDED_PARAMETER parameter;
    memset(&parameter, 0, sizeof parameter);
    parameter.Type = type & 0xff;
    parameter.Optional = is_optional;
    return parameter;
}

static bool pool3_serves(POOL_FLAGS flags, const POOL_EXTENDED_PARAMETER *parameters, ULONG count)
{
    unsigned char *block = ExAllocatePool3(flags, SIZE, TAG, parameters, count);
    if (block == NULL)
        return false;
    EXPECT(is_filled(block, SIZE, 0));
    memset(block, 0x55, SIZE);
    ExFreePool2(block, TAG, parameters, count);
    return true;
}

TEST(pool3_without_parameters_is_pool2)
{
    EXPECT(pool3_serves(POOL_FLAG_PAGED, NULL, 0));
    EXPECT(!pool3_serves(0, NULL, 0));
    EXPECT(!pool3_serves(POOL_FLAG_PAGED, NULL, 1));
    EXPECT(ExAllocatePool3(POOL_FLAG_PAGED, SIZE, 0, NULL, 0) == NULL);
}

TEST(pool3_unknown_parameters_fail_unless_optional)
{
    const ULONG64 unknown[] = {PoolExtendedParameterInvalidType, PoolExtendedParameterMax, 200};
    for (unsigned i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        POOL_EXTENDED_PARAMETER parameter = of_type(unknown[i], false);
        EXPECT(!pool3_serves(POOL_FLAG_PAGED, &parameter, 1));
        parameter.Optional = 1;
        EXPECT(pool3_serves(POOL_FLAG_PAGED, &parameter, 1));
    }
}

TEST(pool3_priorities_are_judged)
{
    POOL_EXTENDED_PARAMETER parameter = of_type(PoolExtendedParameterPriority, false);
    parameter.Priority = HighPoolPriority;
    EXPECT(pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
    parameter.Priority = (EX_POOL_PRIORITY)99;
    EXPECT(!pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
    parameter.Optional = 1;
    EXPECT(pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
    parameter.Optional = 0;
    parameter.Priority = HighPoolPriority;
    parameter.Reserved = 1;
    EXPECT(!pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
}

TEST(pool3_nodes_are_for_nonpaged_pool_and_there_is_one)
{
    POOL_EXTENDED_PARAMETER parameter = of_type(PoolExtendedParameterNumaNode, false);
    EXPECT(pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
    EXPECT(!pool3_serves(POOL_FLAG_PAGED, &parameter, 1));
    EXPECT(!pool3_serves(POOL_FLAG_NON_PAGED_EXECUTE, &parameter, 1));
    parameter.PreferredNode = 7;
    EXPECT(!pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
    parameter.PreferredNode = 7 | MM_ANY_NODE_OK;
    EXPECT(pool3_serves(POOL_FLAG_NON_PAGED, &parameter, 1));
}

TEST(pool3_secure_pool_is_not_to_be_had)
{
    POOL_EXTENDED_PARAMS_SECURE_POOL secure;
    memset(&secure, 0, sizeof secure);
    POOL_EXTENDED_PARAMETER parameter = of_type(PoolExtendedParameterSecurePool, false);
    parameter.SecurePoolParams = &secure;
    EXPECT(!pool3_serves(POOL_FLAG_PAGED, &parameter, 1));
    parameter.Optional = 1;
    EXPECT(pool3_serves(POOL_FLAG_PAGED, &parameter, 1));
    EXPECT_EQUAL(STATUS_OF(ExAllocatePool3(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, SIZE, 0,
                                           &parameter, 1)),
                 (ULONG)STATUS_INVALID_PARAMETER);
}

TEST(pools_of_ones_own_are_refused_honestly)
{
    HANDLE handle = &handle;
    POOL_CREATE_EXTENDED_PARAMS parameters = {.Version = POOL_CREATE_PARAMS_VERSION};
    EXPECT_EQUAL((ULONG)ExCreatePool(POOL_CREATE_FLG_SECURE_POOL, TAG, &parameters, &handle),
                 (ULONG)STATUS_NOT_SUPPORTED);
    EXPECT(handle == NULL);
    EXPECT_EQUAL((ULONG)ExSecurePoolUpdate(NULL, TAG, NULL, 0, 0, 0, NULL),
                 (ULONG)STATUS_NOT_SUPPORTED);
    EXPECT(!ExSecurePoolValidate(NULL, TAG, NULL, 0));
    EXPECT_BUGCHECK(0xC2, 0x42)
    {
        ExDestroyPool((HANDLE)&parameters);
    }
}

TEST(free2_takes_parameters_a_size_or_nothing)
{
    POOL_EXTENDED_PARAMETER parameters[2] = {of_type(PoolExtendedParameterPriority, false),
                                             of_type(PoolExtendedParameterNumaNode, true)};
    ExFreePool2(ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG), TAG, parameters, 2);
    ExFreePool2(ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG), TAG, NULL, 0);
    ExFreePool2(ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG), TAG, SIZE, 0);
    ExFreePool2(ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG), 0, SIZE + 1000, 0);
    EXPECT_EQUAL(live_of(TAG, EXPOOL_CLASS_PAGED), 0);
    void *block = ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG);
    EXPECT_BUGCHECK(0xC2, 0x0A)
    {
        ExFreePool2(block, 'rhtO', parameters, 1);
    }
    ExFreePool(block);
}

TEST(file_system_routines_raise_always)
{
    void *block = FsRtlAllocatePoolWithTag(PagedPool, SIZE, TAG);
    ExFreePoolWithTag(block, TAG);
    ExFreePoolWithTag(FsRtlAllocatePoolWithQuotaTag(NonPagedPoolNx, SIZE, TAG), TAG);
    block = FsRtlAllocatePool(PagedPool, SIZE);
    EXPECT_EQUAL(live_of('enoN', EXPOOL_CLASS_PAGED), 1);
    ExFreePool(block);
    ExFreePool(FsRtlAllocatePoolWithQuota(PagedPool, SIZE));
    EXPECT_EQUAL(STATUS_OF(FsRtlAllocatePoolWithTag(PagedPool, (SIZE_T)1 << 60, TAG)),
                 (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQUAL(STATUS_OF(FsRtlAllocatePoolWithQuotaTag(PagedPool, SIZE_MAX, TAG)),
                 (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQUAL(STATUS_OF(FsRtlAllocatePoolWithTag(DontUseThisType, SIZE, TAG)),
                 (ULONG)STATUS_INSUFFICIENT_RESOURCES);
}

TEST(a_block_says_how_large_it_is)
{
    const struct {
        SIZE_T asked, least, most;
    } rows[] = {{1, 1, 16},         {16, 16, 32},       {100, 100, 112 + 16},
                {4064, 4064, 4080}, {4096, 4096, 4096}, {4097, 8192, 8192}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BOOLEAN charged = TRUE;
        void *block = ExAllocatePoolWithTag(PagedPool, rows[i].asked, TAG);
        SIZE_T size = ExQueryPoolBlockSize(block, &charged);
        EXPECT(size >= rows[i].least && size <= rows[i].most);
        EXPECT(!charged);
        EXPECT_EQUAL(ExQueryPoolBlockSize((char *)block + 16, NULL), 0);
        ExFreePool(block);
        EXPECT_EQUAL(ExQueryPoolBlockSize(block, NULL), 0);
    }
    int local = 0;
    EXPECT_EQUAL(ExQueryPoolBlockSize(&local, NULL), 0);
}

TEST(the_runtime_says_that_the_pool_zeroes)
{
    EXPECT(!ExPoolZeroingNativelySupported);
    ExInitializeDriverRuntime(0);
    EXPECT(ExPoolZeroingNativelySupported);
    EXPECT_EQUAL(ExDefaultNonPagedPoolType, NonPagedPoolExecute);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    EXPECT_EQUAL(ExDefaultNonPagedPoolType, NonPagedPoolNx);
}

TESTS_MAIN("ex_pool_family")
