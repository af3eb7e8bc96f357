#include "tests/expect.h"

#include <ntifs.h>

static UNICODE_STRING string_of(const WCHAR *text)
{
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, text);
    return string;
}

static bool holds(const UNICODE_STRING *string, const WCHAR *text)
{
    UNICODE_STRING wanted = string_of(text);
    return string->Length == wanted.Length &&
           memcmp(string->Buffer, wanted.Buffer, wanted.Length) == 0;
}

TEST(a_string_is_initialised_with_the_final_zero_in_its_room)
{
    UNICODE_STRING string = string_of(u"abc");
    EXPECT(string.Length == 6 && string.MaximumLength == 8);
    string = string_of(NULL);
    EXPECT(string.Length == 0 && string.MaximumLength == 0 && string.Buffer == NULL);
}

TEST(what_is_too_long_for_a_string_is_cut_or_refused)
{
    static WCHAR text[33000];
    for (size_t i = 0; i < 32999; i++)
        text[i] = 'x';
    UNICODE_STRING string = string_of(text);
    EXPECT_EQUAL(string.Length, 65532);
    EXPECT_EQUAL(string.MaximumLength, 65534);
    EXPECT(RtlInitUnicodeStringEx(&string, text) == STATUS_NAME_TOO_LONG);
    text[32766] = 0;
    EXPECT(RtlInitUnicodeStringEx(&string, text) == STATUS_SUCCESS && string.Length == 65532);
}

TEST(a_copy_is_cut_to_the_room_and_ended_when_there_is_some)
{
    WCHAR room[4] = {'x', 'x', 'x', 'x'};
    UNICODE_STRING copy = {0, 6, room};
    UNICODE_STRING source = string_of(u"ab");
    RtlCopyUnicodeString(&copy, &source);
    EXPECT(copy.Length == 4 && room[2] == 0);
    source = string_of(u"abcdef");
    RtlCopyUnicodeString(&copy, &source);
    EXPECT(copy.Length == 6 && room[2] == 'c' && room[3] == 'x');
    RtlCopyUnicodeString(&copy, NULL);
    EXPECT_EQUAL(copy.Length, 0);
}

TEST(appending_is_all_or_nothing)
{
    WCHAR room[5] = {0};
    UNICODE_STRING string = {0, sizeof room, room};
    UNICODE_STRING more = string_of(u"de");
    EXPECT(RtlAppendUnicodeToString(&string, u"abc") == STATUS_SUCCESS);
    EXPECT(RtlAppendUnicodeStringToString(&string, &more) == STATUS_SUCCESS);
    EXPECT(holds(&string, u"abcde"));
    EXPECT(RtlAppendUnicodeToString(&string, u"f") == STATUS_BUFFER_TOO_SMALL);
    EXPECT(RtlAppendUnicodeStringToString(&string, &more) == STATUS_BUFFER_TOO_SMALL);
    EXPECT(holds(&string, u"abcde"));
    EXPECT(RtlAppendUnicodeToString(&string, NULL) == STATUS_SUCCESS);
}

TEST(comparing_knows_case_or_not)
{
    UNICODE_STRING lower = string_of(u"stra\u00dfe \u00e4\u03c9\u0436");
    UNICODE_STRING upper = string_of(u"STRA\u00dfE \u00c4\u03a9\u0416");
    UNICODE_STRING longer = string_of(u"STRA\u00dfE \u00c4\u03a9\u0416!");
    EXPECT(RtlEqualUnicodeString(&lower, &upper, TRUE));
    EXPECT(!RtlEqualUnicodeString(&lower, &upper, FALSE));
    EXPECT(!RtlEqualUnicodeString(&lower, &longer, TRUE));
    EXPECT(RtlCompareUnicodeString(&lower, &upper, TRUE) == 0);
    EXPECT(RtlCompareUnicodeString(&lower, &upper, FALSE) > 0);
    EXPECT(RtlCompareUnicodeString(&lower, &longer, TRUE) < 0);
    EXPECT(RtlCompareUnicodeStrings(u"b", 1, u"ac", 2, FALSE) > 0);
}

TEST(prefix_and_suffix)
{
    UNICODE_STRING path = string_of(u"\\Device\\Disk");
    UNICODE_STRING begin = string_of(u"\\device");
    UNICODE_STRING end = string_of(u"DISK");
    EXPECT(RtlPrefixUnicodeString(&begin, &path, TRUE));
    EXPECT(!RtlPrefixUnicodeString(&begin, &path, FALSE));
    EXPECT(!RtlPrefixUnicodeString(&path, &begin, TRUE));
    EXPECT(RtlSuffixUnicodeString(&end, &path, TRUE));
    EXPECT(!RtlSuffixUnicodeString(&end, &path, FALSE));
    EXPECT(!RtlSuffixUnicodeString(&path, &end, TRUE));
}

TEST(the_hash_is_65599_times_what_was_plus_a_letter)
{
    UNICODE_STRING string = string_of(u"aB");
    ULONG hash = 0;
    EXPECT(RtlHashUnicodeString(&string, FALSE, HASH_STRING_ALGORITHM_X65599, &hash) ==
           STATUS_SUCCESS);
    EXPECT_EQUAL(hash, 'a' * 65599U + 'B');
    EXPECT(RtlHashUnicodeString(&string, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &hash) ==
           STATUS_SUCCESS);
    EXPECT_EQUAL(hash, 'A' * 65599U + 'B');
    EXPECT(RtlHashUnicodeString(&string, TRUE, 2, &hash) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlHashUnicodeString(NULL, TRUE, 0, &hash) == STATUS_INVALID_PARAMETER);
}

TEST(case_is_unicodes_where_it_leads_back)
{
    static const WCHAR pairs[][2] = {
        {'a', 'A'},       {'z', 'Z'},       {0xe9, 0xc9},     {0xff, 0x178},
        {0x153, 0x152},   {0x3b1, 0x391},   {0x44f, 0x42f},   {0x561, 0x531},
        {0x1e01, 0x1e00}, {0x1f80, 0x1f88}, {0x24d0, 0x24b6}, {0xff41, 0xff21},
    };
    for (size_t i = 0; i < ARRAYSIZE(pairs); i++) {
        EXPECT_EQUAL(RtlUpcaseUnicodeChar(pairs[i][0]), pairs[i][1]);
        EXPECT_EQUAL(RtlDowncaseUnicodeChar(pairs[i][1]), pairs[i][0]);
    }
    EXPECT_EQUAL(RtlUpcaseUnicodeChar(0x3c2), 0x3a3);
    EXPECT_EQUAL(RtlUpcaseUnicodeChar(0x131), 0x131);
    EXPECT_EQUAL(RtlUpcaseUnicodeChar(0x17f), 0x17f);
    EXPECT_EQUAL(RtlUpcaseUnicodeChar(0xb5), 0xb5);
    EXPECT_EQUAL(RtlUpcaseUnicodeChar(0xd800), 0xd800);
    for (unsigned letter = 0; letter <= 0xffff; letter++) {
        WCHAR upper = RtlUpcaseUnicodeChar((WCHAR)letter);
        EXPECT_EQUAL(RtlUpcaseUnicodeChar(upper), upper);
    }
}

TEST(case_is_changed_in_place_or_in_a_new_buffer)
{
    UNICODE_STRING source = string_of(u"aB\u00e9");
    UNICODE_STRING upper;
    EXPECT(RtlUpcaseUnicodeString(&upper, &source, TRUE) == STATUS_SUCCESS);
    EXPECT(holds(&upper, u"AB\u00c9"));
    EXPECT(RtlDowncaseUnicodeString(&upper, &upper, FALSE) == STATUS_SUCCESS);
    EXPECT(holds(&upper, u"ab\u00e9"));
    upper.MaximumLength = 4;
    EXPECT(RtlUpcaseUnicodeString(&upper, &source, FALSE) == STATUS_BUFFER_OVERFLOW);
    RtlFreeUnicodeString(&upper);
    EXPECT(upper.Buffer == NULL && upper.Length == 0 && upper.MaximumLength == 0);
    RtlFreeUnicodeString(&upper);
}

TEST(a_created_string_owns_a_buffer_from_paged_pool)
{
    UNICODE_STRING string;
    EXPECT(RtlCreateUnicodeString(&string, u"mine"));
    EXPECT(holds(&string, u"mine") && string.MaximumLength == 10 && string.Buffer[4] == 0);
    ExFreePoolWithTag(string.Buffer, 'grtS');
}

TEST(duplicates_end_with_zero_when_asked)
{
    UNICODE_STRING source = {4, 4, (WCHAR[]){'a', 'b'}};
    UNICODE_STRING empty = {0, 0, NULL};
    UNICODE_STRING copy;
    EXPECT(RtlDuplicateUnicodeString(0, &source, &copy) == STATUS_SUCCESS);
    EXPECT(copy.Length == 4 && copy.MaximumLength == 4 && copy.Buffer != source.Buffer);
    RtlFreeUnicodeString(&copy);
    EXPECT(RtlDuplicateUnicodeString(1, &source, &copy) == STATUS_SUCCESS);
    EXPECT(copy.MaximumLength == 6 && copy.Buffer[2] == 0);
    RtlFreeUnicodeString(&copy);
    EXPECT(RtlDuplicateUnicodeString(1, &empty, &copy) == STATUS_SUCCESS && copy.Buffer == NULL);
    EXPECT(RtlDuplicateUnicodeString(3, &empty, &copy) == STATUS_SUCCESS && copy.Buffer != NULL);
    RtlFreeUnicodeString(&copy);
    EXPECT(RtlDuplicateUnicodeString(2, &empty, &copy) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlDuplicateUnicodeString(4, &empty, &copy) == STATUS_INVALID_PARAMETER);
}

TEST(an_erased_string_leaves_no_letter)
{
    WCHAR room[4] = {'s', 'e', 'c', 'r'};
    UNICODE_STRING string = {4, sizeof room, room};
    RtlEraseUnicodeString(&string);
    EXPECT(string.Length == 0 && room[0] == 0 && room[3] == 0);
}

TEST(a_string_of_odd_or_swapped_lengths_is_no_string)
{
    WCHAR room[4];
    EXPECT(RtlValidateUnicodeString(0, &(UNICODE_STRING){2, 8, room}) == STATUS_SUCCESS);
    EXPECT(RtlValidateUnicodeString(0, &(UNICODE_STRING){3, 8, room}) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlValidateUnicodeString(0, &(UNICODE_STRING){8, 6, room}) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlValidateUnicodeString(0, &(UNICODE_STRING){0, 2, NULL}) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlValidateUnicodeString(1, &(UNICODE_STRING){2, 8, room}) == STATUS_INVALID_PARAMETER);
}

TEST(numbers_become_strings_in_four_bases)
{
    WCHAR room[11];
    UNICODE_STRING string = {0, sizeof room, room};
    EXPECT(RtlIntegerToUnicodeString(4294967295U, 0, &string) == STATUS_SUCCESS);
    EXPECT(holds(&string, u"4294967295") && room[10] == 0);
    EXPECT(RtlIntegerToUnicodeString(0xbeef, 16, &string) == STATUS_SUCCESS);
    EXPECT(holds(&string, u"BEEF"));
    EXPECT(RtlIntegerToUnicodeString(0, 2, &string) == STATUS_SUCCESS && holds(&string, u"0"));
    EXPECT(RtlIntegerToUnicodeString(8, 8, &string) == STATUS_SUCCESS && holds(&string, u"10"));
    EXPECT(RtlIntegerToUnicodeString(1, 7, &string) == STATUS_INVALID_PARAMETER);
    string.MaximumLength = 20;
    EXPECT(RtlIntegerToUnicodeString(4294967295U, 10, &string) == STATUS_BUFFER_OVERFLOW);
    WCHAR more[24];
    string = (UNICODE_STRING){0, sizeof more, more};
    EXPECT(RtlInt64ToUnicodeString(18446744073709551615ULL, 10, &string) == STATUS_SUCCESS);
    EXPECT(holds(&string, u"18446744073709551615"));
}

TEST(strings_become_numbers)
{
    static const struct {
        const WCHAR *text;
        ULONG base;
        ULONG value;
    } rows[] = {
        {u"42", 0, 42},    {u" \t-1x", 10, 0xffffffff},
        {u"+7", 10, 7},    {u"0x1F", 0, 0x1f},
        {u"0o17", 0, 15},  {u"0b101", 0, 5},
        {u"ff", 16, 0xff}, {u"12", 2, 1},
        {u"x", 10, 0},     {u"4294967296", 10, 0},
        {u"0x10", 16, 0},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        UNICODE_STRING string = string_of(rows[i].text);
        ULONG value = 77;
        EXPECT(RtlUnicodeStringToInteger(&string, rows[i].base, &value) == STATUS_SUCCESS);
        EXPECT_EQUAL(value, rows[i].value);
    }
    UNICODE_STRING string = string_of(u"-5000000000;");
    ULONG value;
    LONG64 big;
    PWSTR end;
    EXPECT(RtlUnicodeStringToInteger(&string, 3, &value) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlUnicodeStringToInt64(&string, 10, &big, &end) == STATUS_SUCCESS);
    EXPECT(big == -5000000000 && *end == ';');
}

TEST(a_guid_survives_the_way_to_text_and_back)
{
    const GUID guid = {0x4d36e967, 0xe325, 0x11ce, {0xbf, 0xc1, 8, 0, 0x2b, 0xe1, 3, 0x18}};
    GUID back;
    UNICODE_STRING text;
    EXPECT(RtlStringFromGUID(&guid, &text) == STATUS_SUCCESS);
    EXPECT(holds(&text, u"{4D36E967-E325-11CE-BFC1-08002BE10318}") && text.Buffer[38] == 0);
    text.Buffer[2] = 'd';
    EXPECT(RtlGUIDFromString(&text, &back) == STATUS_SUCCESS && IsEqualGUID(&guid, &back));
    text.Buffer[9] = ' ';
    EXPECT(RtlGUIDFromString(&text, &back) == STATUS_INVALID_PARAMETER);
    text.Buffer[9] = '-';
    text.Length -= 2;
    EXPECT(RtlGUIDFromString(&text, &back) == STATUS_INVALID_PARAMETER);
    RtlFreeUnicodeString(&text);
}

TESTS_MAIN("rtl_unicode_string")
