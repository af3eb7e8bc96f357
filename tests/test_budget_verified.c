#include "tests/expect.h"
#include "tests/verified.h"

#include "expool/budget.h"

enum { MIB = 1 << 20, MANY = 1024 };

static void *blocks[MANY];

TEST(guarded_blocks_count_against_the_limit)
{
    struct expool_budget budget;
    unsigned count = 0;
    verified("events=off");
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 1 * MIB);
    while (count < MANY && (blocks[count] = nonpaged(100)) != NULL)
        count++;
    EXPECT_EQUAL(count, 256); /* a page each */
    expool_budget_get(EXPOOL_CLASS_NONPAGED, &budget);
    EXPECT_EQUAL(budget.used_bytes, MIB);
    while (count > 0)
        ExFreePoolWithTag(blocks[--count], TAG);
    expool_budget_get(EXPOOL_CLASS_NONPAGED, &budget);
    EXPECT_EQUAL(budget.used_bytes, 0);
    EXPECT_EQUAL(passed.count, 0);
}

static uint64_t site_blocks;

static bool take_event(const struct expool_event *event, void *context)
{
    (void)context;
    site_blocks = event->largest[EXPOOL_CLASS_NONPAGED][0].site_blocks;
    return event->largest[EXPOOL_CLASS_NONPAGED][0].site != NULL;
}

TEST(the_event_knows_the_site_of_guarded_blocks)
{
    unsigned count = 0;
    verified("leaks=off");
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 1 * MIB);
    while (count < MANY && (blocks[count] = nonpaged(3 * 4096)) != NULL)
        count++;
    EXPECT_EQUAL(count, 85);
    EXPECT(site_blocks >= 84); /* a compiler may make two calls of the one */
}

TESTS_MAIN("budget_verified")
