#include "tests/expect.h"

#include <ntifs.h>

static ANSI_STRING ansi_of(const char *text)
{
    ANSI_STRING string;
    RtlInitAnsiString(&string, text);
    return string;
}

static UNICODE_STRING wide_of(const WCHAR *text)
{
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, text);
    return string;
}

static bool is_wide(const UNICODE_STRING *string, const WCHAR *text)
{
    UNICODE_STRING wanted = wide_of(text);
    return RtlEqualUnicodeString(string, &wanted, FALSE);
}

static bool is_narrow(const STRING *string, const char *text)
{
    STRING wanted = ansi_of(text);
    return RtlEqualString(string, &wanted, FALSE);
}

TEST(eight_bit_strings_are_initialised_compared_and_joined)
{
    char room[4];
    STRING string = {0, sizeof room, room};
    STRING other = ansi_of("AB");
    EXPECT(other.Length == 2 && other.MaximumLength == 3);
    STRING more;
    RtlInitString(&more, "ab");
    RtlCopyString(&string, &more);
    EXPECT(RtlCompareString(&string, &other, FALSE) > 0);
    EXPECT(RtlCompareString(&string, &other, TRUE) == 0 && RtlEqualString(&string, &other, TRUE));
    EXPECT(RtlAppendStringToString(&string, &other) == STATUS_SUCCESS);
    EXPECT(is_narrow(&string, "abAB"));
    EXPECT(RtlAppendAsciizToString(&string, "!") == STATUS_BUFFER_TOO_SMALL);
    EXPECT(RtlPrefixString(&other, &string, TRUE) && !RtlPrefixString(&other, &string, FALSE));
    RtlUpperString(&string, &string);
    EXPECT(is_narrow(&string, "ABAB"));
    EXPECT_EQUAL((UCHAR)RtlUpperChar('q'), 'Q');
    EXPECT_EQUAL((UCHAR)RtlUpperChar((CHAR)0xe9), 0xc9);
    EXPECT_EQUAL((UCHAR)RtlUpperChar((CHAR)0xff), 0x9f);
    ULONG value;
    EXPECT(RtlCharToInteger(" 0x20", 0, &value) == STATUS_SUCCESS && value == 32);
    EXPECT(RtlInitAnsiStringEx(&string, "x") == STATUS_SUCCESS && string.Length == 1);
    EXPECT(RtlInitStringEx(&string, "xy") == STATUS_SUCCESS && string.Length == 2);
    RtlInitUTF8String(&string, "x");
    EXPECT(RtlInitUTF8StringEx(&string, NULL) == STATUS_SUCCESS && string.Buffer == NULL);
}

TEST(ansi_is_1252_and_oem_is_437)
{
    ANSI_STRING narrow = ansi_of("\x80\xe9z");
    UNICODE_STRING wide;
    EXPECT(RtlAnsiStringToUnicodeString(&wide, &narrow, TRUE) == STATUS_SUCCESS);
    EXPECT(is_wide(&wide, u"\u20ac\u00e9z") && wide.MaximumLength == 8 && wide.Buffer[3] == 0);
    RtlFreeUnicodeString(&wide);
    EXPECT(RtlOemStringToUnicodeString(&wide, &narrow, TRUE) == STATUS_SUCCESS);
    EXPECT(is_wide(&wide, u"\u00c7\u0398z"));
    OEM_STRING oem;
    EXPECT(RtlUnicodeStringToOemString(&oem, &wide, TRUE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&oem, "\x80\xe9z") && oem.Buffer[3] == 0);
    RtlFreeOemString(&oem);
    RtlFreeUnicodeString(&wide);
    EXPECT(RtlOemStringToCountedUnicodeString(&wide, &narrow, TRUE) == STATUS_SUCCESS);
    EXPECT_EQUAL(wide.MaximumLength, 6);
    RtlFreeUnicodeString(&wide);
}

TEST(letters_that_a_page_lacks_become_question_marks)
{
    UNICODE_STRING wide = wide_of(u"\u20ac\u4e2d\u00fc");
    ANSI_STRING narrow;
    EXPECT(RtlUnicodeStringToAnsiString(&narrow, &wide, TRUE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&narrow, "\x80?\xfc"));
    RtlFreeAnsiString(&narrow);
    EXPECT(RtlUpcaseUnicodeStringToAnsiString(&narrow, &wide, TRUE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&narrow, "\x80?\xdc"));
    RtlFreeAnsiString(&narrow);
    EXPECT(RtlUpcaseUnicodeStringToOemString(&narrow, &wide, TRUE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&narrow, "??\x9a"));
    RtlFreeOemString(&narrow);
}

TEST(a_buffer_without_room_for_the_end_overflows)
{
    char room[4] = "xxx";
    WCHAR wide_room[3];
    UNICODE_STRING wide = wide_of(u"abc");
    ANSI_STRING narrow = {0, 3, room};
    EXPECT(RtlUnicodeStringToAnsiString(&narrow, &wide, FALSE) == STATUS_BUFFER_OVERFLOW);
    EXPECT(is_narrow(&narrow, "ab") && room[2] == 0);
    narrow.MaximumLength = 0;
    EXPECT(RtlUnicodeStringToAnsiString(&narrow, &wide, FALSE) == STATUS_BUFFER_OVERFLOW);
    narrow.MaximumLength = 3;
    EXPECT(RtlUnicodeStringToCountedOemString(&narrow, &wide, FALSE) == STATUS_SUCCESS);
    EXPECT(RtlUpcaseUnicodeStringToCountedOemString(&narrow, &wide, FALSE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&narrow, "ABC"));
    wide = (UNICODE_STRING){0, sizeof wide_room, wide_room};
    EXPECT(RtlAnsiStringToUnicodeString(&wide, &narrow, FALSE) == STATUS_BUFFER_OVERFLOW);
    static char much[40000];
    narrow = (ANSI_STRING){40000, 40000, much};
    EXPECT(RtlAnsiStringToUnicodeString(&wide, &narrow, TRUE) == STATUS_INVALID_PARAMETER_2);
}

TEST(counted_conversions_store_what_has_room)
{
    WCHAR wide[4];
    char narrow[4];
    ULONG bytes = 0;
    EXPECT(RtlMultiByteToUnicodeN(wide, 5, &bytes, "abc", 3) == STATUS_SUCCESS && bytes == 4);
    EXPECT(wide[1] == 'b');
    EXPECT(RtlOemToUnicodeN(wide, 8, &bytes, "\x81", 1) == STATUS_SUCCESS && wide[0] == 0xfc);
    EXPECT(RtlUnicodeToMultiByteN(narrow, 4, &bytes, u"\u00fcb", 4) == STATUS_SUCCESS);
    EXPECT(bytes == 2 && (UCHAR)narrow[0] == 0xfc);
    EXPECT(RtlUnicodeToOemN(narrow, 1, NULL, u"\u00fcb", 4) == STATUS_SUCCESS);
    EXPECT_EQUAL((UCHAR)narrow[0], 0x81);
    EXPECT(RtlUpcaseUnicodeToMultiByteN(narrow, 4, NULL, u"x", 2) == STATUS_SUCCESS);
    EXPECT_EQUAL(narrow[0], 'X');
    EXPECT(RtlUpcaseUnicodeToOemN(narrow, 4, NULL, u"y", 2) == STATUS_SUCCESS);
    EXPECT_EQUAL(narrow[0], 'Y');
    EXPECT(RtlMultiByteToUnicodeSize(&bytes, "abc", 3) == STATUS_SUCCESS && bytes == 6);
    EXPECT(RtlUnicodeToMultiByteSize(&bytes, u"abc", 6) == STATUS_SUCCESS && bytes == 3);
    ANSI_STRING string = ansi_of("abc");
    UNICODE_STRING letters = wide_of(u"abc");
    EXPECT_EQUAL(RtlAnsiStringToUnicodeSize(&string), 8);
    EXPECT_EQUAL(RtlOemStringToUnicodeSize(&string), 8);
    EXPECT_EQUAL(RtlUnicodeStringToAnsiSize(&letters), 4);
    EXPECT_EQUAL(RtlUnicodeStringToOemSize(&letters), 4);
}

TEST(utf8_knows_every_letter)
{
    UNICODE_STRING wide = wide_of(u"a\u00e9\u20ac\U0001f600");
    UTF8_STRING narrow;
    EXPECT(RtlUnicodeStringToUTF8String(&narrow, &wide, TRUE) == STATUS_SUCCESS);
    EXPECT(is_narrow(&narrow, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    UNICODE_STRING back;
    EXPECT(RtlUTF8StringToUnicodeString(&back, &narrow, TRUE) == STATUS_SUCCESS);
    EXPECT(RtlEqualUnicodeString(&wide, &back, FALSE) && back.Buffer[5] == 0);
    RtlFreeUnicodeString(&back);
    RtlFreeUTF8String(&narrow);
}

TEST(what_is_no_unicode_is_replaced_and_said)
{
    const WCHAR lone[] = {'a', 0xd800, 'b'};
    char narrow[8];
    WCHAR wide[8];
    ULONG bytes = 0;
    EXPECT(RtlUnicodeToUTF8N(narrow, 8, &bytes, lone, 6) == STATUS_SOME_NOT_MAPPED);
    EXPECT(bytes == 5 && memcmp(narrow,
                                "a\xef\xbf\xbd"
                                "b",
                                5) == 0);
    EXPECT(RtlUnicodeToUTF8N(narrow, 3, &bytes, lone, 6) == STATUS_BUFFER_TOO_SMALL && bytes == 1);
    EXPECT(RtlUnicodeToUTF8N(NULL, 0, &bytes, lone, 6) == STATUS_SOME_NOT_MAPPED && bytes == 5);
    EXPECT(RtlUnicodeToUTF8N(narrow, 8, NULL, NULL, 6) == STATUS_INVALID_PARAMETER_4);
    EXPECT(RtlUnicodeToUTF8N(narrow, 8, NULL, lone, 5) == STATUS_INVALID_PARAMETER_5);
    EXPECT(RtlUTF8ToUnicodeN(wide, 16, &bytes, "\xc0\x80x", 3) == STATUS_SOME_NOT_MAPPED);
    EXPECT(bytes == 6 && wide[0] == 0xfffd && wide[2] == 'x');
    EXPECT(RtlUTF8ToUnicodeN(wide, 16, &bytes, "\xed\xa0\x80", 3) == STATUS_SOME_NOT_MAPPED);
    EXPECT(RtlUTF8ToUnicodeN(wide, 2, &bytes, "\xf0\x9f\x98\x80", 4) == STATUS_BUFFER_TOO_SMALL);
    EXPECT(RtlUTF8ToUnicodeN(NULL, 0, NULL, "a", 1) == STATUS_INVALID_PARAMETER);
}

TEST(dos_names_have_eight_letters_and_three)
{
    static const struct {
        const WCHAR *name;
        bool is_legal;
    } rows[] = {
        {u"readme.txt", true},   {u"A", true},     {u".", true},          {u"..", true},
        {u"12345678.123", true}, {u"a b.c", true}, {u"123456789", false}, {u"a.1234", false},
        {u"a.b.c", false},       {u".txt", false}, {u"a.", false},        {u"a:b", false},
        {u"a*", false},          {u"", false},     {u"a .b", false},      {u"b ", false},
        {u"\u4e2d", false},      {u"a+b", false},  {u"...", false},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        UNICODE_STRING name = wide_of(rows[i].name);
        EXPECT(RtlIsNameLegalDOS8Dot3(&name, NULL, NULL) == rows[i].is_legal);
    }
    char room[12];
    OEM_STRING oem = {0, sizeof room, room};
    BOOLEAN has_spaces = FALSE;
    UNICODE_STRING name = wide_of(u"a \u00fc.c");
    EXPECT(RtlIsNameLegalDOS8Dot3(&name, &oem, &has_spaces) && has_spaces);
    EXPECT(is_narrow(&oem, "A \x9a.C"));
    oem.MaximumLength = 2;
    EXPECT(!RtlIsNameLegalDOS8Dot3(&name, &oem, NULL));
}

static bool makes(const WCHAR *name, PGENERATE_NAME_CONTEXT context, const WCHAR *wanted)
{
    WCHAR room[12];
    UNICODE_STRING short_name = {0, sizeof room, room};
    UNICODE_STRING long_name = wide_of(name);
    return RtlGenerate8dot3Name(&long_name, TRUE, context, &short_name) == STATUS_SUCCESS &&
           is_wide(&short_name, wanted);
}

TEST(long_names_get_short_ones)
{
    static const WCHAR *const rows[][2] = {
        {u"Long file name.text", u"LONGFI~1.TEX"},
        {u"a.b.c", u"AB~1.C"},
        {u".profile", u"PROFIL~1"},
        {u"x+y=z.t t", u"X_Y_Z~1.TT"},
        {u"\u4e2d\u00fc.", u"_\u00dc~1"},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        GENERATE_NAME_CONTEXT context = {0};
        EXPECT(makes(rows[i][0], &context, rows[i][1]));
    }
    GENERATE_NAME_CONTEXT context = {0};
    EXPECT(makes(u"collision.c", &context, u"COLLIS~1.C"));
    EXPECT(makes(u"collision.c", &context, u"COLLIS~2.C"));
    context.LastIndexValue = 4;
    WCHAR room[12];
    UNICODE_STRING short_name = {0, sizeof room, room};
    UNICODE_STRING name = wide_of(u"collision.c");
    EXPECT(RtlGenerate8dot3Name(&name, TRUE, &context, &short_name) == STATUS_SUCCESS);
    EXPECT(short_name.Length == 20 && room[0] == 'C' && room[6] == '~' && room[7] == '1');
    context.LastIndexValue = 99999;
    EXPECT(RtlGenerate8dot3Name(&name, TRUE, &context, &short_name) == STATUS_SUCCESS);
    EXPECT(short_name.Length == 20 && room[0] == 'C' && room[1] == '~');
    context.LastIndexValue = 999999;
    EXPECT(RtlGenerate8dot3Name(&name, TRUE, &context, &short_name) ==
           STATUS_FILE_SYSTEM_LIMITATION);
    short_name.MaximumLength = 22;
    EXPECT(RtlGenerate8dot3Name(&name, TRUE, &context, &short_name) == STATUS_BUFFER_OVERFLOW);
}

TEST(oem_letters_are_known_and_raised)
{
    WCHAR letter = 0xe9;
    EXPECT(RtlIsValidOemCharacter(&letter) && letter == 0xc9);
    letter = 0x4e2d;
    EXPECT(!RtlIsValidOemCharacter(&letter) && letter == 0x4e2d);
    letter = '?';
    EXPECT(RtlIsValidOemCharacter(&letter));
}

TESTS_MAIN("rtl_convert")
