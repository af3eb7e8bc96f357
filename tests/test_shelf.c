#include "tests/expect.h"

#include "pool/os.h"
#include "pool/shelf.h"

enum { UNITS = 8 };

static struct shelf shelves[SHELF_UNITS_MAX + 1];
static struct block blocks[SHELF_BYTES / 32 + 1];

static struct shelf *started(void)
{
    EXPECT(shelves_start(shelves));
    return &shelves[UNITS];
}

TEST(what_is_put_is_taken)
{
    struct shelf *shelf = started();
    struct block *put[3] = {&blocks[0], &blocks[1], &blocks[2]};
    struct block *taken[3];
    EXPECT_EQUAL(shelf_take(shelf, taken, 3), 0);
    EXPECT_EQUAL(shelf_put(shelf, put, 3), 3);
    EXPECT_EQUAL(shelf_take(shelf, taken, 2), 2);
    EXPECT(taken[0] == &blocks[1] && taken[1] == &blocks[2]);
    EXPECT_EQUAL(shelf_take(shelf, taken, 3), 1);
    EXPECT(taken[0] == &blocks[0]);
}

TEST(a_shelf_holds_no_more_than_its_bytes)
{
    struct shelf *shelf = started();
    unsigned share = os_is_single_threaded() ? SHELF_SHARE_ALONE : 1; /* tsan runs one of its own */
    unsigned room = SHELF_BYTES / (UNITS * BLOCK_UNIT_BYTES) / share;
    struct block *one = &blocks[0];
    for (unsigned i = 0; i < room; i++)
        EXPECT_EQUAL(shelf_put(shelf, &one, 1), 1);
    EXPECT_EQUAL(shelf_put(shelf, &one, 1), 0);
}

TEST(every_size_has_a_shelf_of_its_own)
{
    struct block *one = &blocks[0];
    struct block *taken;
    started();
    for (unsigned units = BLOCK_UNITS_MIN; units <= SHELF_UNITS_MAX; units++) {
        EXPECT_EQUAL(shelf_take(&shelves[units], &taken, 1), 0);
        EXPECT_EQUAL(shelf_put(&shelves[units], &one, 1), 1);
    }
}

TESTS_MAIN("shelf")
