#include "pool/suppress_parse.h"

#include "tests/child.h"

#include "expool/pool.h"
#include "pool/glob.h"
#include "pool/util.h"

#include <stdio.h>

static struct suppression rows[SUPPRESSIONS_MAX];
static const char *parsed_text;

static int parse(const char *text)
{
    static char bytes[4096];
    snprintf(bytes, sizeof bytes, "%s", text);
    return suppress_parse("file", bytes, rows);
}

TEST(a_line_is_rule_tag_frame_and_limits)
{
    EXPECT_EQUAL(
        parse("# words for people\n"
              "\n"
              "leak  Strg  rtl_*!*Unicode*  max=3  until=2027-06-30  reason=\"issue 123\"\n"
              "0xC1/0x24 * vendor.so!copy_* # no limits\n"
              "only 'Ab ?'\n"
              "leak:libfoo\n"),
        4);
    ck_assert_str_eq(rows[0].rule, "leak");
    ck_assert_str_eq(rows[0].tag, "Strg");
    ck_assert_str_eq(rows[0].frame, "rtl_*!*Unicode*");
    ck_assert_str_eq(rows[0].reason, "issue 123");
    EXPECT_EQUAL(rows[0].max, 3);
    EXPECT_EQUAL(rows[0].until_day, 20270630);
    EXPECT_EQUAL(rows[0].line, 3);
    EXPECT(rows[1].max == UINT64_MAX && rows[1].until_day == 0 && !rows[1].is_only);
    EXPECT(rows[2].is_only);
    ck_assert_str_eq(rows[2].tag, "Ab ?");
    EXPECT(rows[3].is_part);
    ck_assert_str_eq(rows[3].frame, "libfoo");
}

static void parse_what_is_there(void)
{
    _exit(parse(parsed_text) < 0 ? 5 : 6);
}

TEST(what_is_odd_is_refused_with_its_line)
{
    static const struct {
        const char *text;
        const char *said;
    } odd[] = {
        {"\nleak\n", "expool: file:2: a rule and a tag are needed: 'leak'\n"},
        {"leak Toolong *\n", "expool: file:1: a tag has four letters at most: 'Toolong'\n"},
        {"leak * * *\n", "expool: file:1: a fourth word before the limits: '*'\n"},
        {"leak * * max=many\n", "expool: file:1: max= wants a number: 'max=many'\n"},
        {"leak * * until=2027-13-01\n", "until= wants YYYY-MM-DD: 'until=2027-13-01'\n"},
        {"leak * * until=soon\n", "until= wants YYYY-MM-DD: 'until=soon'\n"},
        {"leak * * till=2027-01-01\n", "neither max=, until= nor reason=: 'till=2027-01-01'\n"},
        {"leak:x y\n", "more behind leak:pattern: 'y'\n"},
    };
    for (unsigned i = 0; i < COUNT_OF(odd); i++) {
        parsed_text = odd[i].text;
        struct child child = child_run(parse_what_is_there);
        EXPECT_EQUAL(child.exit_code, 5);
        EXPECT_TEXT(child.text, odd[i].said);
    }
}

TEST(stars_and_question_marks_stand_for_letters)
{
    EXPECT(glob_fits("*", "") && glob_fits("*", "word") && glob_fits("w??d", "word"));
    EXPECT(glob_fits("*rd", "wordrd") && glob_fits("w*r*", "word"));
    EXPECT(!glob_fits("", "word") && !glob_fits("w?d", "word"));
    EXPECT(!glob_fits("*x", "word") && !glob_fits("word?", "word"));
    EXPECT(glob_fits_letters("a*;b", 2, "abc", 3) && !glob_fits_letters("a?;b", 2, "abc", 3));
}

TESTS_MAIN("suppress")
