#include "tests/expect.h"

#include "pool/os.h"
#include "pool/shelf.h"

#include <pthread.h>
#include <sched.h>

enum { UNITS = 8, SETS = 2 };

static struct shelves shelves;
static struct block blocks[SHELF_BYTES / 32 + 1];

static void start(void)
{
    EXPECT(shelves_start(&shelves, SETS));
    for (unsigned i = 0; i < sizeof blocks / sizeof *blocks; i++)
        blocks[i].stored_units = UNITS;
}

static unsigned put(unsigned set, unsigned first, unsigned count)
{
    struct block *list[SHELF_BYTES / 32];
    for (unsigned i = 0; i < count; i++)
        list[i] = &blocks[first + i];
    return shelves_put(&shelves, set, UNITS, list, count);
}

TEST(what_is_put_is_taken)
{
    struct block *taken[3];
    start();
    EXPECT_EQUAL(shelves_take(&shelves, 0, UNITS, taken, 3), 0);
    EXPECT_EQUAL(put(0, 0, 3), 3);
    EXPECT_EQUAL(shelves_bytes(&shelves), 3 * UNITS * BLOCK_UNIT_BYTES);
    EXPECT_EQUAL(shelves_take(&shelves, 0, UNITS, taken, 2), 2);
    EXPECT(taken[0] == &blocks[1] && taken[1] == &blocks[2]);
    EXPECT_EQUAL(shelves_take(&shelves, 0, UNITS, taken, 3), 1);
    EXPECT(taken[0] == &blocks[0]);
}

TEST(another_set_serves_when_the_own_one_is_empty)
{
    struct block *taken[3];
    start();
    EXPECT(put(0, 0, 1) == 1 && put(1, 1, 2) == 2);
    EXPECT_EQUAL(shelves_take(&shelves, 0, UNITS, taken, 3), 1);
    EXPECT(taken[0] == &blocks[0]);
    EXPECT_EQUAL(shelves_take(&shelves, 0, UNITS, taken, 3), 2);
    EXPECT(taken[0] == &blocks[1] && taken[1] == &blocks[2]);
}

TEST(whatever_is_on_any_shelf_is_taken_until_all_are_empty)
{
    struct block *taken[4];
    struct block *other = &blocks[9];
    start();
    EXPECT_EQUAL(shelves_take_any(&shelves, taken, 4), 0);
    EXPECT(put(0, 0, 5) == 5 && put(1, 5, 1) == 1);
    EXPECT_EQUAL(shelves_put(&shelves, 1, SHELF_UNITS_MAX, &other, 1), 1);
    unsigned all = 0;
    for (unsigned count; (count = shelves_take_any(&shelves, taken, 4)) > 0;)
        all += count;
    EXPECT_EQUAL(all, 7);
    EXPECT_EQUAL(shelves_bytes(&shelves), 0);
}

/* Both threads do their part of a round at the same moment, if there are processors for both. */
static unsigned arrived;

static void meet(unsigned round)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    for (unsigned tries = 1; __atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 2 * round; tries++)
        if (tries % 64 == 0)
            sched_yield();
}

enum { ROUNDS = 50000 };

static void *put_one_a_round(void *unused)
{
    for (unsigned round = 1; round <= ROUNDS; round++) {
        meet(2 * round - 1);
        (void)put(0, 0, 1);
        meet(2 * round);
    }
    return unused;
}

TEST(what_is_put_while_all_are_emptied_is_there_for_the_next_who_looks)
{
    pthread_t other;
    struct block *taken;
    unsigned lost = 0;
    start();
    EXPECT_EQUAL(pthread_create(&other, NULL, put_one_a_round, NULL), 0);
    for (unsigned round = 1; round <= ROUNDS; round++) {
        EXPECT(put(0, 1, 1) == 1 && shelves_take(&shelves, 0, UNITS, &taken, 1) == 1);
        meet(2 * round - 1);
        (void)shelves_take_any(&shelves, &taken, 1);
        meet(2 * round);
        while (shelves_take_any(&shelves, &taken, 1) > 0) {
        }
        lost += shelves_take(&shelves, 0, UNITS, &taken, 1);
    }
    pthread_join(other, NULL);
    EXPECT_EQUAL(lost, 0);
}

TEST(a_shelf_holds_no_more_than_its_bytes)
{
    start();
    bool is_alone = os_is_single_threaded(); /* not where tsan runs a thread of its own */
    unsigned bytes = is_alone ? SHELF_BYTES_ALONE : SHELF_BYTES / SETS;
    unsigned room = bytes / (UNITS * BLOCK_UNIT_BYTES);
    EXPECT_EQUAL(put(0, 0, room - 1), room - 1);
    EXPECT_EQUAL(put(0, room - 1, 2), 1);
    EXPECT_EQUAL(put(0, room, 1), 0);
    EXPECT_EQUAL(put(1, room, 1), 1);
}

TEST(every_size_has_a_shelf_of_its_own)
{
    struct block *taken;
    start();
    EXPECT_EQUAL(put(0, 0, 1), 1);
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX + 1; units++)
        EXPECT_EQUAL(shelves_take(&shelves, 0, units, &taken, 1), units == UNITS);
    struct block *large = &blocks[0];
    EXPECT_EQUAL(shelves_put(&shelves, 0, SHELF_UNITS_MAX + 1, &large, 1), 0);
}

TEST(there_are_as_many_sets_as_processors_up_to_a_limit)
{
    EXPECT(shelves_start(&shelves, 1) && shelves.sets == 1);
    EXPECT(shelves_start(&shelves, 1000) && shelves.sets == SHELF_SETS_MAX);
}

TESTS_MAIN("shelf")
