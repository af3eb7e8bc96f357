#include "tests/child.h"

#include "expool/pool.h"
#include "expool/unicode_string.h"
#include "pool/bugcheck.h"
#include "pool/mode.h"
#include "pool/report.h"
#include "pool/util.h"

enum { TAG = 'tseT' };

static unsigned char bytes[64] __attribute__((aligned(16)));
static struct violation told;

/* Two bytes past the end of a 50-byte block. */
static void damage(void)
{
    memset(bytes, 0x64, sizeof bytes);
    memset(bytes, 0, 50);
    memcpy(bytes + 50, "BC", 2);
    told = (struct violation){
        .kind = VIOLATION_DAMAGE_AFTER,
        .column = COLUMN_SPECIAL,
        .address = bytes,
        .other = bytes + 50,
        .expected = 0x64,
        .frame = __builtin_frame_address(0),
        .changed_first = bytes + 50,
        .changed_last = bytes + 51,
        .changed_count = 2,
        .story = {.place = STORY_SPECIAL,
                  .is_live = true,
                  .is_readable = true,
                  .block = bytes,
                  .size_bytes = 50,
                  .window = bytes,
                  .window_bytes = sizeof bytes,
                  .pool = POOL_NONPAGED,
                  .tag = TAG,
                  .fill = 0x64},
    };
    violation_raise(&told);
}

TEST(the_headline_comes_first_and_the_end_is_marked)
{
    struct child child = child_run(damage);
    EXPECT(strncmp(child.text, "==", 2) == 0);
    EXPECT_TEXT(child.text, "==expool: BUG CHECK 0xC1/0x24: bytes past the end of a pool block");
    EXPECT_TEXT(child.text, "2 bytes were written past the end of a 50-byte block, tag 'Test'.");
    EXPECT_TEXT(child.text, "64, 24) SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION\n");
    EXPECT_TEXT(child.text, "\nSUMMARY: expool: 0xC1/0x24 damage-after-block, tag Test, ");
    EXPECT_TEXT(child.text, "\nDEDUP_TOKEN: c1.24:Test:");
    EXPECT_TEXT(strstr(child.text, "SUMMARY"), "==expool: END OF REPORT\n");
}

TEST(the_picture_marks_the_end_and_what_was_changed)
{
    struct child child = child_run(damage);
    EXPECT_TEXT(child.text, "    +0x000  |00 00 00 00");
    EXPECT_TEXT(child.text, "    +0x030   00 00|42 43 64 64 64 64  64 64");
    EXPECT_TEXT(child.text, "..|BCdddddddddddd\n");
    EXPECT_TEXT(child.text, "                  |^^^^^");
    EXPECT_TEXT(child.text, "end of block (+50), then 2 changed bytes\n");
    EXPECT_TEXT(child.text, "changed: +50 .. +51, now 42 43 \"BC\", were pattern 64\n");
}

TEST(the_report_names_the_program_and_how_to_run_it_again)
{
    struct child child = child_run(damage);
    EXPECT_TEXT(child.text, "\nLook at : the copy into this block");
    EXPECT_TEXT(child.text, "verify=exact");
    EXPECT_TEXT(child.text, "Again   : ");
    EXPECT_TEXT(child.text, "test_report");
    EXPECT_TEXT(
        child.text,
        "Explain : expool explain 0xC1/0x24   (docs/REPORTS.md, section damage-after-block)\n");
    EXPECT_TEXT(child.text, "State   : verifier off");
}

static void *block_of_user;

static void NOINLINE user_allocates(void)
{
    block_of_user = ExAllocatePoolWithTag(PagedPool, 40, TAG);
    __asm__ volatile("" ::: "memory");
}

static void NOINLINE user_frees_with_wrong_tag(void)
{
    ExFreePoolWithTag(block_of_user, 'rhtO');
    __asm__ volatile("" ::: "memory");
}

static void wrong_tag(void)
{
    user_allocates();
    user_frees_with_wrong_tag();
}

TEST(stacks_name_function_file_and_line)
{
    mode_set(MODE_STACKS, true);
    struct child child = child_run(wrong_tag);
    EXPECT_TEXT(child.text, "with tag 'Othr'; its block has tag 'Test'");
    EXPECT_TEXT(child.text, "\nFreed here:\n    #0 user_frees_with_wrong_tag");
    EXPECT_TEXT(child.text, "\nAllocated:\n    #0 user_allocates");
    EXPECT_TEXT(child.text, "test_report.c:");
}

/* Records that nobody should ever hand in: nothing may crash or go on for ever. */
static unsigned broken_kind;

static void broken(void)
{
    struct violation violation = {.kind = (enum violation_kind)broken_kind,
                                  .column = COLUMN_SPECIAL,
                                  .address = (const void *)UINTPTR_MAX,
                                  .other = (const void *)(uintptr_t)8,
                                  .size_bytes = SIZE_MAX,
                                  .irql = 255,
                                  .tag = 0x01020304,
                                  .frame = __builtin_frame_address(0)};
    violation.story = (struct story){.place = STORY_BIG,
                                     .block = (const unsigned char *)(uintptr_t)16,
                                     .size_bytes = SIZE_MAX,
                                     .has_details = true,
                                     .irql_allocated = 255,
                                     .number = UINT64_MAX,
                                     .allocated_stack = UINT32_MAX,
                                     .freed_stack = 3};
    violation_raise(&violation);
}

static bool reads_header(unsigned kind)
{
    return kind >= VIOLATION_HEADER_PREVIOUS_TOO_LARGE && kind <= VIOLATION_FREE_LIST_LINKS;
}

TEST(odd_records_are_reported_all_the_same)
{
    for (broken_kind = 0; broken_kind < VIOLATION_KIND_COUNT; broken_kind++) {
        if (reads_header(broken_kind)) /* their headers lie in the pool by construction */
            continue;
        struct child child = child_run(broken);
        EXPECT_EQUAL(child.signal, SIGABRT);
        EXPECT_TEXT(child.text, violation_title((enum violation_kind)broken_kind));
        EXPECT_TEXT(child.text, "END OF REPORT\n");
    }
}

TEST(a_line_that_is_too_long_is_broken_behind_a_comma)
{
    char line[200];
    char broken_bytes[400];
    struct text text = TEXT_OVER(broken_bytes);
    memset(line, 'x', sizeof line);
    memcpy(line + 80, ", ", 2);
    memcpy(line + 120, "\nyyy", 5);
    report_add_broken(&text, line, 4);
    EXPECT_EQUAL(report_line_count(&text), 2);
    EXPECT_EQUAL(strcspn(broken_bytes, "\n"), 81);
    EXPECT(strncmp(broken_bytes + 82, "    xxx", 7) == 0);
    EXPECT(strcmp(strrchr(broken_bytes, '\n'), "\nyyy") == 0);
}

static void expect_sentence(uint32_t tag, uint64_t size_bytes, const char *wanted)
{
    char line_bytes[256];
    struct text text = TEXT_OVER(line_bytes);
    struct violation violation = {.kind = VIOLATION_FREED_MODIFIED, .changed_count = 1};
    violation.story = (struct story){.place = STORY_SPECIAL, .size_bytes = size_bytes, .tag = tag};
    report_sentence(&text, &violation);
    EXPECT_TEXT(line_bytes, wanted);
}

TEST(a_block_is_told_by_its_size_and_its_tag)
{
    expect_sentence('tseT', 40, "inside a 40-byte block, tag 'Test', after");
    expect_sentence('tseT', 8, "inside an 8-byte block");
    expect_sentence('tseT', 11000, "inside an 11 000-byte block");
    expect_sentence('tseT', 1800, "inside a 1 800-byte block");
    expect_sentence(0x01020304, 40, "tag '....' (0x01020304), after");
}

static void expect_function(const char *linkage_name, size_t room, const char *wanted)
{
    char name_bytes[128];
    struct text text = TEXT_OVER(name_bytes);
    report_add_function(&text, linkage_name, room);
    ck_assert_str_eq(name_bytes, wanted);
}

TEST(a_long_name_of_cpp_loses_what_its_templates_are_made_of)
{
    static const char at[] = "_ZNSt6vectorIS_IiSaIiEESaIS1_EE2atEm";
    expect_function("_ZNSt6vectorIiE2atEm", 48, "std::vector<int>::at(unsigned long)");
    expect_function(at, 48, "std::vector<...>::at(unsigned long)");
    expect_function(at, 24, "std::vector<...>::at(...");
    expect_function("_ZN1AIiElsIcEERS0_T_", 30, "A<...>& A<...>::operator<< ...");
    expect_function("_ZN1AIiEptEv", 16, "A<...>::opera...");
    expect_function("_ZNK1AIiEptEv", 24, "A<...>::operator->() ...");
    expect_function(NULL, 10, "??");
}

static void free_a_string_twice(void)
{
    static WCHAR letters[] = {'t', 'e', 'x', 't'};
    UNICODE_STRING text = {sizeof letters, sizeof letters, letters};
    UNICODE_STRING copy = {0, 0, NULL};
    RtlUpcaseUnicodeString(&copy, &text, TRUE);
    UNICODE_STRING again = copy;
    RtlFreeUnicodeString(&copy);
    RtlFreeUnicodeString(&again);
}

TEST(the_summary_names_the_programs_frame_and_not_ours)
{
    struct child child = child_run(free_a_string_twice);
    EXPECT_TEXT(child.text, "\nFreed here, in RtlFreeUnicodeString:\n    #0 free_a_string_twice");
    EXPECT_TEXT(strstr(child.text, "\nDEDUP_TOKEN"), ":free_a_string_twice:");
    EXPECT_TEXT(strstr(child.text, "\nSUMMARY"), "test_report.c:");
}

TESTS_MAIN("report")
