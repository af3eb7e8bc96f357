#include "tests/expect.h"

#include <ntifs.h>

static bool same(const WCHAR *text, const WCHAR *wanted)
{
    return expool_wcscmp(text, wanted) == 0;
}

TEST(wide_strings_are_measured_copied_and_joined)
{
    WCHAR room[16];
    EXPECT_EQUAL(expool_wcslen(u"four"), 4);
    EXPECT_EQUAL(expool_wcsnlen(u"four", 3), 3);
    EXPECT(same(expool_wcscpy(room, u"ab"), u"ab"));
    EXPECT(same(expool_wcscat(room, u"cd"), u"abcd"));
    EXPECT(same(expool_wcsncat(room, u"efgh", 2), u"abcdef"));
    memset(room, 0xff, sizeof room);
    expool_wcsncpy(room, u"x", 3);
    EXPECT(room[0] == 'x' && room[1] == 0 && room[2] == 0 && room[3] == 0xffff);
    EXPECT(same(expool_wcsrev(expool_wcscpy(room, u"abc")), u"cba"));
    EXPECT(same(expool_wcsnset(room, 'z', 2), u"zza"));
}

TEST(wide_strings_are_compared_with_case_and_without)
{
    EXPECT(expool_wcscmp(u"a", u"b") < 0 && expool_wcscmp(u"ab", u"a") > 0);
    EXPECT(expool_wcsncmp(u"abx", u"aby", 2) == 0);
    EXPECT(expool_wcsicmp(u"\u00c4bC", u"\u00e4Bc") == 0);
    EXPECT(expool_wcsicmp(u"_", u"a") < 0); /* lower case decides: '_' comes before 'a' */
    EXPECT(expool_wcsnicmp(u"ABx", u"aby", 2) == 0 && expool_wcsnicmp(u"ABx", u"aby", 3) < 0);
    WCHAR room[4] = u"aB\u00e9";
    EXPECT(same(expool_wcsupr(room), u"AB\u00c9") && same(expool_wcslwr(room), u"ab\u00e9"));
    EXPECT(expool_towupper('q') == 'Q' && expool_towlower(0x410) == 0x430);
}

TEST(wide_strings_are_searched)
{
    const WCHAR *path = u"c:\\a\\b";
    EXPECT(expool_wcschr(path, '\\') == path + 2 && expool_wcschr(path, 'x') == NULL);
    EXPECT(expool_wcsrchr(path, '\\') == path + 4 && expool_wcsrchr(path, 0) == path + 6);
    EXPECT(expool_wcsrchr(path, 'x') == NULL);
    EXPECT(expool_wcsstr(path, u"a\\b") == path + 3 && expool_wcsstr(path, u"b\\") == NULL);
    EXPECT(expool_wcsstr(path, u"") == path);
    EXPECT(expool_wcspbrk(path, u"\\:") == path + 1 && expool_wcspbrk(path, u"xyz") == NULL);
    EXPECT_EQUAL(expool_wcsspn(path, u":c"), 2);
    EXPECT_EQUAL(expool_wcscspn(path, u"\\"), 2);
}

TEST(letters_change_their_width)
{
    WCHAR wide[4];
    char narrow[4];
    EXPECT_EQUAL(expool_mbstowcs(wide, "\x80z", 4), 2);
    EXPECT(same(wide, u"\u20acz"));
    EXPECT_EQUAL(expool_mbstowcs(wide, "abcdef", 4), 4);
    EXPECT_EQUAL(expool_mbstowcs(NULL, "abcdef", 0), 6);
    EXPECT_EQUAL(expool_wcstombs(narrow, u"\u20ac", 4), 1);
    EXPECT(strcmp(narrow, "\x80") == 0);
    EXPECT_EQUAL(expool_wcstombs(NULL, u"ab", 0), 2);
    expool_wmemset(wide, 'x', 4);
    expool_wmemcpy(wide, u"ab", 2);
    expool_wmemmove(wide + 1, wide, 2);
    EXPECT(expool_wmemcmp(wide, u"aabx", 4) == 0 && expool_wmemcmp(wide, u"aac", 3) < 0);
}

TEST(narrow_strings_ignore_case_of_ascii_only)
{
    char room[8] = "aBc";
    EXPECT(expool_stricmp("ABC", "abc") == 0 && expool_stricmp("a", "b") < 0);
    EXPECT(expool_stricmp("\xc4", "\xe4") != 0);
    EXPECT(expool_strnicmp("ABx", "aby", 2) == 0);
    EXPECT(strcmp(expool_strupr(room), "ABC") == 0 && strcmp(expool_strlwr(room), "abc") == 0);
    EXPECT(strcmp(expool_strrev(room), "cba") == 0);
    EXPECT(strcmp(expool_strnset(room, '-', 2), "--a") == 0);
}

TEST(numbers_become_text_of_any_radix)
{
    char text[80];
    WCHAR wide[80];
    EXPECT(strcmp(expool_itoa(-42, text, 10), "-42") == 0);
    EXPECT(strcmp(expool_itoa(-1, text, 16), "ffffffff") == 0);
    EXPECT(strcmp(expool_i64toa(INT64_MIN, text, 10), "-9223372036854775808") == 0);
    EXPECT(strcmp(expool_ui64toa(35, text, 36), "z") == 0);
    EXPECT(strcmp(expool_itoa(1, text, 1), "") == 0);
    EXPECT(same(expool_itow(-7, wide, 10), u"-7"));
    EXPECT(same(expool_i64tow(255, wide, 2), u"11111111"));
    EXPECT(same(expool_ui64tow(UINT64_MAX, wide, 16), u"ffffffffffffffff"));
}

TEST(text_becomes_numbers_of_32_bits)
{
    const WCHAR *wide = u" -12z";
    WCHAR *end;
    char *narrow_end;
    EXPECT_EQUAL(expool_wcstol(wide, &end, 10), -12);
    EXPECT(end == wide + 4);
    EXPECT_EQUAL(expool_wcstoul(u"0xffffffff", NULL, 0), 0xffffffff);
    EXPECT_EQUAL(expool_wcstoul(u"0x1ffffffff", NULL, 0), MAXULONG);
    EXPECT_EQUAL(expool_wcstol(u"3000000000", NULL, 10), MAXLONG);
    EXPECT_EQUAL(expool_wcstol(u"-3000000000", NULL, 10), MINLONG);
    const char *text = "none";
    EXPECT_EQUAL(expool_strtol(text, &narrow_end, 10), 0);
    EXPECT(narrow_end == text);
    EXPECT_EQUAL(expool_strtoul("017", NULL, 0), 15);
    EXPECT_EQUAL(expool_strtoul("zz", NULL, 36), 35 * 36 + 35);
    EXPECT_EQUAL(expool_wtol(u"19 "), 19);
    EXPECT_EQUAL(expool_wtoi64(u"-5000000000"), -5000000000);
}

TEST(wide_formats_take_wide_strings_for_s)
{
    WCHAR text[128];
    UNICODE_STRING counted = {4, 4, (WCHAR[]){'o', 0x4e2d}};
    ANSI_STRING narrow = {2, 2, (char[]){'a', 'n'}};
    INT length = expool_swprintf(text, u"%s|%S|%hs|%wZ|%Z|%c", u"w\u20ac", "n\x80", "h", &counted,
                                 &narrow, 0x42f);
    EXPECT(same(text, u"w\u20ac|n\u20ac|h|o\u4e2d|an|\u042f"));
    EXPECT_EQUAL(length, 15);
    expool_swprintf(text, u"\\Device\\Disk%d\\DR%lu%5s%-4s|%.2s", 3, 4294967295U, u"r", u"l",
                    u"cut");
    EXPECT(same(text, u"\\Device\\Disk3\\DR4294967295    rl   |cu"));
}

TEST(narrow_formats_take_wide_strings_for_capital_s)
{
    char text[128];
    UNICODE_STRING counted = {4, 4, (WCHAR[]){'o', 0x20ac}};
    expool_sprintf(text, "%s|%S|%ws|%wZ|%C|%I64x|%p|%08lx|%#x|%5.3d|%+d|%%|%q", "n", u"w", u"x",
                   &counted, 'y', 0x1122334455667788ULL, (void *)(uintptr_t)0xbeef, 0xabcU, 255U, 7,
                   7);
    EXPECT(strcmp(text, "n|w|x|o\x80|y|1122334455667788|000000000000BEEF|00000abc|0xff|  007|+7|%|"
                        "q") == 0);
}

TEST(text_that_has_no_room_is_cut_or_refused)
{
    char text[8];
    WCHAR wide[8];
    memset(text, 'x', sizeof text);
    EXPECT_EQUAL((unsigned)expool_snprintf(text, 3, "%d", 12345), -1U);
    EXPECT(memcmp(text, "123x", 4) == 0);
    EXPECT_EQUAL(expool_snprintf(text, 3, "%d", 123), 3);
    EXPECT_EQUAL(text[3], 'x');
    EXPECT_EQUAL(expool_snprintf(text, 4, "%d", 123), 3);
    EXPECT_EQUAL(text[3], 0);
    EXPECT_EQUAL((unsigned)expool_snwprintf(wide, 2, u"%u", 123), -1U);
    EXPECT_EQUAL(expool_snwprintf(wide, 8, u"%u", 123), 3);
    EXPECT_EQUAL((unsigned)expool_sprintf_s(text, 3, "%d", 123), -1U);
    EXPECT_EQUAL(text[0], 0);
    EXPECT_EQUAL(expool_sprintf_s(text, 4, "%d", 123), 3);
    EXPECT_EQUAL(expool_swprintf_s(wide, 8, u"%d", -1), 2);
    EXPECT_EQUAL((unsigned)expool_swprintf_s(wide, 2, u"%d", -1), -1U);
}

TEST(secure_copies_fail_whole)
{
    char text[4] = "old";
    WCHAR wide[4] = u"old";
    EXPECT_EQUAL(expool_strcpy_s(text, 4, "1234"), 34);
    EXPECT_EQUAL(text[0], 0);
    EXPECT_EQUAL(expool_strcpy_s(text, 4, "ab"), 0);
    EXPECT_EQUAL(expool_strcat_s(text, 4, "c"), 0);
    EXPECT(strcmp(text, "abc") == 0);
    EXPECT_EQUAL(expool_strcat_s(text, 4, "d"), 34);
    EXPECT_EQUAL(expool_strncpy_s(text, 4, "abcdef", 3), 0);
    EXPECT_EQUAL(expool_strcpy_s(NULL, 4, "x"), 22);
    EXPECT_EQUAL(expool_strcpy_s(text, 4, NULL), 22);
    EXPECT_EQUAL(expool_wcscpy_s(wide, 4, u"1234"), 34);
    EXPECT_EQUAL(expool_wcscpy_s(wide, 4, u"ab"), 0);
    EXPECT_EQUAL(expool_wcscat_s(wide, 4, u"c"), 0);
    EXPECT(same(wide, u"abc"));
    EXPECT_EQUAL(expool_wcsncpy_s(wide, 4, u"xyzw", 2), 0);
    EXPECT(same(wide, u"xy"));
}

TESTS_MAIN("crt")
