#include "fuzz/model.h"

#include "tests/expect.h"

enum { PAGE = 4096, DISPATCH = 2, CODE_POOL = 0xC2, CODE_VERIFIER = 0xC4, CODE_SPECIAL = 0xC1 };

static struct model model;
static unsigned char memory[4 * PAGE] __attribute__((aligned(4096)));

/* The model never touches a block: any address will do. */
static struct expectation happens_at(struct op op, void *result)
{
    struct expectation outcome = model_expect(&model, &op);
    if (outcome.outcome != OUTCOME_SKIP)
        model_apply(&model, &op, &outcome, result);
    return outcome;
}

static struct expectation happens(struct op op)
{
    return happens_at(op, memory + PAGE - 64);
}

static void begin(bool is_verifying, enum program_reuse reuse)
{
    static struct program program;
    program.verify = PROGRAM_VERIFY_END;
    program.reuse = (uint8_t)reuse;
    model_start(&model, is_verifying, &program);
}

static const struct op allocate = {.kind = OP_ALLOC2, .handle = 1, .size = 50};
static const struct op allocate_paged = {
    .kind = OP_ALLOC2, .handle = 2, .size = 50, .pool = PROGRAM_POOL_PAGED};

static void expect_stop(struct expectation met, uint32_t code, uint32_t subcode)
{
    EXPECT_EQUAL(met.outcome, OUTCOME_BUGCHECK);
    EXPECT_EQUAL(met.code, code);
    EXPECT_EQUAL(met.subcode, subcode);
}

TEST(a_legal_life_is_silent)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    EXPECT_EQUAL(happens(allocate).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(model_live(&model), 1);
    EXPECT_EQUAL(happens((struct op){.kind = OP_CHECK, .handle = 1}).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE, .handle = 1}).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(model_live(&model), 0);
}

TEST(what_makes_no_sense_is_skipped)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE, .handle = 1}).outcome, OUTCOME_SKIP);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE_STALE}).outcome, OUTCOME_SKIP);
    happens(allocate);
    EXPECT_EQUAL(happens(allocate).outcome, OUTCOME_SKIP);
}

TEST(paged_pool_at_dispatch_has_a_stop_in_each_mode)
{
    begin(false, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_RAISE, .irql = DISPATCH});
    expect_stop(happens(allocate_paged), CODE_POOL, 0x08);
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_RAISE, .irql = DISPATCH});
    expect_stop(happens(allocate_paged), CODE_VERIFIER, 0x01);
    EXPECT_EQUAL(happens(allocate).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(model_live(&model), 1);
}

TEST(nothing_is_allocated_above_dispatch)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_RAISE, .irql = DISPATCH + 1});
    expect_stop(happens(allocate), CODE_VERIFIER, 0x02);
}

TEST(a_free_with_a_wrong_argument_leaves_the_block_live)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    expect_stop(happens((struct op){.kind = OP_FREE_WRONG_TAG, .handle = 1}), CODE_POOL, 0x0A);
    expect_stop(happens((struct op){.kind = OP_FREE_WRONG_SIZE, .handle = 1}), CODE_VERIFIER,
                0x13F);
    expect_stop(happens((struct op){.kind = OP_FREE_MIDDLE, .handle = 1}), CODE_SPECIAL, 0x21);
    EXPECT_EQUAL(model_live(&model), 1);
}

TEST(only_the_verifier_looks_at_the_size_given)
{
    begin(false, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE_WRONG_SIZE, .handle = 1}).outcome,
                 OUTCOME_SUCCESS);
    EXPECT_EQUAL(model_live(&model), 0);
}

TEST(damage_is_told_at_the_free_and_the_free_completes)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    struct expectation write = happens((struct op){.kind = OP_WRITE_SLACK, .handle = 1, .aux = 3});
    EXPECT_EQUAL(write.outcome, OUTCOME_SUCCESS);
    EXPECT(write.address == memory + PAGE - 64 + 50 + 3);
    struct expectation freed = happens((struct op){.kind = OP_FREE, .handle = 1});
    expect_stop(freed, CODE_SPECIAL, 0x24);
    EXPECT_EQUAL(freed.parameter[1], (uintptr_t)write.address);
    EXPECT_EQUAL(model_live(&model), 0);
}

TEST(one_bit_and_bytes_in_front_have_stops_of_their_own)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    happens((struct op){.kind = OP_FLIP_SLACK, .handle = 1});
    expect_stop(happens((struct op){.kind = OP_FREE, .handle = 1}), CODE_SPECIAL, 0x32);
    happens(allocate);
    happens((struct op){.kind = OP_WRITE_BEFORE, .handle = 1});
    expect_stop(happens((struct op){.kind = OP_FREE, .handle = 1}), CODE_SPECIAL, 0x23);
}

TEST(slack_without_a_byte_is_skipped)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens_at((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 64}, memory + PAGE - 64);
    EXPECT_EQUAL(happens((struct op){.kind = OP_WRITE_SLACK, .handle = 1}).outcome, OUTCOME_SKIP);
}

TEST(the_guard_begins_at_the_page_behind_the_last_byte)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    EXPECT(model_guard(&model.handles[1]) == memory + PAGE);
    struct expectation write = happens((struct op){.kind = OP_WRITE_GUARD, .handle = 1, .aux = 1});
    expect_stop(write, 0xD6, 0);
    EXPECT(write.address == memory + PAGE);
    happens((struct op){.kind = OP_RAISE, .irql = DISPATCH});
    expect_stop(happens((struct op){.kind = OP_READ_GUARD, .handle = 1, .aux = 1}), 0xD1, 0);
}

TEST(what_was_freed_is_seen_at_once_or_at_the_next_look)
{
    begin(true, PROGRAM_REUSE_PROTECT);
    happens(allocate);
    happens((struct op){.kind = OP_FREE, .handle = 1});
    expect_stop(happens((struct op){.kind = OP_READ_FREED, .handle = 1}), 0xD5, 0);
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    happens((struct op){.kind = OP_FREE, .handle = 1});
    EXPECT_EQUAL(happens((struct op){.kind = OP_READ_FREED, .handle = 1}).outcome, OUTCOME_SKIP);
    expect_stop(happens((struct op){.kind = OP_WRITE_FREED, .handle = 1}), 0xC6, 0);
}

TEST(a_place_that_is_taken_again_is_nobodys_stale_pointer)
{
    begin(true, PROGRAM_REUSE_PROTECT);
    happens(allocate);
    happens((struct op){.kind = OP_FREE, .handle = 1});
    happens((struct op){.kind = OP_ALLOC2, .handle = 3, .size = 50});
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE_STALE, .handle = 1}).outcome, OUTCOME_SKIP);
    EXPECT_EQUAL(happens((struct op){.kind = OP_WRITE_FREED, .handle = 1}).outcome, OUTCOME_SKIP);
}

TEST(the_irql_goes_only_the_right_way)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_RAISE, .irql = 5});
    expect_stop(happens((struct op){.kind = OP_RAISE, .irql = 4}), CODE_VERIFIER, 0x30);
    expect_stop(happens((struct op){.kind = OP_LOWER, .irql = 6}), CODE_VERIFIER, 0x31);
    EXPECT_EQUAL(model.irql, 5);
}

TEST(a_lock_raises_and_its_release_lowers)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_ACQUIRE, .handle = 1});
    EXPECT_EQUAL(model.irql, DISPATCH);
    expect_stop(happens((struct op){.kind = OP_ACQUIRE, .handle = 1}), 0x0F, 0);
    happens((struct op){.kind = OP_RELEASE, .handle = 1});
    EXPECT_EQUAL(model.irql, 0);
}

TEST(a_list_deleted_twice_is_seen_by_the_verifier_alone)
{
    const struct op delete = {.kind = OP_LIST_DELETE, .handle = 1};
    begin(true, PROGRAM_REUSE_RECYCLE);
    expect_stop(happens(delete), CODE_VERIFIER, 0xCB);
    begin(false, PROGRAM_REUSE_RECYCLE);
    EXPECT_EQUAL(happens(delete).outcome, OUTCOME_SUCCESS);
}

TEST(an_entry_goes_back_only_to_the_list_it_came_from)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_LIST_INIT, .handle = 1, .aux = 1});
    happens((struct op){.kind = OP_LIST_ALLOC, .handle = 8, .aux = 1});
    happens((struct op){.kind = OP_LIST_DELETE, .handle = 1});
    happens((struct op){.kind = OP_LIST_INIT, .handle = 1, .aux = 1});
    EXPECT_EQUAL(happens((struct op){.kind = OP_LIST_FREE, .handle = 8}).outcome, OUTCOME_SKIP);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE, .handle = 8}).outcome, OUTCOME_SUCCESS);
}

TESTS_MAIN("model")
