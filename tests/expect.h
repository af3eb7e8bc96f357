/* expect.h - tests as sentences, on the check library: each runs in a child of its own.
 *   TEST(freeing_twice_is_a_bug_check)
 *   {
 *       void *block = ...;
 *       EXPECT_BUGCHECK(0xC2, 0x07) { ExFreePool(block); }
 *   }
 *   TESTS_MAIN("ex_pool")
 * A bug check that no EXPECT_BUGCHECK asked for fails the test with its report. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include "expool/host.h"

#include <check.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 128, TEST_TIMEOUT_S = 60 };

static const TTest *tests[TESTS_MAX];
static unsigned tests_count;

static struct {
    sigjmp_buf jump;
    bool is_armed;
    bool came;
    struct expool_bugcheck seen;
} expected __attribute__((unused));

static enum expool_action expect_hook(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    if (!expected.is_armed)
        return EXPOOL_STOP; /* unasked: report and abort, which fails the test */
    expected.seen = *bugcheck;
    expected.came = true;
    siglongjmp(expected.jump, 1);
}

static inline void expect_arm(void)
{
    expected.is_armed = true;
    expected.came = false;
}

static inline void expect_close(uint32_t code, uint32_t subcode, const char *file, int line)
{
    expected.is_armed = false;
    if (!expected.came)
        ck_abort_msg("%s:%d: no bug check came, 0x%X/0x%X was expected", file, line, code, subcode);
    else if (expected.seen.code != code || expected.seen.subcode != subcode)
        ck_abort_msg("%s:%d: bug check 0x%X/0x%X (%s), 0x%X/0x%X was expected", file, line,
                     expected.seen.code, expected.seen.subcode, expected.seen.rule, code, subcode);
}

/* The statements must raise this bug check; they are left at it. */
#define EXPECT_BUGCHECK(code, subcode)                                                             \
    for (expect_arm(); expected.is_armed; expect_close((code), (subcode), __FILE__, __LINE__))     \
        if (sigsetjmp(expected.jump, 1) == 0)

/* The same where the segment back end has a code of its own: 0x13A and this case. */
static inline bool expect_segment(void)
{
    const char *options_text = getenv("EXPOOL_OPTIONS");
    return options_text != NULL && strstr(options_text, "backend=segment") != NULL;
}
#define EXPECT_BUGCHECK_OR(code, subcode, segment)                                                 \
    EXPECT_BUGCHECK(expect_segment() ? 0x13Au : (code), expect_segment() ? (segment) : (subcode))

/* The statements must raise a bug check of this code; they are left at it. */
#define EXPECT_BUGCHECK_CODE(code)                                                                 \
    for (expect_arm(); expected.is_armed;                                                          \
         expect_close((code), expected.seen.subcode, __FILE__, __LINE__))                          \
        if (sigsetjmp(expected.jump, 1) == 0)

/* The bug check that came last. */
static inline const struct expool_bugcheck *last_bugcheck(void)
{
    return &expected.seen;
}

/* check writes where it is into a file at each call; the first arrival at a line is enough. */
#define EXPECT_THAT(condition, ...)                                                                \
    do {                                                                                           \
        static atomic_bool is_marked_;                                                             \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
        if (!atomic_load_explicit(&is_marked_, memory_order_relaxed)) {                            \
            atomic_store_explicit(&is_marked_, true, memory_order_relaxed);                        \
            mark_point();                                                                          \
        }                                                                                          \
    } while (0)

#define EXPECT(condition) EXPECT_THAT(condition, "expected: %s", #condition)
#define EXPECT_EQUAL(a, b)                                                                         \
    do {                                                                                           \
        uint64_t first_ = (uint64_t)(a);                                                           \
        uint64_t second_ = (uint64_t)(b);                                                          \
        EXPECT_THAT(first_ == second_, "%s is 0x%llx, %s is 0x%llx", #a,                           \
                    (unsigned long long)first_, #b, (unsigned long long)second_);                  \
    } while (0)
#define EXPECT_TEXT(text, part)                                                                    \
    EXPECT_THAT(strstr((text), (part)) != NULL, "'%s' does not hold '%s'", (text), (part))

#define TEST(sentence)                                                                             \
    static void sentence##_body(void);                                                             \
    START_TEST(sentence)                                                                           \
    {                                                                                              \
        expool_on_bugcheck(expect_hook, NULL);                                                     \
        sentence##_body();                                                                         \
    }                                                                                              \
    END_TEST                                                                                       \
    __attribute__((constructor)) static void sentence##_add(void)                                  \
    {                                                                                              \
        if (tests_count < TESTS_MAX)                                                               \
            tests[tests_count++] = sentence;                                                       \
    }                                                                                              \
    static void sentence##_body(void)

#define TESTS_MAIN(name)                                                                           \
    int main(void)                                                                                 \
    {                                                                                              \
        Suite *suite = suite_create(name);                                                         \
        TCase *cases = tcase_create(name);                                                         \
        tcase_set_timeout(cases, TEST_TIMEOUT_S);                                                  \
        for (unsigned i = 0; i < tests_count; i++)                                                 \
            tcase_add_test(cases, tests[i]);                                                       \
        suite_add_tcase(suite, cases);                                                             \
        SRunner *runner = srunner_create(suite);                                                   \
        srunner_run_all(runner, CK_NORMAL);                                                        \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed == 0 && tests_count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;                       \
    }

#endif
