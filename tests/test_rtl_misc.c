#include "tests/expect.h"

#include <ntifs.h>

TEST(the_version_is_windows_10)
{
    RTL_OSVERSIONINFOEXW info = {.dwOSVersionInfoSize = sizeof info};
    EXPECT_EQUAL(sizeof(RTL_OSVERSIONINFOW), 276);
    EXPECT_EQUAL(sizeof(RTL_OSVERSIONINFOEXW), 284);
    EXPECT(RtlGetVersion((PRTL_OSVERSIONINFOW)&info) == STATUS_SUCCESS);
    EXPECT(info.dwMajorVersion == 10 && info.dwMinorVersion == 0 && info.dwBuildNumber == 22621);
    EXPECT(info.dwPlatformId == 2 && info.wProductType == VER_NT_WORKSTATION);
    info.dwOSVersionInfoSize = 12;
    EXPECT(RtlGetVersion((PRTL_OSVERSIONINFOW)&info) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlIsNtDdiVersionAvailable(NTDDI_WIN10_VB) && IsNtddiVersionAvailable(NTDDI_WIN7));
    EXPECT(!RtlIsNtDdiVersionAvailable(0x0B000000) && RtlIsServicePackVersionInstalled(NTDDI_WS08));
}

static NTSTATUS verify(ULONG major, ULONG minor, UCHAR condition)
{
    RTL_OSVERSIONINFOEXW wanted = {.dwMajorVersion = major, .dwMinorVersion = minor};
    ULONGLONG mask = 0;
    VER_SET_CONDITION(mask, VER_MAJORVERSION, condition);
    VER_SET_CONDITION(mask, VER_MINORVERSION, condition);
    return RtlVerifyVersionInfo(&wanted, VER_MAJORVERSION | VER_MINORVERSION, mask);
}

TEST(versions_are_compared_as_one_number)
{
    EXPECT(verify(6, 3, VER_GREATER_EQUAL) == STATUS_SUCCESS);
    EXPECT(verify(10, 0, VER_EQUAL) == STATUS_SUCCESS);
    EXPECT(verify(10, 1, VER_GREATER_EQUAL) == STATUS_REVISION_MISMATCH);
    EXPECT(verify(6, 3, VER_LESS) == STATUS_REVISION_MISMATCH);
    EXPECT(verify(11, 0, VER_LESS) == STATUS_SUCCESS);
    EXPECT(verify(10, 0, VER_AND) == STATUS_INVALID_PARAMETER);
    RTL_OSVERSIONINFOEXW server = {.wProductType = VER_NT_SERVER};
    ULONGLONG mask = VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL);
    EXPECT(RtlVerifyVersionInfo(&server, VER_PRODUCT_TYPE, mask) == STATUS_REVISION_MISMATCH);
    EXPECT(RtlVerifyVersionInfo(&server, VER_BUILDNUMBER, mask) == STATUS_INVALID_PARAMETER);
}

TEST(random_numbers_follow_from_their_seed)
{
    ULONG seed = 42;
    ULONG again = 42;
    ULONG zero = 0;
    ULONG different = 0;
    for (int i = 0; i < 1000; i++) {
        ULONG number = RtlRandomEx(&seed);
        EXPECT(number < MAXLONG && number == RtlRandom(&again));
        different |= number;
    }
    EXPECT_EQUAL(different, MAXLONG);
    EXPECT(RtlUniform(&zero) != RtlUniform(&zero));
}

TEST(patterns_fill_and_are_found)
{
    ULONG words[4];
    RtlFillMemoryUlong(words, 12, 0xdeadbeef);
    words[3] = 0;
    EXPECT_EQUAL(RtlCompareMemoryUlong(words, 16, 0xdeadbeef), 12);
    EXPECT_EQUAL(RtlCompareMemoryUlong((char *)words + 1, 8, 0xdeadbeef), 0);
    RtlFillMemoryUlonglong(words, 16, 0x100000002);
    EXPECT(words[0] == 2 && words[1] == 1 && words[3] == 1);
    EXPECT(!RtlIsZeroMemory(words, 16) && RtlIsZeroMemory(words, 0));
    ULONG odd;
    RtlStoreUlong((char *)words + 1, 0x11223344);
    RtlRetrieveUlong(&odd, (char *)words + 1);
    EXPECT_EQUAL(odd, 0x11223344);
}

static DECLSPEC_NOINLINE USHORT capture(PVOID *frames, ULONG skipped, PULONG hash)
{
    USHORT count = RtlCaptureStackBackTrace(skipped, 8, frames, hash);
    __asm__ __volatile__(""); /* no tail call */
    return count;
}

TEST(a_stack_begins_with_the_caller)
{
    PVOID frames[8] = {NULL};
    PVOID fewer[8] = {NULL};
    ULONG hash;
    USHORT count = capture(frames, 0, &hash);
    EXPECT(count >= 2);
    EXPECT((char *)frames[0] > (char *)(uintptr_t)capture &&
           (char *)frames[0] < (char *)(uintptr_t)capture + 200);
    ULONG sum = 0;
    for (USHORT i = 0; i < count; i++)
        sum += PtrToUlong(frames[i]);
    EXPECT_EQUAL(hash, sum);
    EXPECT(capture(fewer, 1, NULL) >= 1 && fewer[0] != frames[0]);
    EXPECT(RtlWalkFrameChain(frames, 8, 0) >= 1);
    EXPECT_EQUAL(RtlWalkFrameChain(frames, 8, RTL_WALK_USER_MODE_STACK), 0);
    EXPECT_EQUAL(RtlWalkFrameChain(frames, 8, 255 << 8), 0);
}

TEST(large_integers_reckon_as_of_old)
{
    LARGE_INTEGER ten = RtlConvertLongToLargeInteger(-10);
    ULONG rest;
    EXPECT_EQUAL(RtlEnlargedIntegerMultiply(-2, MAXLONG).QuadPart, -4294967294LL);
    EXPECT_EQUAL(RtlEnlargedUnsignedMultiply(MAXULONG, 2).QuadPart, 8589934590LL);
    EXPECT_EQUAL(RtlLargeIntegerAdd(ten, ten).QuadPart, -20);
    EXPECT_EQUAL(RtlLargeIntegerShiftRight(ten, 60).QuadPart, 15);
    EXPECT(RtlLargeIntegerLessThanZero(ten) && !RtlLargeIntegerGreaterThan(ten, ten));
    LARGE_INTEGER big = {.QuadPart = 10000000007};
    EXPECT_EQUAL(RtlExtendedLargeIntegerDivide(big, 10, &rest).QuadPart, 1000000000);
    EXPECT_EQUAL(rest, 7);
    EXPECT_EQUAL(RtlLargeIntegerDivide(big, big, NULL).QuadPart, 1);
    ULARGE_INTEGER small = {.QuadPart = 100};
    EXPECT(RtlEnlargedUnsignedDivide(small, 7, &rest) == 14 && rest == 2);
}

TEST(luids_are_copied_and_compared)
{
    LUID one = RtlConvertLongToLuid(-5);
    LUID two = RtlConvertUlongToLuid(5);
    EXPECT(one.HighPart == -1 && two.HighPart == 0 && !RtlEqualLuid(&one, &two));
    RtlCopyLuid(&two, &one);
    EXPECT(RtlEqualLuid(&one, &two) && !RtlIsZeroLuid(&two));
}

TESTS_MAIN("rtl_misc")
