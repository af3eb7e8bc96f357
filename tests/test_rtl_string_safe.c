#include "tests/expect.h"

#include <ntifs.h>
#include <ntstrsafe.h>

static bool same(const WCHAR *text, const WCHAR *wanted)
{
    return expool_wcscmp(text, wanted) == 0;
}

TEST(a_copy_that_has_no_room_is_cut_and_ended)
{
    char text[4];
    WCHAR wide[4];
    EXPECT(RtlStringCbCopyA(text, 4, "abc") == STATUS_SUCCESS && strcmp(text, "abc") == 0);
    EXPECT(RtlStringCchCopyA(text, 4, "abcd") == STATUS_BUFFER_OVERFLOW);
    EXPECT(strcmp(text, "abc") == 0);
    EXPECT(RtlStringCbCopyW(wide, 8, u"abcd") == STATUS_BUFFER_OVERFLOW && same(wide, u"abc"));
    EXPECT(RtlStringCchCopyW(wide, 4, u"xyz") == STATUS_SUCCESS && same(wide, u"xyz"));
    EXPECT(RtlStringCchCopyW(wide, 0, u"x") == STATUS_INVALID_PARAMETER);
    EXPECT(RtlStringCbCopyW(wide, 1, u"x") == STATUS_INVALID_PARAMETER);
    EXPECT(RtlStringCchCopyW(wide, 0x80000000, u"x") == STATUS_INVALID_PARAMETER);
    EXPECT(same(wide, u"xyz"));
}

TEST(counted_copies_stop_at_the_count)
{
    WCHAR wide[8];
    char text[8];
    EXPECT(RtlStringCbCopyNW(wide, 16, u"abcdef", 4) == STATUS_SUCCESS && same(wide, u"ab"));
    EXPECT(RtlStringCchCopyNW(wide, 8, u"abcdef", 3) == STATUS_SUCCESS && same(wide, u"abc"));
    EXPECT(RtlStringCchCatNW(wide, 8, u"xyz", 2) == STATUS_SUCCESS && same(wide, u"abcxy"));
    EXPECT(RtlStringCbCatNW(wide, 16, u"12345", 10) == STATUS_BUFFER_OVERFLOW);
    EXPECT(same(wide, u"abcxy12"));
    EXPECT(RtlStringCchCopyNA(text, 8, "abc", 100) == STATUS_SUCCESS && strcmp(text, "abc") == 0);
    EXPECT(RtlStringCbCatNA(text, 8, "def", 1) == STATUS_SUCCESS && strcmp(text, "abcd") == 0);
}

TEST(joining_wants_text_that_ends)
{
    char text[4] = {'a', 'b', 'c', 'd'};
    WCHAR wide[8] = u"ab";
    EXPECT(RtlStringCbCatA(text, 4, "x") == STATUS_INVALID_PARAMETER && text[3] == 'd');
    EXPECT(RtlStringCchCatW(wide, 8, u"cd") == STATUS_SUCCESS && same(wide, u"abcd"));
    EXPECT(RtlStringCbCatW(wide, 16, u"efgh") == STATUS_BUFFER_OVERFLOW && same(wide, u"abcdefg"));
    text[0] = 0;
    EXPECT(RtlStringCchCatA(text, 4, "xyz") == STATUS_SUCCESS && strcmp(text, "xyz") == 0);
}

TEST(the_ex_forms_say_where_the_end_is)
{
    WCHAR wide[8];
    char text[8];
    PWSTR end;
    char *narrow_end;
    size_t left;
    EXPECT(RtlStringCbCopyExW(wide, 16, u"abc", &end, &left, 0) == STATUS_SUCCESS);
    EXPECT(end == wide + 3 && left == 10);
    EXPECT(RtlStringCchCatExW(wide, 8, u"de", &end, &left, 0) == STATUS_SUCCESS);
    EXPECT(end == wide + 5 && left == 3);
    EXPECT(RtlStringCchPrintfExA(text, 8, &narrow_end, &left, 0, "%d", 42) == STATUS_SUCCESS);
    EXPECT(narrow_end == text + 2 && left == 6);
    EXPECT(RtlStringCchCopyNExA(text, 8, "abc", 2, &narrow_end, &left, 0) == STATUS_SUCCESS);
    EXPECT(narrow_end == text + 2 && left == 6);
    EXPECT(RtlStringCbCatNExA(text, 8, "xyz", 2, &narrow_end, &left, 0) == STATUS_SUCCESS);
    EXPECT(strcmp(text, "abxy") == 0 && left == 4);
    EXPECT(RtlStringCchCopyExA(text, 8, "", NULL, NULL, 0x10000) == STATUS_INVALID_PARAMETER);
}

TEST(flags_say_what_becomes_of_the_rest)
{
    char text[6];
    memset(text, 'x', sizeof text);
    EXPECT(RtlStringCbCopyExA(text, 6, "ab", NULL, NULL, STRSAFE_FILL_BYTE('-')) == STATUS_SUCCESS);
    EXPECT(memcmp(text, "ab\0---", 6) == 0);
    EXPECT(RtlStringCbCopyExA(text, 6, "abcdef", NULL, NULL, STRSAFE_FAILURE_BYTE('#')) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT(strcmp(text, "#####") == 0);
    EXPECT(RtlStringCbCopyExA(text, 6, "abcdef", NULL, NULL, STRSAFE_NULL_ON_FAILURE) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT(text[0] == 0);
    EXPECT(RtlStringCbCopyA(text, 6, "ab") == STATUS_SUCCESS);
    EXPECT(RtlStringCbCatExA(text, 6, "cdefg", NULL, NULL, STRSAFE_NO_TRUNCATION) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT(strcmp(text, "ab") == 0);
    EXPECT(RtlStringCbCopyExA(text, 6, NULL, NULL, NULL, STRSAFE_IGNORE_NULLS) == STATUS_SUCCESS);
    EXPECT(text[0] == 0);
    EXPECT(RtlStringCbCopyExA(NULL, 0, "", NULL, NULL, STRSAFE_IGNORE_NULLS) == STATUS_SUCCESS);
    EXPECT(RtlStringCbCopyExA(NULL, 0, "a", NULL, NULL, STRSAFE_IGNORE_NULLS) ==
           STATUS_INVALID_PARAMETER);
}

static NTSTATUS print_list(WCHAR *text, size_t size, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    NTSTATUS status = RtlStringCbVPrintfW(text, size, format, arguments);
    va_end(arguments);
    return status;
}

TEST(printing_knows_windows_conversions)
{
    WCHAR wide[16];
    char text[16];
    UNICODE_STRING name = {4, 4, (WCHAR[]){'C', ':'}};
    EXPECT(RtlStringCchPrintfW(wide, 16, u"%wZ %lu %s", &name, 7U, u"x") == STATUS_SUCCESS);
    EXPECT(same(wide, u"C: 7 x"));
    EXPECT(RtlStringCbPrintfA(text, 5, "%s", "abcdef") == STATUS_BUFFER_OVERFLOW);
    EXPECT(strcmp(text, "abcd") == 0);
    EXPECT(RtlStringCbPrintfW(wide, 4, u"%d", 12) == STATUS_BUFFER_OVERFLOW && same(wide, u"1"));
    EXPECT(RtlStringCchPrintfA(text, 16, "%I64d", -1LL) == STATUS_SUCCESS);
    EXPECT(strcmp(text, "-1") == 0);
    EXPECT(print_list(wide, sizeof wide, u"%c%c", 'a', 'b') == STATUS_SUCCESS && same(wide, u"ab"));
}

TEST(a_length_is_found_within_the_room_only)
{
    size_t length = 77;
    EXPECT(RtlStringCchLengthW(u"abc", 4, &length) == STATUS_SUCCESS && length == 3);
    EXPECT(RtlStringCbLengthW(u"abc", 8, &length) == STATUS_SUCCESS && length == 6);
    EXPECT(RtlStringCchLengthA("abc", 3, &length) == STATUS_INVALID_PARAMETER && length == 0);
    EXPECT(RtlStringCbLengthA(NULL, 3, NULL) == STATUS_INVALID_PARAMETER);
}

TEST(counted_strings_are_copied_joined_and_printed)
{
    WCHAR room[5];
    UNICODE_STRING string = {0, sizeof room, room};
    UNICODE_STRING source = {6, 6, (WCHAR[]){'a', 0, 'c'}};
    UNICODE_STRING left;
    EXPECT(RtlUnicodeStringCopy(&string, &source) == STATUS_SUCCESS && string.Length == 6);
    EXPECT(room[2] == 'c'); /* a 0 is a letter like others */
    EXPECT(RtlUnicodeStringCatStringEx(&string, u"de", &left, 0) == STATUS_SUCCESS);
    EXPECT(string.Length == 10 && left.MaximumLength == 0 && left.Buffer == room + 5);
    EXPECT(RtlUnicodeStringCat(&string, &source) == STATUS_BUFFER_OVERFLOW && string.Length == 10);
    EXPECT(RtlUnicodeStringCopyString(&string, u"abcdefg") == STATUS_BUFFER_OVERFLOW);
    EXPECT(string.Length == 10 && room[4] == 'e');
    EXPECT(RtlUnicodeStringCopyStringEx(&string, u"abcdefg", NULL, STRSAFE_NO_TRUNCATION) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT_EQUAL(string.Length, 0);
    EXPECT(RtlUnicodeStringPrintf(&string, u"%d%s", 12, u"x") == STATUS_SUCCESS);
    EXPECT_EQUAL(string.Length, 6);
    EXPECT(RtlUnicodeStringPrintfEx(&string, &left, 0, u"%d", 7) == STATUS_SUCCESS);
    EXPECT(string.Length == 2 && left.MaximumLength == 8);
    EXPECT(RtlUnicodeStringCchCopyStringN(&string, u"abc", 2) == STATUS_SUCCESS);
    EXPECT_EQUAL(string.Length, 4);
    EXPECT(RtlUnicodeStringCbCatN(&string, &source, 2) == STATUS_SUCCESS && string.Length == 6);
}

TEST(a_counted_string_is_looked_at_first)
{
    WCHAR room[4];
    UNICODE_STRING odd = {3, 8, room};
    UNICODE_STRING string;
    EXPECT(RtlUnicodeStringValidate(&odd) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlUnicodeStringValidateEx(NULL, STRSAFE_IGNORE_NULLS) == STATUS_SUCCESS);
    EXPECT(RtlUnicodeStringCopyString(&odd, u"x") == STATUS_INVALID_PARAMETER && odd.Length == 3);
    EXPECT(RtlUnicodeStringInit(&string, u"abc") == STATUS_SUCCESS && string.Length == 6);
    EXPECT(RtlUnicodeStringInitEx(&string, NULL, 0) == STATUS_SUCCESS && string.Buffer == NULL);
    static WCHAR much[32768];
    for (size_t i = 0; i < 32767; i++)
        much[i] = 'x';
    EXPECT(RtlUnicodeStringInit(&string, much) == STATUS_INVALID_PARAMETER);
}

TESTS_MAIN("rtl_string_safe")
