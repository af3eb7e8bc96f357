#include "fuzz/model.h"

#include "tests/expect.h"

static struct model model;
static unsigned char memory[4096] __attribute__((aligned(4096)));

/* The model never touches a block: any address will do. */
static void happens_at(struct op op, void *result)
{
    struct expectation outcome = model_expect(&model, &op);
    EXPECT_EQUAL(outcome.outcome, OUTCOME_SUCCESS);
    model_apply(&model, &op, &outcome, result);
}

static void happens(struct op op)
{
    happens_at(op, memory);
}

static void begin(void)
{
    static const struct program program;
    model_start(&model, false, &program);
}

TEST(a_list_keeps_as_many_as_were_asked_for_in_a_second)
{
    enum { FIRST = 8, MANY = 32 };
    begin();
    happens((struct op){.kind = OP_LIST_INIT, .handle = 1, .aux = 1});
    for (unsigned i = 0; i < MANY; i++)
        happens_at((struct op){.kind = OP_LIST_ALLOC, .handle = (uint8_t)(FIRST + i), .aux = 1},
                   &memory[(size_t)i * 64]);
    EXPECT_EQUAL(model.lists[1].depth, 4);
    model.second = 1;
    happens((struct op){.kind = OP_LIST_ALLOC, .handle = FIRST + MANY, .aux = 1});
    EXPECT_EQUAL(model.lists[1].depth, 8);
    model.second = 3; /* one second in which nobody asked, and one with a single call */
    happens((struct op){.kind = OP_LIST_ALLOC, .handle = FIRST + MANY + 1, .aux = 1});
    EXPECT_EQUAL(model.lists[1].depth, 4);
}

TEST(a_list_gives_what_it_kept_last_and_counts)
{
    begin();
    happens((struct op){.kind = OP_LIST_INIT, .handle = 1, .aux = 1});
    happens((struct op){.kind = OP_LIST_ALLOC, .handle = 8, .aux = 1});
    happens_at((struct op){.kind = OP_LIST_ALLOC, .handle = 9, .aux = 1}, memory + 64);
    happens((struct op){.kind = OP_LIST_FREE, .handle = 8});
    happens((struct op){.kind = OP_LIST_FREE, .handle = 9});
    struct op again = {.kind = OP_LIST_ALLOC, .handle = 10, .aux = 1};
    EXPECT(model_expect(&model, &again).address == memory + 64);
    EXPECT_EQUAL(model.lists[1].allocate_misses, 2);
    EXPECT_EQUAL(model.lists[1].free_misses, 0);
}

TESTS_MAIN("model_list")
