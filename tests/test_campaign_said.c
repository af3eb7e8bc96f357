#include "fuzz/campaign/said.h"

#include "tests/expect.h"

#include <string.h>

#define EXPECT_WORDS(got, wanted)                                                                  \
    EXPECT_THAT(strcmp(got, wanted) == 0, "'%s' came, '%s' was expected", got, wanted)

static struct said said;
static char key[SAID_BYTES];

static void hear(const char *const *lines)
{
    memset(&said, 0, sizeof said);
    for (; *lines != NULL; lines++)
        said_line(&said, *lines);
}

TEST(a_status_line_gives_executions_coverage_features_and_corpus)
{
    const char *const lines[] = {
        "INFO: Seed: 123", "#8192\tpulse  cov: 845 ft: 2103 corp: 214/31Kb lim: 2056 exec/s: 4096",
        NULL};
    hear(lines);
    EXPECT(said.has_begun);
    EXPECT_EQUAL(said.executions, 8192);
    EXPECT_EQUAL(said.coverage, 845);
    EXPECT_EQUAL(said.features, 2103);
    EXPECT_EQUAL(said.corpus, 214);
    EXPECT(!said_key(&said, key, sizeof key));
}

TEST(a_start_without_coverage_is_a_beginning_too)
{
    const char *const lines[] = {"#2\tINITED exec/s: 0 rss: 30Mb", NULL};
    hear(lines);
    EXPECT(said.has_begun);
    EXPECT_EQUAL(said.coverage, 0);
}

TEST(the_final_statistics_count_when_they_know_more)
{
    const char *const lines[] = {"#4096 NEW    cov: 9 ft: 9 corp: 1/1b", NULL};
    hear(lines);
    EXPECT_EQUAL(said_executions(&said), 4096);
    said_line(&said, "stat::number_of_executed_units: 7000");
    EXPECT_EQUAL(said_executions(&said), 7000);
}

TEST(a_token_names_the_bug_before_anything_else)
{
    const char *const lines[] = {"expool fuzz: operation 3 (free_tag): missed: no bug check came",
                                 "DEDUP_TOKEN: missed/0xC1-0x20 did not come/free_twice",
                                 "SUMMARY: libFuzzer: deadly signal",
                                 "artifact_prefix='x-'; Test unit written to x-crash-77",
                                 "DEDUP_TOKEN: another",
                                 NULL};
    hear(lines);
    EXPECT(said_key(&said, key, sizeof key));
    EXPECT_WORDS(key, "missed/0xC1-0x20 did not come/free_twice");
    EXPECT_WORDS(said.artefact, "x-crash-77");
    EXPECT_WORDS(said.what, "operation 3 (free_tag): missed: no bug check came");
}

TEST(without_a_token_numbers_are_no_part_of_the_name)
{
    const char *const lines[] = {"expool fuzz: operation 3 (free_tag): 0x7f21 bytes",
                                 "SUMMARY: libFuzzer: deadly signal", NULL};
    hear(lines);
    EXPECT(said_key(&said, key, sizeof key));
    EXPECT_WORDS(key, "operation # (free_tag): # bytes");
}

TEST(a_sanitizer_is_named_by_its_summary)
{
    const char *const lines[] = {
        "==42==ERROR: AddressSanitizer: heap-use-after-free on address 0x60200000eff0",
        "SUMMARY: AddressSanitizer: heap-use-after-free pool/page.c:31 in page_take", NULL};
    hear(lines);
    EXPECT(said_key(&said, key, sizeof key));
    EXPECT_WORDS(key, "AddressSanitizer: heap-use-after-free pool/page.c:# in page_take");
    EXPECT_WORDS(said.what, "AddressSanitizer: heap-use-after-free on address 0x60200000eff0");
}

TEST(a_time_out_is_named_too)
{
    const char *const lines[] = {"==7== ERROR: libFuzzer: timeout after 10 seconds",
                                 "SUMMARY: libFuzzer: timeout", NULL};
    hear(lines);
    EXPECT(said_key(&said, key, sizeof key));
    EXPECT_WORDS(key, "libFuzzer: timeout");
}

TEST(words_of_any_length_are_cut_not_overrun)
{
    char line[4096] = "expool fuzz: ";
    memset(line + strlen(line), 'x', sizeof line - strlen(line) - 1);
    line[sizeof line - 1] = 0;
    const char *const lines[] = {line, NULL};
    hear(lines);
    EXPECT(said_key(&said, key, sizeof key));
    EXPECT_EQUAL(strlen(key), SAID_BYTES - 1);
}

TESTS_MAIN("campaign: what a fuzzer says")
