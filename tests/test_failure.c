#include "fuzz/failure.h"

#include "fuzz/misfit.h"
#include "tests/child.h"

#include <stdio.h>

static struct program program = {.count = 1, .ops = {{.kind = OP_FREE_TWICE, .handle = 3}}};
static const char known_file[] = "test_failure_known.txt";

static const char *key_of(failure_reporter *reporter, const char *text)
{
    static char key[FAILURE_KEY_MAX];
    failure_key(reporter, &program, 0, text, key);
    return key;
}

static void miss_one(void)
{
    failure_missed(&program, 0, "bug check 0xC1/0x20 did not come (of 0x7f0012345678)");
}

static void miss_two(void)
{
    if (!failure_read_known(known_file))
        exit(3);
    miss_one();
    miss_one();
    if (failure_known_count() == 2)
        failure_wrong(&program, 0, "bug check 0xC1/0x20 came more than once");
}

static void says(const struct child *child, const char *text)
{
    if (strstr(child->text, text) == NULL)
        ck_abort_msg("no '%s' in:\n%s", text, child->text);
}

TEST(a_failure_says_the_program_the_sentence_and_the_key)
{
    static const char *const lines[] = {
        "expool-program v1\n", "\nfree_twice h=3 aux=0\n",
        "\nexpool fuzz: operation 1 (free_twice): missed: bug check 0xC1/0x20 did not come (of "
        "0x7f0012345678)\n",
        "\nfailure.c:1: ASSERTION FAILED: missed/bug check 0xC1-0x20 did not "
        "come/free_twice/classic\n",
        "\nDEDUP_TOKEN: missed/bug check 0xC1-0x20 did not come/free_twice/classic\n"};
    struct child child = child_run(miss_one);
    EXPECT_EQUAL(child.signal, SIGABRT);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        says(&child, lines[i]);
}

TEST(a_key_holds_no_address_size_or_long_number)
{
    EXPECT(strcmp(key_of(failure_wrong, "names another block (0x7f.. of 12 bytes)"),
                  "wrong/names another block/free_twice/classic") == 0);
    EXPECT(strcmp(key_of(failure_wrong, "parameter 2 is 0x41286, not 123456"),
                  "wrong/parameter 2 is *, not */free_twice/classic") == 0);
}

TEST(class_finding_operation_and_back_end_keep_keys_apart)
{
    uint64_t hashes[5];
    hashes[0] = failure_hash(key_of(failure_missed, "a"));
    hashes[1] = failure_hash(key_of(failure_wrong, "a"));
    hashes[2] = failure_hash(key_of(failure_missed, "b"));
    program.backend = PROGRAM_BACKEND_SEGMENT;
    hashes[3] = failure_hash(key_of(failure_missed, "a"));
    program.ops[0].kind = OP_FREE;
    hashes[4] = failure_hash(key_of(failure_missed, "a"));
    for (unsigned i = 0; i < 5; i++)
        for (unsigned j = 0; j < i; j++)
            EXPECT(hashes[i] != hashes[j]);
}

TEST(what_is_no_operation_has_a_key_too)
{
    char key[FAILURE_KEY_MAX];
    failure_key(failure_unsound, &program, 1, "a page lost", key);
    EXPECT(strcmp(key, "unsound/a page lost/end/classic") == 0);
    failure_key(failure_difference, NULL, 0, "print and parse differ", key);
    EXPECT(strcmp(key, "difference/print and parse differ/input") == 0);
}

static void write_known(const char *key)
{
    FILE *file = fopen(known_file, "w");
    EXPECT(file != NULL);
    fprintf(file, "# known\n%s\n", key);
    fclose(file);
}

TEST(a_known_issue_is_counted_and_another_still_aborts)
{
    write_known(key_of(failure_missed, "bug check 0xC1/0x20 did not come"));
    struct child child = child_run(miss_two);
    (void)remove(known_file);
    EXPECT(child.signal == SIGABRT && strstr(child.text, "missed") == NULL);
    says(&child, "DEDUP_TOKEN: wrong/bug check 0xC1-0x20 came more than once");
}

TEST(a_list_of_known_issues_that_is_not_there_is_said)
{
    EXPECT(!failure_read_known("/no/such/file"));
}

extern const char __start_fuzz_allocates[]; /* NOLINT: the linker's name */

static struct handle handle = {
    .size = 32, .tag = 7, .place = PLACE_SPECIAL, .address = (unsigned char *)&handle};
static const struct expectation wanted = {.outcome = OUTCOME_BUGCHECK,
                                          .code = 0xC1,
                                          .subcode = 0x24,
                                          .known = 1 | 8,
                                          .parameter = {1, 2, 3, 4},
                                          .about = &handle};
static struct expool_bugcheck seen = {.code = 0xC1,
                                      .subcode = 0x24,
                                      .parameter = {1, 0, 0, 4},
                                      .block = &handle,
                                      .block_bytes = 32,
                                      .tag = 7,
                                      .rule = "damage",
                                      .allocated_by = &__start_fuzz_allocates[1]};

static void misfit_is(bool is_verifying, const char *text)
{
    ck_assert_str_eq(misfit_find(&wanted, &seen, 1, is_verifying), text);
}

TEST(a_bug_check_with_something_wrong_is_told_by_what_is_wrong)
{
    ck_assert_ptr_null(misfit_find(&wanted, &seen, 1, true));
    ck_assert_str_eq(misfit_find(&wanted, &seen, 2, true), "came more than once");
    seen.freed_by = &handle;
    misfit_is(true, "says that somebody freed");
    seen.block_bytes = 31;
    misfit_is(true, "names another block size");
    ck_assert_ptr_null(misfit_find(&wanted, &seen, 1, false)); /* normal pool knows no size */
    seen.parameter[3] = 5;
    misfit_is(true, "has another parameter 4");
    seen.subcode = 0x23;
    misfit_is(true, "did not come, but 0xC1/0x23 damage");
}

TESTS_MAIN("failure")
