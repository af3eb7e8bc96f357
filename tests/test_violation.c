#include "tests/expect.h"

#include "pool/util.h"
#include "pool/violation.h"

enum { NO_STOP = 0 };

TEST(every_rule_has_its_words)
{
    for (unsigned kind = 0; kind < VIOLATION_KIND_COUNT; kind++) {
        const char *rule = violation_rule((enum violation_kind)kind);
        EXPECT(rule != NULL && rule[strspn(rule, "abcdefghijklmnopqrstuvwxyz-")] == 0);
        EXPECT(strlen(violation_title((enum violation_kind)kind)) > 10);
        EXPECT(strlen(violation_advice((enum violation_kind)kind)) > 10);
        for (unsigned other = 0; other < kind; other++)
            EXPECT(strcmp(rule, violation_rule((enum violation_kind)other)) != 0);
    }
}

TEST(every_stop_has_windows_name)
{
    for (unsigned kind = 0; kind < VIOLATION_KIND_COUNT; kind++)
        for (unsigned column = 0; column < COLUMN_COUNT; column++) {
            struct violation violation = {.kind = (enum violation_kind)kind,
                                          .column = (enum violation_column)column};
            struct stop stop;
            if (violation_stop(&violation, &stop))
                EXPECT(strcmp(stop.name, "UNKNOWN") != 0);
        }
    ck_assert_str_eq(stop_name(0xC2), "BAD_POOL_CALLER");
    ck_assert_str_eq(stop_name(0x12345), "UNKNOWN");
}

/* The three columns of the reference, code and subcode. */
static const struct {
    enum violation_kind kind;
    uint32_t code[COLUMN_COUNT];
    uint32_t subcode[COLUMN_COUNT];
} reference[] = {
    {VIOLATION_ALLOCATE_ZERO_BYTES, {NO_STOP, 0xC4, 0xC4}, {0, 0, 0}},
    {VIOLATION_ALLOCATE_PAGED_IRQL, {0xC2, 0xC4, 0xC1}, {8, 1, 0x30}},
    {VIOLATION_ALLOCATE_NONPAGED_IRQL, {0xC2, 0xC4, 0xC1}, {8, 2, 0x30}},
    {VIOLATION_TAG_ZERO, {0xC2, 0xC2, 0xC2}, {0x9B, 0x9B, 0x9B}},
    {VIOLATION_TAG_UNREADABLE, {NO_STOP, 0xC2, 0xC2}, {0, 0x9D, 0x9D}},
    {VIOLATION_FREE_NULL, {0xC2, 0xC4, 0xC4}, {0x46, 0x10, 0x10}},
    {VIOLATION_FREE_OUTSIDE, {0xC2, 0xC4, 0xC4}, {0x42, 0x10, 0x10}},
    {VIOLATION_FREE_MIDDLE_SMALL, {0xC2, 0xC4, 0xC4}, {0x99, 0x10, 0x10}},
    {VIOLATION_FREE_TWICE, {0xC2, 0xC4, 0xC1}, {7, 0x13, 0x20}},
    {VIOLATION_FREE_TWICE_BIG, {0x19, 0xC4, 0xC4}, {0x22, 0x10, 0x10}},
    {VIOLATION_FREE_WRONG_TAG, {0xC2, 0xC2, 0xC2}, {0xA, 0xA, 0xA}},
    {VIOLATION_FREE_WRONG_SIZE, {NO_STOP, 0xC4, 0xC4}, {0, 0x13F, 0x13F}},
    {VIOLATION_FREE_PAGED_IRQL, {0xC2, 0xC4, 0xC1}, {9, 0x11, 0x31}},
    {VIOLATION_FREE_NONPAGED_IRQL, {0xC2, 0xC4, 0xC1}, {9, 0x12, 0x31}},
    {VIOLATION_HEADER_NEIGHBOURS, {0x19, 0x19, 0x19}, {5, 5, 5}},
    {VIOLATION_HEADER_SEAL, {0x19, 0x19, 0x19}, {0x20, 0x20, 0x20}},
    {VIOLATION_DAMAGE_BEFORE, {0xC1, 0xC1, 0xC1}, {0x23, 0x23, 0x23}},
    {VIOLATION_DAMAGE_AFTER, {0xC1, 0xC1, 0xC1}, {0x24, 0x24, 0x24}},
    {VIOLATION_DAMAGE_ONE_BIT, {0xC1, 0xC1, 0xC1}, {0x32, 0x32, 0x32}},
    {VIOLATION_RAISE_TO_LOWER, {0x09, 0xC4, 0xC4}, {0, 0x30, 0x30}},
    {VIOLATION_LOWER_TO_HIGHER, {0x0A, 0xC4, 0xC4}, {0, 0x31, 0x31}},
    {VIOLATION_SPIN_RELEASE_IRQL, {NO_STOP, 0xC4, 0xC4}, {0, 0x32, 0x32}},
    {VIOLATION_LEAK, {NO_STOP, 0xC4, 0xC4}, {0, 0x62, 0x62}},
};

TEST(each_column_has_the_references_code)
{
    for (unsigned i = 0; i < COUNT_OF(reference); i++)
        for (unsigned column = 0; column < COLUMN_COUNT; column++) {
            struct violation violation = {.kind = reference[i].kind,
                                          .column = (enum violation_column)column};
            struct stop stop = {.code = NO_STOP};
            EXPECT_EQUAL(violation_stop(&violation, &stop), reference[i].code[column] != NO_STOP);
            EXPECT_EQUAL(stop.code, reference[i].code[column]);
            EXPECT_EQUAL(stop.subcode, reference[i].subcode[column]);
        }
}

static void expect_parameters(enum violation_kind kind, enum violation_column column,
                              const uint64_t wanted[4])
{
    struct violation violation = {.kind = kind,
                                  .column = column,
                                  .address = (const void *)(uintptr_t)0xadd0,
                                  .other = (const void *)(uintptr_t)0x07e0,
                                  .header = (const void *)(uintptr_t)0x4ead,
                                  .contents = 0xc047,
                                  .size_bytes = 0x512e,
                                  .expected = 0xe4,
                                  .found = 0xf0,
                                  .pool_type = 0x200,
                                  .tag = 0x7a6,
                                  .tag_given = 0x7a61,
                                  .status = 0xC000009A,
                                  .irql = 2,
                                  .access = 1,
                                  .pc = 0x9c};
    struct stop stop;
    EXPECT(violation_stop(&violation, &stop));
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQUAL(stop.parameter[i], wanted[i]);
}

TEST(parameters_stand_where_windows_has_them)
{
    expect_parameters(VIOLATION_FREE_TWICE, COLUMN_PLAIN, (const uint64_t[]){7, 0, 0xc047, 0xadd0});
    expect_parameters(VIOLATION_FREE_TWICE, COLUMN_VERIFIED,
                      (const uint64_t[]){0x13, 0, 0x4ead, 0xc047});
    expect_parameters(VIOLATION_FREE_TWICE, COLUMN_SPECIAL, (const uint64_t[]){0xadd0, 0, 0, 0x20});
    expect_parameters(VIOLATION_FREE_WRONG_TAG, COLUMN_SPECIAL,
                      (const uint64_t[]){0xA, 0xadd0, 0x7a6, 0x7a61});
    expect_parameters(VIOLATION_ALLOCATE_PAGED_IRQL, COLUMN_SPECIAL,
                      (const uint64_t[]){2, 0x200, 0x512e, 0x30});
    expect_parameters(VIOLATION_DAMAGE_AFTER, COLUMN_SPECIAL,
                      (const uint64_t[]){0xadd0, 0x07e0, 0xe4, 0x24});
    expect_parameters(VIOLATION_FAULT_BEYOND_DRIVER, COLUMN_SPECIAL,
                      (const uint64_t[]){0xadd0, 1, 0x9c, 0});
    expect_parameters(VIOLATION_FAULT_IRQL_DRIVER, COLUMN_SPECIAL,
                      (const uint64_t[]){0xadd0, 2, 1, 0x9c});
    expect_parameters(VIOLATION_RAISE_TO_LOWER, COLUMN_VERIFIED,
                      (const uint64_t[]){0x30, 2, 0xe4, 0});
    expect_parameters(VIOLATION_UNHANDLED_RAISE, COLUMN_PLAIN,
                      (const uint64_t[]){0xC000009A, 0x9c, 1, 0xadd0});
}

TESTS_MAIN("violation")
