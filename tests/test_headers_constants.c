#include "tests/expect.h"

#include <ntifs.h>

/* Values and layouts of the WDK, x64, one row each: what a driver's binary interface rests on. */
static const struct {
    const char *name;
    unsigned long long here;
    unsigned long long windows;
} facts[] = {
#define FACT(expression, value)                                                                    \
    {                                                                                              \
#expression, (unsigned long long)(expression), (value)                                     \
    }
    FACT(sizeof(ULONG), 4),
    FACT(sizeof(LONG), 4),
    FACT(sizeof(DWORD), 4),
    FACT(sizeof(NTSTATUS), 4),
    FACT(sizeof(BOOL), 4),
    FACT(sizeof(BOOLEAN), 1),
    FACT(sizeof(KIRQL), 1),
    FACT(sizeof(USHORT), 2),
    FACT(sizeof(WCHAR), 2),
    FACT(sizeof(ULONG64), 8),
    FACT(sizeof(POOL_FLAGS), 8),
    FACT(sizeof(SIZE_T), 8),
    FACT(sizeof(ULONG_PTR), 8),
    FACT(sizeof(KSPIN_LOCK), 8),
    FACT(sizeof(KAFFINITY), 8),
    FACT(sizeof(POOL_TYPE), 4),
    FACT(sizeof(LARGE_INTEGER), 8),
    FACT(sizeof(UNICODE_STRING), 16),
    FACT(offsetof(UNICODE_STRING, Buffer), 8),
    FACT(sizeof(LIST_ENTRY), 16),
    FACT(sizeof(SLIST_HEADER), 16),
    FACT(_Alignof(SLIST_HEADER), 16),
    FACT(_Alignof(SLIST_ENTRY), 16),
    FACT(sizeof(LOOKASIDE_LIST_EX), 0x60),
    FACT(_Alignof(LOOKASIDE_LIST_EX), 16),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.Depth), 0x10),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.MaximumDepth), 0x12),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.TotalAllocates), 0x14),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.AllocateMisses), 0x18),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.TotalFrees), 0x1C),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.FreeMisses), 0x20),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.Type), 0x24),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.Tag), 0x28),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.Size), 0x2C),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.FreeEx), 0x38),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.LastTotalAllocates), 0x50),
    FACT(offsetof(LOOKASIDE_LIST_EX, L.Future), 0x58),
    FACT(sizeof(NPAGED_LOOKASIDE_LIST), 0x80),
    FACT(sizeof(PAGED_LOOKASIDE_LIST), 0x80),
    FACT(EX_MAXIMUM_LOOKASIDE_DEPTH_BASE, 256),
    FACT(EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT, 1024),
    FACT(LOOKASIDE_MINIMUM_BLOCK_SIZE, 8),
    FACT(POOL_EXTENDED_PARAMETER_TYPE_BITS, 8),
    FACT(POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS, 1),
    FACT(SECURE_POOL_FLAGS_NONE, 0),
    FACT(SECURE_POOL_FLAGS_FREEABLE, 1),
    FACT(SECURE_POOL_FLAGS_MODIFIABLE, 2),
    FACT(POOL_CREATE_FLG_SECURE_POOL, 1),
    FACT(POOL_CREATE_FLG_USE_GLOBAL_POOL, 2),
    FACT(POOL_CREATE_PARAMS_VERSION, 1),
    FACT(MM_ANY_NODE_OK, 0x80000000),
    FACT('MyDv', 0x4D794476),
    FACT(NonPagedPool, 0),
    FACT(PagedPool, 1),
    FACT(NonPagedPoolMustSucceed, 2),
    FACT(NonPagedPoolCacheAligned, 4),
    FACT(PagedPoolCacheAligned, 5),
    FACT(MaxPoolType, 7),
    FACT(NonPagedPoolSession, 32),
    FACT(NonPagedPoolCacheAlignedMustSSession, 38),
    FACT(NonPagedPoolNx, 512),
    FACT(NonPagedPoolNxCacheAligned, 516),
    FACT(NonPagedPoolSessionNx, 544),
    FACT(POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, 8),
    FACT(POOL_RAISE_IF_ALLOCATION_FAILURE, 16),
    FACT(POOL_COLD_ALLOCATION, 256),
    FACT(POOL_NX_ALLOCATION, 512),
    FACT(POOL_ZERO_ALLOCATION, 1024),
    FACT(POOL_FLAG_USE_QUOTA, 0x1),
    FACT(POOL_FLAG_UNINITIALIZED, 0x2),
    FACT(POOL_FLAG_SESSION, 0x4),
    FACT(POOL_FLAG_CACHE_ALIGNED, 0x8),
    FACT(POOL_FLAG_RAISE_ON_FAILURE, 0x20),
    FACT(POOL_FLAG_NON_PAGED, 0x40),
    FACT(POOL_FLAG_NON_PAGED_EXECUTE, 0x80),
    FACT(POOL_FLAG_PAGED, 0x100),
    FACT(POOL_FLAG_LAST_KNOWN_REQUIRED, 0x400),
    FACT(POOL_FLAG_REQUIRED_END, 0x80000000),
    FACT(POOL_FLAG_SPECIAL_POOL, 0x100000000),
    FACT(POOL_FLAG_OPTIONAL_END, 0x8000000000000000),
    FACT(PROTECTED_POOL, 0x80000000),
    FACT(APC_LEVEL, 1),
    FACT(DISPATCH_LEVEL, 2),
    FACT(CMCI_LEVEL, 5),
    FACT(SYNCH_LEVEL, 12),
    FACT(CLOCK_LEVEL, 13),
    FACT(IPI_LEVEL, 14),
    FACT(PROFILE_LEVEL, 15),
    FACT(HIGH_LEVEL, 15),
    FACT((ULONG)STATUS_DATATYPE_MISALIGNMENT, 0x80000002),
    FACT((ULONG)STATUS_INFO_LENGTH_MISMATCH, 0xC0000004),
    FACT((ULONG)STATUS_INVALID_PARAMETER, 0xC000000D),
    FACT((ULONG)STATUS_NO_MEMORY, 0xC0000017),
    FACT((ULONG)STATUS_QUOTA_EXCEEDED, 0xC0000044),
    FACT((ULONG)STATUS_INSUFFICIENT_RESOURCES, 0xC000009A),
    FACT((ULONG)STATUS_INVALID_PARAMETER_1, 0xC00000EF),
    FACT((ULONG)STATUS_INVALID_PARAMETER_5, 0xC00000F3),
    FACT((ULONG)STATUS_ASSERTION_FAILURE, 0xC0000420),
    FACT((ULONG)STATUS_VERIFIER_STOP, 0xC0000421),
    FACT(NT_SUCCESS(STATUS_PENDING), TRUE),
    FACT(NT_SUCCESS(STATUS_BUFFER_OVERFLOW), FALSE),
    FACT(NT_ERROR(STATUS_UNSUCCESSFUL), TRUE),
    FACT(NTDDI_WIN10_VB, 0x0A000008),
    FACT(PAGE_SIZE, 0x1000),
    FACT(MEMORY_ALLOCATION_ALIGNMENT, 16),
    FACT(SYSTEM_CACHE_ALIGNMENT_SIZE, 64),
    FACT(BYTE_OFFSET(0x12345), 0x345),
    FACT((ULONG_PTR)PAGE_ALIGN(0x12345), 0x12000),
    FACT(BYTES_TO_PAGES(4097), 2),
    FACT(BYTES_TO_PAGES(SIZE_MAX), 0x10000000000000),
    FACT(ROUND_TO_PAGES(1), 0x1000),
    FACT(ADDRESS_AND_SIZE_TO_SPAN_PAGES(0xFFF, 2), 2),
    FACT(DPFLTR_IHVSTREAMING_ID, 81),
    FACT(DPFLTR_DEFAULT_ID, 101),
    FACT(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xC4),
    FACT(BAD_POOL_CALLER, 0xC2),
    FACT(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 0xC1),
#undef FACT
};

TEST(every_value_is_windows_own)
{
    for (unsigned i = 0; i < sizeof facts / sizeof facts[0]; i++)
        ck_assert_msg(facts[i].here == facts[i].windows, "%s is 0x%llx, on Windows 0x%llx",
                      facts[i].name, facts[i].here, facts[i].windows);
}

struct record {
    ULONG before;
    LIST_ENTRY link;
};

TEST(a_record_is_found_from_its_link)
{
    struct record record;
    EXPECT(CONTAINING_RECORD(&record.link, struct record, link) == &record);
    EXPECT_EQUAL(FIELD_OFFSET(struct record, link), 8);
}

TEST(a_large_integer_has_two_halves)
{
    LARGE_INTEGER large = {.QuadPart = -2};
    EXPECT_EQUAL(large.LowPart, 0xFFFFFFFE);
    EXPECT(large.HighPart == -1 && large.u.LowPart == large.LowPart);
}

TESTS_MAIN("headers_constants")
