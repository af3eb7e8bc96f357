/* Many blocks at once, and many entries of a list: what the model makes of them. */
#include "fuzz/expand.h"
#include "fuzz/model.h"

#include "tests/expect.h"

enum { LIST = 2, PROCESS_SMALL = 2 };

static struct model model;

static void begin(bool is_verifying, enum program_special special)
{
    static struct program program;
    program.special = (uint8_t)special;
    model_start(&model, is_verifying, &program);
}

static struct expectation happens(struct op op)
{
    struct expectation outcome = model_expect(&model, &op);
    if (outcome.outcome != OUTCOME_SKIP)
        model_apply(&model, &op, &outcome, NULL);
    return outcome;
}

TEST(each_block_of_a_crowd_is_counted_and_gone)
{
    begin(false, PROGRAM_SPECIAL_ALL);
    struct expectation met = happens((struct op){.kind = OP_CROWD, .size = 40, .aux = 10});
    EXPECT_EQUAL(met.outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(met.length, 12);
    EXPECT_EQUAL(model.tags[0][0].allocations, 12);
    EXPECT_EQUAL(model.tags[0][0].frees, 12);
    EXPECT_EQUAL(model.tags[0][0].least_bytes, 0);
    EXPECT_EQUAL(model.tags[0][0].peak_bytes, 12 * 64);
}

TEST(blocks_asked_for_again_are_requests_too)
{
    begin(true, PROGRAM_SPECIAL_ALL);
    struct expectation met =
        happens((struct op){.kind = OP_CROWD, .handle = 12, .size = 40, .aux = 10});
    EXPECT_EQUAL(met.requests, 16);
    EXPECT_EQUAL(model.tags[0][0].allocations, 16);
    EXPECT_EQUAL(model.special_peak, 12);
}

TEST(a_crowd_of_small_blocks_outgrows_every_table_and_what_waits_in_special_pool)
{
    struct op mass = {.kind = OP_CROWD, .size = 24, .aux = 255};
    begin(true, PROGRAM_SPECIAL_NONE);
    EXPECT(happens(mass).length > 65536);
    begin(true, PROGRAM_SPECIAL_ALL);
    EXPECT_EQUAL(happens(mass).length, 1280);
}

TEST(a_program_has_room_for_two_masses_and_no_third)
{
    struct op mass = {.kind = OP_CROWD, .size = 24, .aux = 255};
    begin(false, PROGRAM_SPECIAL_NONE);
    EXPECT_EQUAL(happens(mass).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens(mass).outcome, OUTCOME_SUCCESS);
    EXPECT_EQUAL(happens(mass).outcome, OUTCOME_SKIP);
}

TEST(a_crowd_that_a_process_cannot_pay_is_left_out)
{
    begin(false, PROGRAM_SPECIAL_ALL);
    happens((struct op){.kind = OP_ATTACH, .handle = PROCESS_SMALL});
    struct op charged = {.kind = OP_CROWD, .handle = 3, .size = 112, .aux = 61};
    EXPECT_EQUAL(happens(charged).outcome, OUTCOME_SUCCESS); /* 63 of 128 bytes, 8,192 allowed */
    charged.aux = 63;
    EXPECT_EQUAL(happens(charged).outcome, OUTCOME_SKIP);
}

TEST(a_crowd_waits_for_a_request_that_fails)
{
    begin(true, PROGRAM_SPECIAL_ALL);
    model.failing = 12;
    EXPECT_EQUAL(happens((struct op){.kind = OP_CROWD, .size = 40, .aux = 10}).outcome,
                 OUTCOME_SKIP);
    EXPECT_EQUAL(happens((struct op){.kind = OP_CROWD, .size = 40, .aux = 8}).outcome,
                 OUTCOME_SUCCESS);
}

TEST(many_entries_of_a_list_are_so_many_small_operations)
{
    struct op parts[EXPAND_MAX];
    struct op crowd = {.kind = OP_LIST_CROWD, .handle = LIST, .aux = 4};
    begin(false, PROGRAM_SPECIAL_ALL);
    EXPECT_EQUAL(expand(&model, &crowd, parts), 0);
    happens((struct op){.kind = OP_LIST_INIT, .handle = LIST, .aux = 1});
    model.handles[0].state = HANDLE_LIVE; /* somebody's: it is not taken */
    EXPECT_EQUAL(expand(&model, &crowd, parts), 10);
    EXPECT_EQUAL(parts[0].kind, OP_LIST_ALLOC);
    EXPECT_EQUAL(parts[0].handle, 1);
    EXPECT_EQUAL(parts[0].aux, LIST);
    EXPECT_EQUAL(parts[9].kind, OP_LIST_FREE);
    EXPECT_EQUAL(parts[9].handle, 5);
}

TEST(a_wrong_size_is_another_one_and_never_none)
{
    struct handle handle = {.size = 1};
    for (; handle.size < 300; handle.size++)
        for (unsigned aux = 0; aux < 256; aux++) {
            struct op op = {.kind = OP_FREE_WRONG_SIZE, .aux = (uint8_t)aux};
            uint32_t given = model_wrong_size(&handle, &op);
            EXPECT(given != handle.size && given != 0);
        }
    handle.size = 100;
    EXPECT_EQUAL(model_wrong_size(&handle, &(struct op){.aux = 0}), 101);
    EXPECT_EQUAL(model_wrong_size(&handle, &(struct op){.aux = 0x80}), 99);
}

TESTS_MAIN("crowd")
