#include "tests/expect.h"

#include "expool/dbg.h"
#include "expool/rtl.h"
#include "tests/child.h"

TEST(compare_memory_counts_equal_leading_bytes)
{
    EXPECT_EQUAL(RtlCompareMemory("abcd", "abxd", 4), 2);
    EXPECT_EQUAL(RtlCompareMemory("abcd", "abcd", 4), 4);
    EXPECT_EQUAL(RtlCompareMemory("x", "y", 1), 0);
}

TEST(fill_memory_takes_length_before_value)
{
    unsigned char bytes[8];
    RtlFillMemory(bytes, sizeof bytes, 0x5a);
    EXPECT_EQUAL(bytes[7], 0x5a);
    EXPECT(RtlSecureZeroMemory(bytes, sizeof bytes) == bytes);
    EXPECT_EQUAL(bytes[0] | bytes[7], 0);
    EXPECT(RtlEqualMemory("abc", "abc", 3));
}

TEST(copies_keep_to_their_length_and_moves_may_overlap)
{
    char from[] = "abcdefgh";
    char to[] = "12345678";
    RtlCopyMemory(to, from, 2);
    RtlCopyBytes(to + 2, from + 2, 2);
    RtlCopyMemoryNonTemporal(to + 4, from + 4, 2);
    EXPECT(RtlEqualMemory(to, "abcdef78", 9));
    RtlMoveMemory(from + 2, from, 6);
    EXPECT(RtlEqualMemory(from, "ababcdef", 9));
    RtlMoveMemory(from, from + 2, 6);
    EXPECT(RtlEqualMemory(from, "abcdefef", 9));
}

TEST(bytes_are_filled_and_zeroed_by_either_name)
{
    unsigned char bytes[8];
    RtlFillBytes(bytes, sizeof bytes, 0x5a);
    RtlZeroBytes(bytes + 1, 3);
    RtlZeroMemory(bytes + 4, 3);
    EXPECT(RtlEqualMemory(bytes, "\x5a\0\0\0\0\0\0\x5a", 8));
}

static void print_all(void)
{
    static WCHAR letters[] = {'w', 'i', 'd', 'e', 0};
    UNICODE_STRING wide = {8, 10, letters};
    char narrow[] = "narrowX";
    ANSI_STRING counted = {6, 7, narrow};
    DbgPrint("%d %lu %x %I64x %p %c %s %wZ %Z %ws %S|%-5d|%05u\n", -3, 7, 0xab,
             (ULONGLONG)0x1234567890, (void *)(uintptr_t)0xbeef, 'c', "text", &wide, &counted,
             letters, letters, 42, 42);
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "hidden\n");
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "shown\n");
}

TEST(debug_output_knows_the_wdk_conversions)
{
    struct child child = child_run(print_all);
    EXPECT_TEXT(child.text, "-3 7 ab 1234567890 000000000000BEEF c text wide narrow wide wide|42   "
                            "|00042\n");
    EXPECT_TEXT(child.text, "shown");
    EXPECT(strstr(child.text, "hidden") == NULL);
}

TEST(a_failed_assertion_is_a_stop)
{
    char expression[] = "1 == 2";
    char file[] = "driver.c";
    EXPECT_BUGCHECK(0x1E, 0)
    {
        RtlAssert(expression, file, 7, NULL);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], 0xC0000420);
}

TESTS_MAIN("rtl")
