#include "tests/expect.h"

#include <ntifs.h>
#include <ntimage.h>

TEST(types_have_the_sizes_of_windows_on_x64)
{
    EXPECT_EQUAL(sizeof(GUID), 16);
    EXPECT_EQUAL(sizeof(LUID), 8);
    EXPECT_EQUAL(sizeof(ULARGE_INTEGER), 8);
    EXPECT_EQUAL(sizeof(OBJECT_ATTRIBUTES), 48);
    EXPECT_EQUAL(offsetof(OBJECT_ATTRIBUTES, ObjectName), 16);
    EXPECT_EQUAL(offsetof(OBJECT_ATTRIBUTES, SecurityDescriptor), 32);
    EXPECT_EQUAL(sizeof(CLIENT_ID), 16);
    EXPECT_EQUAL(sizeof(HRESULT), 4);
    EXPECT_EQUAL(sizeof(LANGID), 2);
    EXPECT_EQUAL(sizeof(ACCESS_MASK), 4);
    EXPECT_EQUAL(sizeof(IMAGE_DOS_HEADER), 64);
    EXPECT_EQUAL(sizeof(IMAGE_NT_HEADERS64), 264);
    EXPECT_EQUAL(sizeof(IMAGE_SECTION_HEADER), 40);
    EXPECT_EQUAL(sizeof(IMAGE_EXPORT_DIRECTORY), 40);
}

TEST(statuses_have_their_public_values)
{
    EXPECT_EQUAL((ULONG)STATUS_INVALID_PARAMETER_12, 0xC00000FA);
    EXPECT_EQUAL((ULONG)STATUS_MORE_PROCESSING_REQUIRED, 0xC0000016);
    EXPECT_EQUAL((ULONG)STATUS_REPARSE, 0x00000104);
    EXPECT_EQUAL((ULONG)STATUS_BREAKPOINT, 0x80000003);
    EXPECT_EQUAL((ULONG)STATUS_FLT_NO_HANDLER_DEFINED, 0xC01C0001);
    EXPECT_EQUAL((ULONG)STATUS_TOO_LATE, 0xC0000189);
    EXPECT_EQUAL((ULONG)STATUS_INVALID_IMAGE_HASH, 0xC0000428);
    EXPECT(NT_SUCCESS(STATUS_PENDING) && NT_INFORMATION(STATUS_OBJECT_NAME_EXISTS));
    EXPECT(NT_WARNING(STATUS_BUFFER_OVERFLOW) && NT_ERROR(STATUS_UNSUCCESSFUL));
    EXPECT_EQUAL(NT_FACILITY(STATUS_FLT_NO_HANDLER_DEFINED), 0x1C);
}

TEST(alignment_rounds_both_ways)
{
    EXPECT_EQUAL(ALIGN_UP_BY(17, 16), 32);
    EXPECT_EQUAL(ALIGN_UP_BY(16, 16), 16);
    EXPECT_EQUAL(ALIGN_DOWN_BY(17, 16), 16);
    EXPECT_EQUAL(ALIGN_UP(5, ULONG), 8);
    EXPECT(ALIGN_UP_POINTER_BY((PVOID)(uintptr_t)0x1001, PAGE_SIZE) == (PVOID)(uintptr_t)0x2000);
}

TEST(words_are_made_and_taken_apart)
{
    EXPECT_EQUAL(MAKELONG(0x1234, 0x5678), 0x56781234);
    EXPECT_EQUAL(MAKEWORD(0x12, 0x34), 0x3412);
    EXPECT_EQUAL(LOWORD(0x56781234), 0x1234);
    EXPECT_EQUAL(HIWORD(0x56781234), 0x5678);
    EXPECT_EQUAL(HIBYTE(0x3412), 0x34);
    EXPECT_EQUAL(Int32x32To64(-2, 0x40000000), -0x80000000LL);
    EXPECT_EQUAL(PtrToUlong((PVOID)(uintptr_t)0x1122334455667788), 0x55667788);
    EXPECT(LongToHandle(-1) == (HANDLE)(intptr_t)-1);
}

TEST(object_attributes_are_filled_whole)
{
    UNICODE_STRING name = {0, 0, NULL};
    OBJECT_ATTRIBUTES attributes;
    memset(&attributes, 0xff, sizeof attributes);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT_EQUAL(attributes.Length, 48);
    EXPECT_EQUAL(attributes.Attributes, 0x200);
    EXPECT(attributes.ObjectName == &name && attributes.RootDirectory == NULL);
    EXPECT(attributes.SecurityDescriptor == NULL && attributes.SecurityQualityOfService == NULL);
}

TEST(interlocked_routines_return_old_or_new_as_their_name_says)
{
    LONG count = 5;
    LONG64 wide = 1;
    PVOID place = NULL;
    EXPECT_EQUAL(InterlockedIncrement(&count), 6);
    EXPECT_EQUAL(InterlockedDecrement(&count), 5);
    EXPECT_EQUAL(InterlockedExchangeAdd(&count, 3), 5);
    EXPECT_EQUAL(InterlockedExchange(&count, 1), 8);
    EXPECT_EQUAL(InterlockedCompareExchange(&count, 9, 2), 1);
    EXPECT_EQUAL(InterlockedCompareExchange(&count, 9, 1), 1);
    EXPECT_EQUAL(InterlockedOr(&count, 6), 9);
    EXPECT_EQUAL(InterlockedAnd(&count, 8), 15);
    EXPECT_EQUAL(InterlockedXor(&count, 1), 8);
    EXPECT_EQUAL(count, 9);
    EXPECT_EQUAL(InterlockedAdd64(&wide, 4), 5);
    EXPECT(InterlockedCompareExchangePointer(&place, &count, NULL) == NULL);
    EXPECT(InterlockedExchangePointer(&place, NULL) == &count);
    EXPECT(!InterlockedBitTestAndSet(&count, 1) && InterlockedBitTestAndReset(&count, 1));
}

TEST(bit_scans_say_whether_there_is_a_bit)
{
    ULONG index = 77;
    EXPECT(!_BitScanForward(&index, 0) && index == 77);
    EXPECT(_BitScanForward(&index, 0x50) && index == 4);
    EXPECT(_BitScanReverse(&index, 0x50) && index == 6);
    EXPECT(_BitScanReverse64(&index, 1ULL << 40) && index == 40);
    EXPECT_EQUAL(RtlUlongByteSwap(0x11223344), 0x44332211);
    EXPECT_EQUAL(RtlUshortByteSwap(0x1122), 0x2211);
    EXPECT_EQUAL(RotateLeft32(0x80000001, 1), 3);
}

TESTS_MAIN("types")
