#include "fuzz/legal.h"

#include "tests/expect.h"

static struct program program;
static struct program legal;

static void begin(void)
{
    program = (struct program){0};
}

static void add(struct op op)
{
    program.ops[program.count++] = op;
}

TEST(a_correct_program_is_its_own_legal_part)
{
    begin();
    add((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 50});
    add((struct op){.kind = OP_CHECK, .handle = 1});
    add((struct op){.kind = OP_FREE, .handle = 1});
    legal_part(&program, &legal);
    EXPECT_EQUAL(legal.count, 3);
}

TEST(what_breaks_a_rule_in_one_mode_only_is_left_out)
{
    begin();
    add((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 50});
    add((struct op){.kind = OP_FREE_WRONG_SIZE, .handle = 1, .aux = 3});
    add((struct op){.kind = OP_ZERO_BYTES, .handle = 2});
    add((struct op){.kind = OP_WRITE_GUARD, .handle = 1});
    add((struct op){.kind = OP_FREE_TWICE, .handle = 1});
    add((struct op){.kind = OP_FREE, .handle = 1});
    legal_part(&program, &legal);
    EXPECT_EQUAL(legal.count, 2);
    EXPECT_EQUAL(legal.ops[1].kind, OP_FREE);
}

TEST(what_follows_from_what_was_left_out_is_left_out)
{
    begin();
    add((struct op){.kind = OP_RAISE, .irql = 2});
    add((struct op){.kind = OP_ALLOC2, .handle = 1, .size = 50, .pool = PROGRAM_POOL_PAGED});
    add((struct op){.kind = OP_FREE, .handle = 1});
    add((struct op){.kind = OP_LOWER, .irql = 0});
    legal_part(&program, &legal);
    EXPECT_EQUAL(legal.count, 2);
    EXPECT_EQUAL(legal.ops[1].kind, OP_LOWER);
}

TESTS_MAIN("legal")
