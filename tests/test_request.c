#include "tests/expect.h"

#include "expool/pool.h"
#include "pool/request.h"

TEST(pool_types_name_a_pool)
{
    const struct {
        uint32_t type;
        enum pool_kind kind;
        bool aligned, raises, zeroes, must_succeed;
    } rows[] = {
        {NonPagedPool, POOL_NONPAGED_EXECUTE, false, false, false, false},
        {PagedPool, POOL_PAGED, false, false, false, false},
        {NonPagedPoolNx, POOL_NONPAGED, false, false, false, false},
        {NonPagedPoolCacheAligned, POOL_NONPAGED_EXECUTE, true, false, false, false},
        {PagedPoolCacheAligned, POOL_PAGED, true, false, false, false},
        {NonPagedPoolNxCacheAligned, POOL_NONPAGED, true, false, false, false},
        {NonPagedPoolMustSucceed, POOL_NONPAGED_EXECUTE, false, false, false, true},
        {NonPagedPoolCacheAlignedMustS, POOL_NONPAGED_EXECUTE, true, false, false, true},
        {PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_PAGED, false, true, false, false},
        {NonPagedPoolNx | POOL_ZERO_ALLOCATION, POOL_NONPAGED, false, false, true, false},
        {PagedPool | 0x200, POOL_PAGED, false, false, false, false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct request request = {.size_bytes = 1};
        EXPECT(request_from_type(&request, rows[i].type));
        EXPECT_EQUAL(request.kind, rows[i].kind);
        EXPECT_EQUAL(request_is_aligned(&request), rows[i].aligned);
        EXPECT_EQUAL(request.raise, rows[i].raises);
        EXPECT_EQUAL(request.zero, rows[i].zeroes);
        EXPECT_EQUAL(request.must_succeed, rows[i].must_succeed);
    }
}

TEST(types_that_do_not_exist_are_refused)
{
    const uint32_t wrong[] = {3, 7, 0x40, 0x800, 0x1000, 0x80000000};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct request request = {.size_bytes = 1};
        EXPECT(!request_from_type(&request, wrong[i]));
    }
}

TEST(flags_name_exactly_one_pool)
{
    struct request request = {.size_bytes = 1};
    EXPECT(request_from_flags(&request, POOL_FLAG_PAGED));
    EXPECT_EQUAL(request.kind, POOL_PAGED);
    EXPECT(request_from_flags(&request, POOL_FLAG_NON_PAGED));
    EXPECT_EQUAL(request.kind, POOL_NONPAGED);
    EXPECT(request_from_flags(&request, POOL_FLAG_NON_PAGED_EXECUTE));
    EXPECT_EQUAL(request.kind, POOL_NONPAGED_EXECUTE);
    EXPECT(!request_from_flags(&request, 0));
    EXPECT(!request_from_flags(&request, POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED));
    EXPECT(!request_from_flags(&request, POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE));
}

TEST(memory_is_zeroed_unless_the_caller_says_otherwise)
{
    struct request request = {.size_bytes = 1};
    EXPECT(request_from_flags(&request, POOL_FLAG_PAGED) && request.zero);
    EXPECT(request_from_flags(&request, POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED));
    EXPECT(!request.zero);
}

TEST(required_bits_must_be_known_and_optional_ones_need_not)
{
    struct request request = {.size_bytes = 1};
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t flag = UINT64_C(1) << bit;
        if ((flag & (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE)) != 0)
            continue;
        bool known = bit >= 32 || flag <= POOL_FLAG_UNINITIALIZED ||
                     flag == POOL_FLAG_CACHE_ALIGNED || flag == POOL_FLAG_RAISE_ON_FAILURE ||
                     flag == POOL_FLAG_PAGED;
        EXPECT_EQUAL(request_from_flags(&request, POOL_FLAG_PAGED | flag), known);
    }
}

TEST(a_refused_set_still_says_whether_to_raise)
{
    struct request request = {.size_bytes = 1};
    EXPECT(!request_from_flags(&request, POOL_FLAG_RAISE_ON_FAILURE));
    EXPECT(request.raise);
}

TEST(priorities_are_a_level_and_a_wish_for_placement)
{
    const struct {
        uint32_t value;
        enum request_priority priority;
        enum request_placement placement;
    } rows[] = {
        {0, PRIORITY_LOW, PLACEMENT_ANY},     {8, PRIORITY_LOW, PLACEMENT_END},
        {9, PRIORITY_LOW, PLACEMENT_START},   {16, PRIORITY_NORMAL, PLACEMENT_ANY},
        {24, PRIORITY_NORMAL, PLACEMENT_END}, {25, PRIORITY_NORMAL, PLACEMENT_START},
        {32, PRIORITY_HIGH, PLACEMENT_ANY},   {40, PRIORITY_HIGH, PLACEMENT_END},
        {41, PRIORITY_HIGH, PLACEMENT_START},
    };
    unsigned known = 0;
    for (uint32_t value = 0; value < 300; value++) {
        struct request request = {.size_bytes = 1};
        bool is_row = known < sizeof rows / sizeof rows[0] && rows[known].value == value;
        EXPECT_EQUAL(request_set_priority(&request, value), is_row);
        if (!is_row)
            continue;
        EXPECT_EQUAL(request.priority, rows[known].priority);
        EXPECT_EQUAL(request.placement, rows[known].placement);
        known++;
    }
    struct request request = {.size_bytes = 1};
    EXPECT(!request_set_priority(&request, 0x80000000u));
    EXPECT_EQUAL(request.priority, PRIORITY_NONE);
}

TEST(quota_and_low_reservation_are_carried)
{
    struct request request = {.size_bytes = 1};
    EXPECT(request_from_flags(&request, POOL_FLAG_PAGED));
    EXPECT(!request.quota && !request.low_reservation);
    EXPECT(request_from_flags(&request, POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA |
                                            POOL_FLAG_FAIL_ON_LOW_RESERVATION));
    EXPECT(request.quota && request.low_reservation);
}

TESTS_MAIN("request")
