#include "fuzz/program_text.h"

#include "fuzz/generate.h"
#include "tests/expect.h"

#include <stdio.h>

enum { TEXT_BYTES = 32768, SEEDS = 100 };

static struct program_text parsed;
static char printed[TEXT_BYTES];

static bool parse(const char *text)
{
    return program_parse(&parsed, text, strlen(text));
}

TEST(what_is_printed_parses_to_the_same_program)
{
    static struct program program;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        generate(&program, seed);
        program_print(&program, printed, sizeof printed);
        EXPECT(parse(printed));
        EXPECT(memcmp(&program, &parsed.program, sizeof program) == 0);
    }
}

TEST(header_words_and_fields_are_read)
{
    EXPECT(parse("expool-program v1\ntarget: verifier_seq\nverify: exact\nreuse: protect\n"
                 "alloc2 h=3 size=64 tag=1 aux=2 pool=paged\nraise irql=2\n"));
    EXPECT_EQUAL(parsed.program.verify, PROGRAM_VERIFY_EXACT);
    EXPECT_EQUAL(parsed.program.reuse, PROGRAM_REUSE_PROTECT);
    EXPECT_EQUAL(parsed.program.count, 2);
    EXPECT_EQUAL(parsed.program.ops[0].size, 64);
    EXPECT_EQUAL(parsed.program.ops[0].pool, PROGRAM_POOL_PAGED);
    EXPECT_EQUAL(parsed.program.ops[1].irql, 2);
    EXPECT_TEXT(parsed.target, "verifier_seq");
}

TEST(an_expectation_belongs_to_its_line)
{
    EXPECT(parse("expool-program v1\n# free words\nfree h=1   # expect: SKIP\n"
                 "free h=2   # expect nothing\nfree_null # expect: BUGCHECK 0xC2/0x46  \n"));
    EXPECT_TEXT(parsed.expect[0], "SKIP");
    EXPECT_EQUAL(parsed.expect[1][0], 0);
    EXPECT(strcmp(parsed.expect[2], "BUGCHECK 0xC2/0x46") == 0);
}

TEST(a_misspelt_operation_names_its_line_and_the_nearest)
{
    EXPECT(!parse("expool-program v1\n\nalloc2 h=1\nfree_twise h=1\n"));
    EXPECT_TEXT(parsed.error, "line 4");
    EXPECT_TEXT(parsed.error, "free_twise");
    EXPECT_TEXT(parsed.error, "'free_twice'");
}

TEST(a_misspelt_word_names_the_nearest)
{
    EXPECT(!parse("expool-program v1\nverify: ende\n"));
    EXPECT_TEXT(parsed.error, "'end'");
    EXPECT(!parse("expool-program v1\nalloc2 h=1 pool=pagd\n"));
    EXPECT_TEXT(parsed.error, "'paged'");
}

TEST(a_field_the_operation_does_not_have_is_refused)
{
    EXPECT(!parse("expool-program v1\nfree h=1 size=8\n"));
    EXPECT_TEXT(parsed.error, "size=8");
    EXPECT(!parse("expool-program v1\nfree h\n"));
}

TEST(numbers_out_of_range_are_refused)
{
    EXPECT(!parse("expool-program v1\nfree h=64\n"));
    EXPECT(!parse("expool-program v1\nfree h=-1\n"));
    EXPECT(!parse("expool-program v1\nraise irql=16\n"));
    EXPECT(!parse("expool-program v1\nalloc2 h=1 size=99999999999999999999\n"));
    EXPECT(!parse("expool-program v1\nalloc2 h=1 size=0\n"));
}

TEST(what_is_no_program_is_refused)
{
    EXPECT(!parse(""));
    EXPECT(!parse("expool-program v2\n"));
    EXPECT(!parse("\n\n"));
    EXPECT(!program_parse(&parsed, "\0\xff\n", 3));
}

TEST(one_operation_too_many_is_refused)
{
    size_t at = (size_t)snprintf(printed, sizeof printed, "expool-program v1\n");
    for (unsigned i = 0; i < PROGRAM_OPS_MAX; i++)
        at += (size_t)snprintf(printed + at, sizeof printed - at, "sweep\n");
    EXPECT(parse(printed));
    snprintf(printed + at, sizeof printed - at, "sweep\n");
    EXPECT(!parse(printed));
}

TEST(a_text_cut_anywhere_is_parsed_or_refused)
{
    static struct program program;
    generate(&program, 7);
    program_print(&program, printed, sizeof printed);
    for (size_t length = 0; length < 600; length++)
        EXPECT(program_parse(&parsed, printed, length) || parsed.error[0] != 0);
}

TESTS_MAIN("program_text")
