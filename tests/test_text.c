#include "tests/expect.h"

#include "pool/text.h"

#define EXPECT_WRITTEN(wanted, ...)                                                                \
    do {                                                                                           \
        char bytes_[128];                                                                          \
        struct text text_ = TEXT_OVER(bytes_);                                                     \
        text_add(&text_, __VA_ARGS__);                                                             \
        ck_assert_str_eq(text_.bytes, wanted);                                                     \
        EXPECT_EQUAL(text_.length, strlen(wanted));                                                \
    } while (0)

TEST(numbers_are_written_as_printf_writes_them)
{
    EXPECT_WRITTEN("0 7 -7 4294967295", "%u %d %d %u", 0u, 7, -7, ~0u);
    EXPECT_WRITTEN("ff FF 00ff", "%x %X %04x", 255u, 255u, 255u);
    EXPECT_WRITTEN("  7|7  |007", "%3u|%-3u|%03u", 7u, 7u, 7u);
    EXPECT_WRITTEN("18446744073709551615", "%lu", ~UINT64_C(0));
    EXPECT_WRITTEN("18446744073709551615", "%zu", SIZE_MAX);
    EXPECT_WRITTEN("-9223372036854775808", "%ld", INT64_MIN);
    EXPECT_WRITTEN("ffffffffffffffff", "%llx", ~0ull);
}

TEST(large_numbers_come_in_groups_of_three)
{
    EXPECT_WRITTEN("1 664", "%,u", 1664u);
    EXPECT_WRITTEN("999", "%,u", 999u);
    EXPECT_WRITTEN("1 000 000", "%,lu", UINT64_C(1000000));
}

TEST(strings_characters_and_pointers_are_written)
{
    EXPECT_WRITTEN("[ab] [ab  ] [  ab]", "[%s] [%-4s] [%4s]", "ab", "ab", "ab");
    EXPECT_WRITTEN("x%y", "%c%%%c", 'x', 'y');
    EXPECT_WRITTEN("0x1000", "%p", (const void *)(uintptr_t)0x1000);
    EXPECT_WRITTEN("(none)", "%s", (const char *)NULL);
}

TEST(a_tag_reads_as_tools_show_it)
{
    EXPECT_WRITTEN("Tag1", "%t", (uint32_t)0x31676154);
    EXPECT_WRITTEN("Ab..", "%t", (uint32_t)0x01006241);
}

TEST(what_does_not_fit_is_cut_and_said)
{
    char bytes[8];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "1234567");
    EXPECT(!text.is_cut);
    text_add(&text, "8");
    EXPECT(text.is_cut);
    ck_assert_str_eq(text.bytes, "1234567");
    EXPECT_EQUAL(text.length, 7);
}

TEST(no_room_at_all_is_legal)
{
    char byte = 'x';
    struct text text = text_over(&byte, 0);
    text_add(&text, "anything %u", 1u);
    EXPECT_EQUAL(text.length, 0);
    EXPECT_EQUAL(byte, 'x');
}

TEST(padding_counts_from_the_lines_start)
{
    char bytes[64];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "first line\nab");
    text_pad_to(&text, 4);
    text_add(&text, "|");
    text_pad_to(&text, 2); /* past it already */
    ck_assert_str_eq(text.bytes, "first line\nab  |");
}

TEST(a_format_that_ends_in_the_middle_ends)
{
    EXPECT_WRITTEN("100", "100%");
    EXPECT_WRITTEN("100", "100%0");
}

TESTS_MAIN("text")
