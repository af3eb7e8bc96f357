#define TESTS_ALONE /* no defaults of another program */
#include "tests/child.h"

#include "expool/statistics.h"
#include "pool/heap.h"
#include "pool/option_row.h"
#include "pool/options.h"
#include "pool/pool.h"

#include <stdio.h>
#include <wdm.h>

static const char *apply_text;

static void apply(void)
{
    exit(expool_options_set(apply_text) == 0 ? 0 : 1);
}

/* What expool_options_set says to `text`; "" when it takes it. */
static const char *refusal(const char *text)
{
    static struct child child;
    apply_text = text;
    child = child_run(apply);
    EXPECT_EQUAL(child.exit_code, child.text[0] == 0 ? 0 : 1);
    return child.text;
}

TEST(words_and_numbers_are_taken)
{
    EXPECT_EQUAL(expool_options_set("verify=start:stack_depth=7:seed=0x10"), 0);
    EXPECT_EQUAL(options.verify, OPTION_VERIFY_START);
    EXPECT_EQUAL(options.stack_depth, 7);
    EXPECT_EQUAL(options.seed, 16);
}

TEST(separators_may_be_mixed_and_repeated)
{
    EXPECT_EQUAL(expool_options_set("::verify=exact, stack_depth=3 \n\treuse=recycle,"), 0);
    EXPECT_EQUAL(options.verify, OPTION_VERIFY_EXACT);
    EXPECT_EQUAL(options.stack_depth, 3);
    EXPECT_EQUAL(options.reuse, OPTION_REUSE_RECYCLE);
    EXPECT_EQUAL(expool_options_set(""), 0);
}

TEST(the_later_of_two_wins)
{
    EXPECT_EQUAL(expool_options_set("verify=start:verify=end"), 0);
    EXPECT_EQUAL(options.verify, OPTION_VERIFY_END);
}

TEST(what_was_set_before_stays)
{
    EXPECT_EQUAL(expool_options_set("verify=start"), 0);
    EXPECT_EQUAL(expool_options_set("stack_depth=5"), 0);
    EXPECT_EQUAL(options.verify, OPTION_VERIFY_START);
}

TEST(an_unknown_option_is_refused_with_the_nearest)
{
    EXPECT_TEXT(refusal("verifer=standard"), "unknown option 'verifer'; the nearest is 'verifier'");
    EXPECT_TEXT(refusal("nonsense=1"), "unknown option 'nonsense' (EXPOOL_OPTIONS=help=1");
    EXPECT_TEXT(refusal("verify=nonsense"), "end|start|exact|alternate\n");
    EXPECT_TEXT(refusal("stackdepth=4"), "the nearest is 'stack_depth'");
    EXPECT_TEXT(refusal("leak=off"), "the nearest is 'leaks'");
}

TEST(a_bad_word_is_refused_with_the_nearest)
{
    EXPECT_TEXT(refusal("verifier=standrad"),
                "one of off=0|standard=0x209bb, the nearest is 'standard'");
    EXPECT_TEXT(refusal("verify=exac"), "the nearest is 'exact'");
    EXPECT_TEXT(refusal("verify="), "option verify: no value; one of end|start|exact");
    EXPECT_TEXT(refusal("verify"), "option verify: no value; one of end|start|exact");
    EXPECT_TEXT(refusal("verify=star"), "the nearest is 'start'");
}

TEST(a_number_outside_its_range_is_refused_with_the_range)
{
    static const char *const wrong[] = {
        "stack_depth=0",  "stack_depth=33", "stack_depth=-1",
        "stack_depth=1x", "stack_depth=",   "stack_depth=99999999999999999999999",
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT_TEXT(refusal(wrong[i]), "a number from 1 to 32");
    EXPECT(refusal("stack_depth=32")[0] == 0);
}

TEST(a_number_is_read_as_it_is_written)
{
    EXPECT_EQUAL(expool_options_set("seed=010"), 0);
    EXPECT_EQUAL(options.seed, 10);
    EXPECT_EQUAL(expool_options_set("seed=08"), 0);
    EXPECT_EQUAL(options.seed, 8);
    EXPECT_EQUAL(expool_options_set("seed=0xFfFfFfFfFfFfFfFf"), 0);
    EXPECT_EQUAL(options.seed, UINT64_MAX);
    EXPECT_EQUAL(expool_options_set("seed=18446744073709551615"), 0);
    EXPECT_EQUAL(options.seed, UINT64_MAX);
    EXPECT_TEXT(refusal("seed=18446744073709551616"), "bad value");
    EXPECT_TEXT(refusal("\033[31mseed=1"), "unknown option '.[31mseed'"); /* no terminal obeys */
    EXPECT_TEXT(refusal("seed=0x"), "bad value");
    EXPECT_TEXT(refusal("seed=0x1g"), "bad value");
    EXPECT_TEXT(refusal("seed=1a"), "bad value");
}

TEST(no_text_at_all_changes_nothing)
{
    EXPECT_EQUAL(expool_options_set(NULL), 0);
}

TEST(one_refusal_leaves_all_as_it_was)
{
    options.verify = OPTION_VERIFY_END;
    EXPECT_EQUAL(expool_options_set("verify=start:nonsense=1"), -1);
    EXPECT_EQUAL(options.verify, OPTION_VERIFY_END);
}

TEST(very_long_words_are_refused_and_not_overrun)
{
    char text[4096];
    memset(text, 'v', sizeof text - 1);
    text[sizeof text - 1] = 0;
    EXPECT_TEXT(refusal(text), "unknown option");
    memcpy(text, "verify=", 7);
    EXPECT_TEXT(refusal(text), "bad value");
    memcpy(text, "seed=", 5);
    EXPECT_TEXT(refusal(text), "bad value");
}

TEST(what_differs_from_the_defaults_can_be_given_again)
{
    char bytes[256];
    struct text text = TEXT_OVER(bytes);
    options_text(&text);
    ck_assert_str_eq(text.bytes, "");
    EXPECT_EQUAL(expool_options_set("leaks=off:seed=5:verify=start"), 0);
    options_text(&text);
    ck_assert_str_eq(text.bytes, "verify=start:leaks=off:seed=5");
}

TEST(a_bad_environment_ends_the_program_with_125_before_main)
{
    struct child child = child_again("verifer=standard");
    EXPECT_EQUAL(child.exit_code, 125);
    EXPECT_TEXT(child.text, "the nearest is 'verifier'");
    child = child_again("verify=middle");
    EXPECT_EQUAL(child.exit_code, 125);
    EXPECT_TEXT(child.text, "end|start|exact");
}

TEST(strict_options_0_warns_and_goes_on)
{
    struct child child = child_again("strict_options=0:verifer=standard");
    EXPECT(child.exit_code != 125);
    EXPECT_TEXT(child.text, "the nearest is 'verifier'");
}

static void choose_backend_late(void)
{
    if (expool_options_set("backend=segment") != 0 || pool_heap(POOL_PAGED)->lfh.is_on != true)
        exit(2); /* nothing was allocated yet */
    ExFreePool(ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT'));
    int refused = expool_options_set("backend=classic");
    (void)expool_pool_trim();
    exit(expool_options_set("backend=classic") == 0 && refused != 0 ? 1 : 3);
}

TEST(what_is_read_before_main_is_refused_later)
{
    EXPECT_TEXT(refusal("verifier=standard"), "call expool_verifier_start()");
    EXPECT_TEXT(refusal("seal=off"), "chosen at start");
    EXPECT_TEXT(refusal("suppressions=no_such_file"), "read at start");
    EXPECT_TEXT(refusal("known=no_such_file"), "read at start");
}

static void limit_late(void)
{
    if (expool_options_set("nonpaged_limit_mb=1") != 0)
        exit(2);
    bool is_refused = ExAllocatePool2(POOL_FLAG_NON_PAGED, 2 << 20, 'tseT') == NULL;
    expool_options_set("nonpaged_limit_mb=0");
    exit(is_refused && ExAllocatePool2(POOL_FLAG_NON_PAGED, 2 << 20, 'tseT') != NULL ? 0 : 1);
}

TEST(a_limit_holds_from_the_moment_it_is_set)
{
    EXPECT_EQUAL(child_run(limit_late).exit_code, 0);
}

static void fault_late(void)
{
    if (expool_options_set("catch_faults=1") != 0)
        exit(2);
    void *data = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    void (*code)(void);
    memcpy(&code, &data, sizeof code);
    code();
}

TEST(faults_are_caught_from_the_moment_it_is_asked_for)
{
    EXPECT_TEXT(child_run(fault_late).text, "BUG CHECK 0xFC");
}

TEST(the_back_end_is_chosen_while_the_pools_are_empty)
{
    struct child child = child_run(choose_backend_late);
    EXPECT_EQUAL(child.exit_code, 1);
    EXPECT_TEXT(child.text, "backend= is chosen at start, or while the pools are empty");
    EXPECT_EQUAL(options.backend, OPTION_BACKEND_CLASSIC);
}

TEST(help_lists_every_option_and_ends)
{
    struct child child = child_again("help=1:verify=start");
    EXPECT_EQUAL(child.exit_code, 0);
    for (unsigned i = 0; i < option_row_count; i++) {
        char key[64];
        snprintf(key, sizeof key, "  %s=", option_rows[i].key);
        EXPECT_TEXT(child.text, key);
    }
    EXPECT_TEXT(child.text, "verify=start");
    EXPECT_TEXT(child.text, "set by EXPOOL_OPTIONS");
}

TEST(the_verifier_takes_words_and_bits)
{
    EXPECT_TEXT(child_again("verifier=0x9:help=1").text, "  verifier=0x9 ");
    EXPECT_TEXT(child_again("verifier=standard:help=1").text, "  verifier=standard ");
    EXPECT_TEXT(child_again("verifier=0x40").text, "bad value '0x40'; bits out of 0x20609bf");
    EXPECT_TEXT(child_again("verifier=standart").text, "the nearest is 'standard'");
}

TEST(single_rules_have_the_last_word_over_verifier)
{
    EXPECT_TEXT(child_again("irql_checking=off:verifier=standard:help=1").text,
                "  verifier=0x209b9 ");
    EXPECT_TEXT(child_again("verifier=0x1:pool_tracking=on:deadlock=on:help=1").text,
                "  verifier=0x29 ");
    EXPECT_TEXT(child_again("deadlock=on:help=1").text, "  verifier=off ");
    EXPECT_TEXT(child_again("deadlock=yes").text, "one of auto|off|on");
}

static const char *file_path = "/tmp/expool-test-options";

/* The program started again with a file of options. */
static struct child child_with_file(const char *text, const char *options_text)
{
    FILE *file = fopen(file_path, "w");
    fputs(text, file);
    fclose(file);
    setenv("EXPOOL_CONFIG", file_path, 1);
    struct child child = child_again(options_text);
    unsetenv("EXPOOL_CONFIG");
    unlink(file_path);
    return child;
}

TEST(a_file_gives_options_which_the_environment_overrides)
{
    struct child child = child_with_file("# comment\n\n  verify=exact seed=5\nstack_depth=3\n",
                                         "help=1:verify=start");
    EXPECT_TEXT(child.text, "verify=start");
    EXPECT_TEXT(child.text, "seed=5");
    EXPECT_TEXT(child.text, "stack_depth=3");
    EXPECT_TEXT(child.text, "set by the file of EXPOOL_CONFIG");
}

TEST(a_bad_line_of_the_file_is_named)
{
    struct child child = child_with_file("seed=5\nverfy=exact\n", "");
    EXPECT_EQUAL(child.exit_code, 125);
    EXPECT_TEXT(child.text, "unknown option 'verfy'; the nearest is 'verify'");
    EXPECT_TEXT(child.text, "in /tmp/expool-test-options, line 2");
}

TEST(a_file_that_is_not_there_is_refused)
{
    setenv("EXPOOL_CONFIG", "/nowhere/expool.conf", 1);
    struct child child = child_again("help=1");
    unsetenv("EXPOOL_CONFIG");
    EXPECT_EQUAL(child.exit_code, 125);
    EXPECT_TEXT(child.text, "cannot read /nowhere/expool.conf");
}

TESTS_MAIN("options")
