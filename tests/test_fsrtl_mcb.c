#include "tests/expect.h"

#include <ntifs.h>

static LARGE_MCB map;

static void expect_run(ULONG index, LONGLONG vbn, LONGLONG lbn, LONGLONG count)
{
    LONGLONG seen[3];
    EXPECT(FsRtlGetNextLargeMcbEntry(&map, index, &seen[0], &seen[1], &seen[2]));
    EXPECT_EQUAL(seen[0], vbn);
    EXPECT_EQUAL(seen[1], lbn);
    EXPECT_EQUAL(seen[2], count);
}

TEST(runs_follow_each_other_with_holes_between)
{
    LONGLONG lbn, count, start, whole;
    ULONG index;
    FsRtlInitializeLargeMcb(&map, PagedPool);
    EXPECT(!FsRtlLookupLastLargeMcbEntry(&map, &start, &lbn));
    EXPECT(FsRtlAddLargeMcbEntry(&map, 10, 100, 5));
    EXPECT(FsRtlAddLargeMcbEntry(&map, 15, 105, 5)); /* goes on where that one ends */
    EXPECT(FsRtlAddLargeMcbEntry(&map, 12, 102, 2)); /* said again */
    EXPECT(!FsRtlAddLargeMcbEntry(&map, 19, 500, 3));
    EXPECT(!FsRtlAddLargeMcbEntry(&map, 30, 500, 0));
    EXPECT_EQUAL(FsRtlNumberOfRunsInLargeMcb(&map), 2);
    expect_run(0, 0, -1, 10);
    expect_run(1, 10, 100, 10);
    EXPECT(FsRtlLookupLargeMcbEntry(&map, 13, &lbn, &count, &start, &whole, &index));
    EXPECT(lbn == 103 && count == 7 && start == 100 && whole == 10 && index == 1);
    EXPECT(FsRtlLookupLargeMcbEntry(&map, 3, &lbn, &count, NULL, NULL, NULL));
    EXPECT(lbn == -1 && count == 7);
    EXPECT(!FsRtlLookupLargeMcbEntry(&map, 20, &lbn, NULL, NULL, NULL, NULL));
    EXPECT(FsRtlLookupLastLargeMcbEntryAndIndex(&map, &start, &lbn, &index));
    EXPECT(start == 19 && lbn == 109 && index == 1);
    FsRtlUninitializeLargeMcb(&map);
}

TEST(a_map_is_cut_split_and_shortened)
{
    FsRtlInitializeLargeMcb(&map, NonPagedPoolNx);
    EXPECT(FsRtlAddLargeMcbEntry(&map, 0, 100, 30));
    FsRtlRemoveLargeMcbEntry(&map, 10, 5);
    EXPECT_EQUAL(FsRtlNumberOfRunsInLargeMcb(&map), 3);
    expect_run(0, 0, 100, 10);
    expect_run(1, 10, -1, 5);
    expect_run(2, 15, 115, 15);
    EXPECT(FsRtlAddLargeMcbEntry(&map, 10, 110, 5)); /* the hole is filled: one run again */
    EXPECT_EQUAL(FsRtlNumberOfRunsInLargeMcb(&map), 1);
    EXPECT(FsRtlSplitLargeMcb(&map, 20, 8));
    expect_run(0, 0, 100, 20);
    expect_run(1, 20, -1, 8);
    expect_run(2, 28, 120, 10);
    FsRtlTruncateLargeMcb(&map, 24); /* no hole stays at the end */
    EXPECT_EQUAL(FsRtlNumberOfRunsInLargeMcb(&map), 1);
    FsRtlRemoveLargeMcbEntry(&map, 5, 100);
    expect_run(0, 0, 100, 5);
    FsRtlResetLargeMcb(&map, FALSE);
    EXPECT_EQUAL(FsRtlNumberOfRunsInLargeMcb(&map), 0);
    FsRtlUninitializeLargeMcb(&map);
}

/* Against a table of sectors. */
TEST(many_changes_agree_with_a_plain_table)
{
    enum { SECTORS = 200, CHANGES = 3000 };
    static LONGLONG table[SECTORS];
    uint32_t random = 1;
    FsRtlInitializeLargeMcb(&map, PagedPool);
    for (unsigned i = 0; i < SECTORS; i++)
        table[i] = -1;
    for (unsigned change = 0; change < CHANGES; change++) {
        random = random * 1664525u + 1013904223u;
        unsigned vbn = (random >> 8) % SECTORS;
        unsigned count = 1 + (random >> 20) % (SECTORS - vbn);
        LONGLONG lbn = (LONGLONG)((random >> 5) % 4 * 1000 + vbn);
        bool fits = true;
        for (unsigned i = vbn; i < vbn + count; i++)
            fits = fits && (table[i] == -1 || table[i] == lbn + (i - vbn));
        bool adds = random % 3 != 0;
        if (adds)
            EXPECT_EQUAL(FsRtlAddLargeMcbEntry(&map, vbn, lbn, count), fits);
        else
            FsRtlRemoveLargeMcbEntry(&map, vbn, count);
        for (unsigned i = vbn; i < vbn + count && (fits || !adds); i++)
            table[i] = adds ? lbn + (i - vbn) : -1;
        for (unsigned i = 0; i < SECTORS; i++) {
            LONGLONG seen = -1;
            FsRtlLookupLargeMcbEntry(&map, i, &seen, NULL, NULL, NULL, NULL);
            EXPECT_EQUAL(seen, table[i]);
        }
    }
    FsRtlUninitializeLargeMcb(&map);
}

static UNICODE_STRING wide(const char *text, WCHAR *letters)
{
    size_t count = strlen(text);
    for (size_t i = 0; i < count; i++)
        letters[i] = (WCHAR)(unsigned char)text[i];
    USHORT bytes = (USHORT)(count * sizeof(WCHAR));
    return (UNICODE_STRING){bytes, bytes, letters};
}

TEST(names_match_expressions_as_of_old)
{
    static const struct {
        const char *expression, *name;
        bool fits;
    } cases[] = {
        {"*", "a.b", true},        {"A*.TXT", "abc.txt", true}, {"A*.TXT", "abc.txt2", false},
        {"?.B", "a.b", true},      {"?.B", ".b", false},        {"<.C", "a.b.c", true},
        {"<.C", "a.b.c.d", false}, {">>>.TXT", "ab.txt", true}, {">>>.TXT", "abcd.txt", false},
        {"AB\"", "ab", true},      {"AB\"", "ab.", true},       {"AB\"C", "abc", false},
        {"<", "a.b", false},       {"ABC", "abc", true},        {"ABC", "abcd", false},
        {"*.*", "abc", false},     {"<\">>>", "abc", true},     {"<", "abc", true}};
    WCHAR one[32], two[32];
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        UNICODE_STRING expression = wide(cases[i].expression, one);
        UNICODE_STRING name = wide(cases[i].name, two);
        EXPECT_THAT((FsRtlIsNameInExpression(&expression, &name, TRUE, NULL) != 0) == cases[i].fits,
                    "%s against %s", cases[i].expression, cases[i].name);
    }
    UNICODE_STRING lower = wide("abc", one);
    UNICODE_STRING upper = wide("ABC", two);
    EXPECT(!FsRtlIsNameInExpression(&upper, &lower, FALSE, NULL));
    EXPECT(FsRtlAreNamesEqual(&lower, &upper, TRUE, NULL));
    EXPECT(!FsRtlAreNamesEqual(&lower, &upper, FALSE, NULL));
    EXPECT(!FsRtlDoesNameContainWildCards(&lower));
    UNICODE_STRING wild = wide("a>", one);
    EXPECT(FsRtlDoesNameContainWildCards(&wild));
}

TEST(rows_of_folders_lie_as_on_windows)
{
    EXPECT_EQUAL(offsetof(FILE_DIRECTORY_INFORMATION, FileName), 64);
    EXPECT_EQUAL(offsetof(FILE_FULL_DIR_INFORMATION, FileName), 68);
    EXPECT_EQUAL(offsetof(FILE_ID_FULL_DIR_INFORMATION, FileName), 80);
    EXPECT_EQUAL(offsetof(FILE_BOTH_DIR_INFORMATION, FileName), 94);
    EXPECT_EQUAL(offsetof(FILE_ID_BOTH_DIR_INFORMATION, FileName), 104);
    EXPECT_EQUAL(offsetof(FILE_ALL_INFORMATION, NameInformation), 96);
    EXPECT_EQUAL(offsetof(REPARSE_DATA_BUFFER, GenericReparseBuffer), 8);
    EXPECT_EQUAL(sizeof(FILE_ID_INFORMATION), 24);
    EXPECT_EQUAL(sizeof(FAST_IO_DISPATCH), 224);
    EXPECT_EQUAL(offsetof(FAST_IO_DISPATCH, FastIoQueryOpen), 192);
    EXPECT_EQUAL(FSCTL_REQUEST_FILTER_OPLOCK, 0x9005C);
    EXPECT_EQUAL(FSCTL_GET_REPARSE_POINT, 0x900A8);
    EXPECT_EQUAL(FSCTL_SET_ZERO_DATA, 0x980C8);
    EXPECT_EQUAL(FSCTL_OFFLOAD_WRITE, 0x98268);
}

TEST(a_path_is_taken_apart_from_the_front)
{
    WCHAR letters[32];
    UNICODE_STRING first, rest;
    UNICODE_STRING path = wide("\\ab\\c\\d", letters);
    FsRtlDissectName(path, &first, &rest);
    EXPECT(first.Buffer == letters + 1 && first.Length == 4);
    EXPECT(rest.Buffer == letters + 4 && rest.Length == 6);
    FsRtlDissectName(rest, &first, &rest);
    FsRtlDissectName(rest, &first, &rest);
    EXPECT(first.Buffer == letters + 6 && first.Length == 2 && rest.Length == 0);
}

TESTS_MAIN("fsrtl_mcb")
