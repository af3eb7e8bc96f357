#include "tests/expect.h"

#include <ntifs.h>
#include <ntintsafe.h>

TEST(sums_that_do_not_fit_are_an_overflow)
{
    ULONG sum;
    LONG signed_sum;
    SIZE_T size;
    USHORT small;
    EXPECT(RtlULongAdd(0xfffffff0, 0xf, &sum) == STATUS_SUCCESS && sum == 0xffffffff);
    EXPECT(RtlULongAdd(0xfffffff0, 0x10, &sum) == STATUS_INTEGER_OVERFLOW && sum == ULONG_ERROR);
    EXPECT(RtlULongSub(1, 2, &sum) == STATUS_INTEGER_OVERFLOW);
    EXPECT(RtlULongMult(0x10000, 0x10000, &sum) == STATUS_INTEGER_OVERFLOW);
    EXPECT(RtlULongMult(0xffff, 0x10001, &sum) == STATUS_SUCCESS && sum == 0xffffffff);
    EXPECT(RtlLongAdd(MAXLONG, 1, &signed_sum) == STATUS_INTEGER_OVERFLOW && signed_sum == -1);
    EXPECT(RtlLongSub(MINLONG, -1, &signed_sum) == STATUS_SUCCESS && signed_sum == -MAXLONG);
    EXPECT(RtlSizeTMult(MAXSIZE_T, 2, &size) == STATUS_INTEGER_OVERFLOW && size == SIZE_T_ERROR);
    EXPECT(RtlSizeTAdd(1, 2, &size) == STATUS_SUCCESS && size == 3);
    EXPECT(RtlUShortAdd(65535, 1, &small) == STATUS_INTEGER_OVERFLOW && small == 65535);
    EXPECT(RtlUShortMult(255, 257, &small) == STATUS_SUCCESS && small == 65535);
}

TEST(conversions_that_do_not_fit_are_an_overflow)
{
    ULONG whole;
    USHORT small;
    LONG number;
    UCHAR byte;
    CHAR letter = 1;
    EXPECT(RtlSizeTToULong(0x100000000, &whole) == STATUS_INTEGER_OVERFLOW && whole == MAXULONG);
    EXPECT(RtlULongLongToULong(0xffffffff, &whole) == STATUS_SUCCESS && whole == 0xffffffff);
    EXPECT(RtlLongToULong(-1, &whole) == STATUS_INTEGER_OVERFLOW);
    EXPECT(RtlULongToLong(0x80000000, &number) == STATUS_INTEGER_OVERFLOW && number == -1);
    EXPECT(RtlULongToUShort(65536, &small) == STATUS_INTEGER_OVERFLOW && small == 65535);
    EXPECT(RtlIntToUChar(-1, &byte) == STATUS_INTEGER_OVERFLOW);
    EXPECT(RtlLongLongToUChar(200, &byte) == STATUS_SUCCESS && byte == 200);
    EXPECT(RtlULongToChar(200, &letter) == STATUS_INTEGER_OVERFLOW && letter == CHAR_ERROR);
    EXPECT(RtlULongPtrToULong(7, &whole) == STATUS_SUCCESS && whole == 7);
}

TESTS_MAIN("rtl_int_safe")
