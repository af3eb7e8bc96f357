#include "fuzz/replay/minimize.h"

#include "fuzz/generate.h"
#include "tests/expect.h"

static struct minimizer minimizer;
static struct program program;
static struct program judged;
static unsigned drift; /* judged programs that failed in the other way */

/* "Fails" when a block of a page or more is freed twice at a raised level under the verifier that
 * looks at the start; any other second free is another failure. */
static void judge(const uint8_t *bytes, size_t length, char *key, void *context)
{
    bool is_big[PROGRAM_HANDLES] = {false};
    bool is_raised = false;
    (void)context;
    program_decode(&judged, bytes, length);
    for (unsigned i = 0; i < judged.count; i++) {
        const struct op *op = &judged.ops[i];
        is_raised |= op->kind == OP_RAISE && op->irql > 0;
        if (op->kind == OP_ALLOC2)
            is_big[op->handle] = op->size >= 4096;
        if (op->kind != OP_FREE_TWICE)
            continue;
        bool is_it = is_big[op->handle] && is_raised && judged.verify == PROGRAM_VERIFY_START;
        drift += !is_it;
        strcpy(key, is_it ? "wanted" : "another");
        return;
    }
}

/* A generated program with the failure buried in it. */
static void bury(uint64_t seed)
{
    static const struct op ops[] = {
        {.kind = OP_RAISE, .irql = 2},
        {.kind = OP_ALLOC2, .handle = 40, .size = 5001, .tag = 3, .pool = 1, .aux = 77},
        {.kind = OP_FREE_TWICE, .handle = 40},
    };
    static const unsigned places[] = {20, 60, 90};
    generate(&program, seed);
    for (unsigned i = 0; i < program.count; i++)
        if (program.ops[i].handle == 40 || program.ops[i].kind == OP_FREE_TWICE ||
            program.ops[i].kind == OP_RAISE)
            program.ops[i] = (struct op){.kind = OP_SWEEP};
    if (program.count < 100)
        program.count = 100;
    program.verify = PROGRAM_VERIFY_START;
    program.reuse = PROGRAM_REUSE_PROTECT;
    for (unsigned i = 0; i < 3; i++)
        program.ops[places[i]] = ops[i];
}

TEST(what_is_left_is_what_the_failure_needs_in_plain_values)
{
    static const struct op plain[] = {
        {.kind = OP_RAISE, .irql = 2},
        {.kind = OP_ALLOC2, .size = 4096},
        {.kind = OP_FREE_TWICE},
    };
    for (uint64_t seed = 1; seed <= 4; seed++) {
        bury(seed);
        minimizer_start(&minimizer, "wanted", judge, NULL);
        minimize_program(&minimizer, &program);
        ck_assert_uint_eq(program.count, 3);
        ck_assert_int_eq(program.verify, PROGRAM_VERIFY_START);
        ck_assert_int_eq(program.reuse, PROGRAM_REUSE_RECYCLE);
        ck_assert_mem_eq(program.ops, plain, sizeof plain);
    }
    ck_assert_uint_gt(drift, 0); /* other failures were met, and refused */
}

TEST(nothing_is_judged_twice_and_trials_have_an_end)
{
    bury(5);
    minimizer_start(&minimizer, "wanted", judge, NULL);
    minimizer.trials_max = 7;
    minimize_program(&minimizer, &program);
    EXPECT_EQUAL(minimizer.trials, 7);
    bury(5);
    minimizer_start(&minimizer, "wanted", judge, NULL);
    minimize_program(&minimizer, &program);
    EXPECT(minimizer.trials < 1000);
    EXPECT(minimizer.answered > 0);
}

static void judge_bytes(const uint8_t *bytes, size_t length, char *key, void *context)
{
    (void)context;
    const uint8_t *found = memchr(bytes, '[', length);
    if (found != NULL && memchr(found, ']', length - (size_t)(found - bytes)) != NULL)
        strcpy(key, "wanted");
}

TEST(bytes_lose_all_that_does_not_matter)
{
    uint8_t bytes[] = "some text, [an odd part of it], and more of it";
    minimizer_start(&minimizer, "wanted", judge_bytes, NULL);
    size_t length = minimize_bytes(&minimizer, bytes, sizeof bytes - 1);
    EXPECT_EQUAL(length, 2);
    EXPECT(memcmp(bytes, "[]", 2) == 0);
}

TESTS_MAIN("minimize")
