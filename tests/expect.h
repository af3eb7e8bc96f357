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

enum { TESTS_MAX = 128, TEST_TIMEOUT_S = 60, LINES_MAX = 512 };

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

/* check writes where it is into a file at each call; the first arrival at a line is enough. What an
 * expectation does stands here once, with few literals: there are thousands, and sanitizers make
 * much of each. */
#define EXPECT_ONCE static __attribute__((noinline, unused))
EXPECT_ONCE void expect_reached(const char *file, int line)
{
    static atomic_bool is_marked[LINES_MAX];
    atomic_bool *mark = &is_marked[(unsigned)line % LINES_MAX];
    if (atomic_load_explicit(mark, memory_order_relaxed))
        return;
    atomic_store_explicit(mark, true, memory_order_relaxed);
    _mark_point(file, line); /* mark_point() and ck_abort_msg() of another's line */
}

EXPECT_ONCE void expect_true(bool is_so, const char *file, int line, const char *words)
{
    if (!is_so)
        _ck_assert_failed(file, line, "Failed", "expected: %s", words);
    expect_reached(file, line);
}

/* The two numbers that were compared last. */
static _Thread_local uint64_t expect_numbers[2] __attribute__((unused));

EXPECT_ONCE bool expect_same(uint64_t first, uint64_t second)
{
    expect_numbers[0] = first;
    expect_numbers[1] = second;
    return first == second;
}

EXPECT_ONCE void expect_equal(bool is_same, const char *file, int line, const char *words)
{
    if (!is_same)
        _ck_assert_failed(file, line, "Failed", "%s: they are 0x%llx and 0x%llx", words,
                          (unsigned long long)expect_numbers[0],
                          (unsigned long long)expect_numbers[1]);
    expect_reached(file, line);
}

#define EXPECT_THAT(condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
        expect_reached(__FILE__, __LINE__);                                                        \
    } while (0)

#define EXPECT(condition) expect_true((condition) ? true : false, __FILE__, __LINE__, #condition)
#define EXPECT_EQUAL(a, b)                                                                         \
    expect_equal(expect_same((uint64_t)(a), (uint64_t)(b)), __FILE__, __LINE__, #a " == " #b)
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

static inline int tests_run(const char *name)
{
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, TEST_TIMEOUT_S);
    for (unsigned i = 0; i < tests_count; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 && tests_count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#ifdef TESTS_TOGETHER
#include "tests/unit.h"
#define TESTS_MAIN(name)                                                                           \
    __attribute__((constructor)) static void tests_add(void)                                       \
    {                                                                                              \
        unit_add(__FILE__, name, tests_run);                                                       \
    }
#else
#define TESTS_MAIN(name)                                                                           \
    int main(void)                                                                                 \
    {                                                                                              \
        return tests_run(name);                                                                    \
    }
#endif

#endif
