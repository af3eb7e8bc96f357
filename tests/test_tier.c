#include "verifier/tier.h"

#include "pool/os.h"
#include "pool/os_guard.h"
#include "pool/util.h"
#include "tests/expect.h"
#include "tests/kernel_version.h"

enum { PAGES = 16, LOOP_FROM = OPTION_TIER_UFFD, LOOP_TO = OPTION_TIER_MPROTECT };

static bool is_here(unsigned tier)
{
    return tier != OPTION_TIER_GUARD || kernel_has_guards();
}

static unsigned char *prepared(const struct tier *tier)
{
    unsigned char *start = os_reserve(PAGES * PAGE_BYTES, PAGE_BYTES);
    EXPECT(start != NULL);
    EXPECT(tier->prepare(start, PAGES * PAGE_BYTES, false));
    return start;
}

TEST(each_tier_can_be_asked_for_and_is_the_one_that_comes)
{
    for (unsigned wanted = LOOP_FROM; wanted <= LOOP_TO; wanted++) {
        const struct tier *tier = tier_choose((enum option_tier)wanted);
        EXPECT((tier != NULL) == is_here(wanted));
        EXPECT(tier == NULL || tier->number == wanted);
    }
    EXPECT(tier_choose(OPTION_TIER_AUTO) != NULL);
}

TEST(a_page_opens_zeroed_and_dies_at_once)
{
    for (unsigned wanted = LOOP_FROM; wanted <= LOOP_TO; wanted++) {
        if (!is_here(wanted))
            continue;
        const struct tier *tier = tier_choose((enum option_tier)wanted);
        unsigned char *page = prepared(tier);
        EXPECT(os_is_dead(page));
        for (unsigned life = 0; life < 3; life++) {
            EXPECT(tier->open(page, PAGE_BYTES, false));
            EXPECT_EQUAL(page[17], 0);
            page[17] = 1;
            EXPECT(os_is_dead(page + PAGE_BYTES));
            EXPECT(tier->close(page, PAGE_BYTES));
            EXPECT(os_is_dead(page));
        }
    }
}

TEST(several_pages_open_and_close_together)
{
    for (unsigned wanted = LOOP_FROM; wanted <= LOOP_TO; wanted++) {
        if (!is_here(wanted))
            continue;
        const struct tier *tier = tier_choose((enum option_tier)wanted);
        unsigned char *page = prepared(tier);
        EXPECT(tier->open(page, 5 * PAGE_BYTES, false));
        memset(page, 0x11, 5 * PAGE_BYTES);
        EXPECT(os_is_dead(page + 5 * PAGE_BYTES));
        EXPECT(tier->close(page, 5 * PAGE_BYTES));
        for (unsigned i = 0; i < 5; i++)
            EXPECT(os_is_dead(page + i * PAGE_BYTES));
    }
}

TEST(a_moved_page_takes_its_bytes_along_and_leaves_a_dead_one)
{
    const struct tier *tier = tier_choose(OPTION_TIER_UFFD);
    unsigned char *page = prepared(tier);
    EXPECT(tier->open(page, PAGE_BYTES, false));
    page[100] = 42;
    EXPECT(tier->move(page + 4 * PAGE_BYTES, page, PAGE_BYTES) == kernel_moves_pages());
    if (!kernel_moves_pages())
        return;
    EXPECT(os_is_dead(page));
    EXPECT_EQUAL(page[4 * PAGE_BYTES + 100], 42);
}

/* The answer of Linux 6.18 beside memory compaction, when it tries once more what it has done. */
TEST(a_page_that_is_there_already_counts_as_moved_only_from_an_empty_source)
{
    const struct tier *tier = tier_choose(OPTION_TIER_UFFD);
    unsigned char *page = prepared(tier);
    unsigned char *target = page + 4 * PAGE_BYTES;
    if (!kernel_moves_pages())
        return;
    EXPECT(tier->open(page, PAGE_BYTES, false));
    page[100] = 42;
    EXPECT(tier->move(target, page, PAGE_BYTES) && tier->move(target, page, PAGE_BYTES));
    EXPECT_EQUAL(target[100], 42);
    EXPECT(tier->open(page, PAGE_BYTES, false));
    page[100] = 43;
    EXPECT(!tier->move(target, page, PAGE_BYTES));
    EXPECT_EQUAL(target[100], 42);
    EXPECT_EQUAL(page[100], 43);
}

TEST(pages_opened_ahead_are_all_there_or_none_is)
{
    const struct tier *tier = tier_choose(OPTION_TIER_GUARD);
    if (tier == NULL) {
        EXPECT(!kernel_has_guards());
        return;
    }
    unsigned char *page = prepared(tier);
    void *each[3] = {page, page + 2 * PAGE_BYTES, page + 4 * PAGE_BYTES};
    if (tier->open_ahead(each, 3)) /* since Linux 6.14 */
        for (unsigned i = 0; i < 5; i++)
            EXPECT(os_is_dead(page + i * PAGE_BYTES) == (i % 2 != 0));
    os_release(page + 10 * PAGE_BYTES, PAGE_BYTES);
    void *with_hole[3] = {page + 6 * PAGE_BYTES, page + 8 * PAGE_BYTES, page + 10 * PAGE_BYTES};
    EXPECT(!tier->open_ahead(with_hole, 3));
    EXPECT(os_is_dead(with_hole[0]) && os_is_dead(with_hole[1]));
}

TEST(the_map_limit_is_a_number)
{
    EXPECT(os_map_limit() >= 1000);
}

TESTS_MAIN("tier")
