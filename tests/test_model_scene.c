#include "fuzz/model.h"
#include "fuzz/scenes.h"

#include "tests/expect.h"

enum { PAGE = 4096, DISPATCH = 2 };

static struct model model;
static unsigned char memory[2 * PAGE] __attribute__((aligned(4096)));

static struct expectation happens(struct op op)
{
    struct expectation met = model_expect(&model, &op);
    if (met.outcome != OUTCOME_SKIP)
        model_apply(&model, &op, &met, memory + PAGE - 64);
    return met;
}

static void begin(bool is_verifying)
{
    static struct program program;
    model_start(&model, is_verifying, &program);
    happens((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 50, .pool = PROGRAM_POOL_PAGED});
}

static const struct op touch = {.kind = OP_TOUCH, .handle = 1, .aux = 3};
static const struct op force = {.kind = OP_FORCE_IRQL, .aux = 1};
static const struct op up = {.kind = OP_RAISE, .irql = DISPATCH};
static const struct op down = {.kind = OP_LOWER};

static struct op scene(enum scene which)
{
    return (struct op){.kind = OP_SCENE, .size = 64, .aux = (uint8_t)which};
}

TEST(a_paged_block_is_away_at_dispatch_under_the_rule_only)
{
    begin(true);
    happens(up);
    EXPECT_EQUAL(happens(touch).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens(force).outcome, OUTCOME_SKIP);
    happens(down);
    EXPECT_EQUAL(happens(force).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens(touch).outcome, OUTCOME_SUCCESS);
    happens(up);
    EXPECT_EQUAL(happens(touch).code, 0xD1);
    EXPECT_EQUAL(happens((struct op){.kind = OP_CHECK, .handle = 1}).outcome, OUTCOME_SKIP);
    happens(down);
    EXPECT_EQUAL(happens(touch).outcome, OUTCOME_SUCCESS);
}

TEST(where_the_pool_has_looked_since_nobody_knows)
{
    begin(true);
    happens(force);
    happens(up);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE, .handle = 1}).subcode, 0x31);
    EXPECT_EQUAL(happens(touch).outcome, OUTCOME_SKIP);
}

TEST(scenes_that_leave_something_behind_are_for_a_process_of_its_own)
{
    begin(true);
    for (unsigned i = SCENE_ALONE_FIRST; i < SCENE_MORE_FIRST; i++)
        EXPECT_EQUAL(happens(scene((enum scene)i)).outcome, OUTCOME_SKIP);
    model.is_alone = true;
    for (unsigned i = SCENE_ALONE_FIRST; i < SCENE_HEADER; i++)
        EXPECT(happens(scene((enum scene)i)).outcome != OUTCOME_SKIP);
    EXPECT_EQUAL(happens(scene(SCENE_HEADER)).outcome, OUTCOME_SKIP); /* in the plain pool */
    EXPECT_EQUAL(happens(scene(SCENE_DRIVER_LEAKS)).subcode, 0x62);
    EXPECT_EQUAL(happens(scene(SCENE_BUGCHECK)).code, SCENE_STOP_CODE);
}

TEST(what_is_out_comes_in_below_dispatch_only)
{
    struct op away = {.kind = OP_SCENE_MORE, .handle = 1, .size = 7, .tag = 1, .aux = 1};
    begin(false);
    struct expectation met = model_expect(&model, &away);
    EXPECT_EQUAL(met.code, 0xD1);
    EXPECT_EQUAL(met.parameter[1], DISPATCH);
    EXPECT_EQUAL(met.parameter[2], 1); /* a write */
    happens(up);
    EXPECT_EQUAL(model_expect(&model, &away).outcome, OUTCOME_SKIP);
}

TEST(what_lies_in_a_block_must_be_deleted_before_its_free)
{
    struct op list = {.kind = OP_SCENE_MORE, .handle = 1, .size = 16};
    struct op resource = {.kind = OP_SCENE_MORE, .handle = 7, .size = 16};
    begin(true);
    EXPECT_EQUAL(happens(list).subcode, 0xCC);
    EXPECT_EQUAL(happens(resource).subcode, 0xD2);
    list.handle = 0; /* deleted */
    EXPECT_EQUAL(happens(list).outcome, OUTCOME_SUCCESS);
    begin(false);
    EXPECT_EQUAL(happens(resource).outcome, OUTCOME_SKIP);
}

TEST(rules_of_the_verifier_are_silent_without_it)
{
    static const enum scene of_verifier[] = {SCENE_PAGED_CODE, SCENE_COPY_OVERLAP, SCENE_DDI_LEVEL};
    for (unsigned i = 0; i < sizeof of_verifier / sizeof of_verifier[0]; i++) {
        for (int verified = 0; verified < 2; verified++) {
            begin(verified == 1);
            happens((struct op){.kind = OP_RAISE, .irql = DISPATCH + 1});
            EXPECT_EQUAL(happens(scene(of_verifier[i])).outcome,
                         verified == 1 ? OUTCOME_BUGCHECK : OUTCOME_SUCCESS);
        }
    }
}

TESTS_MAIN("model_scene")
