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

static void begin_with(struct program settings)
{
    static struct program program;
    program = settings;
    model_start(&model, true, &program);
}

static const struct op attach_second = {.kind = OP_ATTACH, .handle = 2};
static const struct op paid = {.kind = OP_ALLOC_FORM, .handle = 3, .size = 100, .aux = 15};

TEST(a_block_costs_its_size_rounded_and_a_header_or_pages)
{
    static const struct {
        enum place place;
        uint32_t size, bytes;
    } blocks[] = {
        {PLACE_POOL, 1, 32},         {PLACE_POOL, 16, 32},     {PLACE_POOL, 17, 48},
        {PLACE_POOL, 4048, 4064},    {PLACE_POOL, 4049, 4096}, {PLACE_POOL, 4081, 4096},
        {PLACE_POOL, 4097, 8192},    {PLACE_TRACKED, 8, 32},   {PLACE_TRACKED, 9, 48},
        {PLACE_TRACKED, 4080, 4096}, {PLACE_SPECIAL, 1, 4096}, {PLACE_SPECIAL, 4097, 8192}};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct charge charge = model_charge(blocks[i].place, PROGRAM_POOL_NX, blocks[i].size);
        EXPECT_EQUAL(charge.least, blocks[i].bytes);
        EXPECT_EQUAL(charge.most, blocks[i].bytes);
    }
}

TEST(a_process_pays_until_its_limit_and_its_peak_stays)
{
    begin(false, PROGRAM_REUSE_RECYCLE);
    happens(attach_second);
    EXPECT_EQUAL(happens(paid).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(model.processes[2].used[0], 128);
    struct expectation over =
        happens((struct op){.kind = OP_CHARGE, .handle = 2, .size = 8192 - 127, .aux = 1});
    EXPECT_EQUAL(over.outcome, OUTCOME_RAISE);
    EXPECT_EQUAL(over.code, 0xC0000044);
    happens((struct op){.kind = OP_FREE, .handle = 3});
    EXPECT_EQUAL(model.processes[2].used[0], 0);
    EXPECT_EQUAL(model.processes[2].peak[0], 128);
}

TEST(the_request_that_is_to_fail_fails_alone)
{
    begin_with((struct program){.failing = 2});
    EXPECT_EQUAL(happens(allocate).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens_at(allocate_paged, NULL).outcome, OUTCOME_NULL);
    EXPECT_EQUAL(happens(allocate_paged).outcome, OUTCOME_SUCCESS);
}

TEST(special_pool_is_full_to_the_page)
{
    begin_with((struct program){.limit = PROGRAM_LIMIT_TINY});
    for (uint8_t i = 0; i < 12; i++)
        EXPECT_EQUAL(happens((struct op){.kind = OP_ALLOC_TAG, .handle = i, .size = 1}).outcome,
                     OUTCOME_SUCCESS);
    struct op one_more = {.kind = OP_ALLOC_TAG, .handle = 20, .size = 1};
    EXPECT_EQUAL(model_expect(&model, &one_more).outcome, OUTCOME_NULL);
    happens((struct op){.kind = OP_FREE, .handle = 5});
    EXPECT_EQUAL(model_expect(&model, &one_more).outcome, OUTCOME_SUCCESS);
    one_more.pool = PROGRAM_POOL_PAGED; /* has a limit of its own */
    EXPECT_EQUAL(model_expect(&model, &one_more).outcome, OUTCOME_SUCCESS);
}

TEST(a_tracked_block_has_stops_of_its_own)
{
    begin_with((struct program){.special = PROGRAM_SPECIAL_NONE});
    happens(allocate);
    expect_stop(happens((struct op){.kind = OP_FREE_MISALIGNED, .handle = 1}), CODE_VERIFIER, 0x16);
    EXPECT_EQUAL(happens((struct op){.kind = OP_WRITE_GUARD, .handle = 1}).outcome, OUTCOME_SKIP);
    happens((struct op){.kind = OP_WRITE_SLACK, .handle = 1, .aux = 2});
    struct expectation freed = happens((struct op){.kind = OP_FREE, .handle = 1});
    expect_stop(freed, CODE_VERIFIER, 0x51);
    EXPECT_EQUAL(freed.parameter[3], 50);
}

TEST(damage_beyond_the_pattern_is_nobodys_to_see)
{
    begin_with((struct program){.special = PROGRAM_SPECIAL_NARROW});
    happens_at((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 1000}, memory + PAGE - 1008);
    happens((struct op){.kind = OP_WRITE_BEFORE, .handle = 1, .aux = 16});
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE, .handle = 1}).outcome, OUTCOME_SUCCESS);
}

TEST(a_protected_block_wants_its_tag)
{
    begin(false, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_ALLOC_FORM, .handle = 1, .size = 50, .aux = 6});
    expect_stop(happens((struct op){.kind = OP_FREE, .handle = 1}), CODE_POOL, 0x0A);
    EXPECT_EQUAL(happens((struct op){.kind = OP_FREE_TAG, .handle = 1}).outcome, OUTCOME_SUCCESS);
}

TEST(what_is_modest_goes_without_while_a_tenth_is_left)
{
    begin_with((struct program){.limit = PROGRAM_LIMIT_TIGHT});
    struct op modest = {.kind = OP_ALLOC_MORE, .handle = 5, .size = 64};
    struct op normal = {.kind = OP_ALLOC_PRIORITY, .handle = 5, .size = 64, .aux = 1};
    model.classes[0].used_pages = 64 - 6;
    EXPECT_EQUAL(model_expect(&model, &modest).outcome, OUTCOME_SUCCESS);
    model.classes[0].used_pages = 64 - 5;
    EXPECT_EQUAL(model_expect(&model, &modest).outcome, OUTCOME_NULL);
    EXPECT_EQUAL(model_expect(&model, &normal).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(model_expect(&model, &modest).requests, 0); /* nobody else was asked */
    model.classes[0].used_pages = 64;
    EXPECT_EQUAL(model_expect(&model, &normal).outcome, OUTCOME_NULL);
}

TEST(a_list_that_raises_does_so_for_a_request_made_to_fail)
{
    enum { RAISES = 4 * 4 };
    begin_with((struct program){.failing = 1});
    happens((struct op){.kind = OP_LIST_INIT_OWN, .handle = RAISES, .aux = 1});
    EXPECT_EQUAL(happens((struct op){.kind = OP_LIST_ALLOC, .handle = 1}).outcome, OUTCOME_RAISE);
    EXPECT_EQUAL(happens((struct op){.kind = OP_LIST_ALLOC, .handle = 2}).outcome, OUTCOME_SUCCESS);
}

TEST(calculated_is_what_lies_between_a_pointer_and_the_end_of_its_pages)
{
    begin(true, PROGRAM_REUSE_PROTECT);
    happens_at(allocate, memory + PAGE - 64);
    struct op below = {.kind = OP_SCENE_MORE, .handle = 1, .size = 16, .aux = 2};
    expect_stop(model_expect(&model, &below), CODE_SPECIAL, 0x22);
    EXPECT_EQUAL(model_expect(&model, &below).parameter[2], 64 + 17);
    below.tag = 1; /* behind the block */
    expect_stop(model_expect(&model, &below), CODE_SPECIAL, 0x21);
}

TEST(damage_on_both_sides_is_told_as_that_in_front)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    happens((struct op){.kind = OP_FLIP_SLACK, .handle = 1});
    happens((struct op){.kind = OP_WRITE_BEFORE, .handle = 1});
    expect_stop(happens((struct op){.kind = OP_SWEEP}), CODE_SPECIAL, 0x23);
    happens((struct op){.kind = OP_WRITE_SLACK, .handle = 1, .aux = 2});
    expect_stop(happens((struct op){.kind = OP_FREE, .handle = 1}), CODE_SPECIAL, 0x23);
}

TEST(from_its_middle_on_a_guard_belongs_to_the_block_that_begins_behind_it)
{
    enum { BEFORE_MIDDLE = 1 + 4 * 3, MIDDLE = 1 + 4 * 4 };
    static struct program program = {.verify = PROGRAM_VERIFY_START};
    model_start(&model, true, &program);
    happens_at(allocate, memory);
    happens_at(allocate_paged, memory + 2 * PAGE);
    struct op touch = {.kind = OP_READ_GUARD, .handle = 1, .aux = BEFORE_MIDDLE};
    EXPECT(happens(touch).about == &model.handles[1]);
    touch.aux = MIDDLE;
    EXPECT(happens(touch).about == &model.handles[2]);
    EXPECT_EQUAL(happens(touch).parameter[0], (uintptr_t)memory + PAGE + PAGE / 2);
}

TEST(of_an_untracked_block_the_size_is_known_to_a_unit)
{
    enum { LESS = 0x80 };
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens((struct op){.kind = OP_RULES, .aux = 3});
    happens_at((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 200}, memory + 16);
    struct op wrong = {.kind = OP_FREE_WRONG_SIZE, .handle = 1, .aux = 100};
    expect_stop(happens(wrong), CODE_VERIFIER, 0x13F);
    wrong.aux = LESS | 100;
    expect_stop(happens(wrong), CODE_VERIFIER, 0x13F);
    wrong.aux = 20;
    EXPECT_EQUAL(happens(wrong).outcome, OUTCOME_SKIP);
    wrong.aux = 0;
    EXPECT_EQUAL(happens(wrong).outcome, OUTCOME_SUCCESS);
}

TEST(what_lay_in_a_place_rests)
{
    begin(true, PROGRAM_REUSE_RECYCLE);
    happens(allocate);
    happens((struct op){.kind = OP_FREE, .handle = 1});
    struct handle taken = model.handles[1];
    EXPECT(model_rests_too_short(&model, &taken));
    model.rests[0] += 255;
    EXPECT(!model_rests_too_short(&model, &taken));
}

TESTS_MAIN("model")
