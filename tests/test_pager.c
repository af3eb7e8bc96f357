/* The pager on a range of its own. */
#include "tests/expect.h"

#include "pool/os.h"
#include "pool/os_guard.h"
#include "pool/pager.h"
#include "pool/pages.h"
#include "pool/util.h"

enum { CAPACITY = 512 };

static struct pages pages;

/* `count` pages in use, each with its number all over. */
static unsigned char *started(size_t count, bool encrypts)
{
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    EXPECT(range != NULL &&
           pages_start(&pages, &(struct page_range){.start = range, .pages = CAPACITY}));
    EXPECT(pager_start(&pages, encrypts));
    size_t first = pages_take(&pages, count);
    for (size_t i = first; i < first + count; i++) {
        pages.uses[i] = PAGE_CUT;
        memset(pages_address(&pages, i), (int)(i & 0xff), PAGE_BYTES);
    }
    return pages_address(&pages, first);
}

static uint64_t out_now(void)
{
    struct pager_statistics statistics;
    pager_read(&statistics);
    return statistics.pages_out;
}

static bool is_whole(const unsigned char *page, unsigned char value)
{
    for (size_t i = 0; i < PAGE_BYTES; i++)
        if (page[i] != value)
            return false;
    return true;
}

static void round_trip(bool encrypts)
{
    unsigned char *start = started(10, encrypts);
    for (unsigned round = 0; round < 5; round++) {
        EXPECT_EQUAL(pager_out(2, 5), 5);
        EXPECT_EQUAL(out_now(), 5);
        EXPECT(os_is_dead(start + 2 * PAGE_BYTES) && os_is_dead(start + 6 * PAGE_BYTES));
        EXPECT(!os_is_dead(start + PAGE_BYTES) && !os_is_dead(start + 7 * PAGE_BYTES));
        EXPECT(pager_has_out(start + 2 * PAGE_BYTES) && !pager_has_out(start));
        for (size_t i = 2; i < 7; i++)
            EXPECT(pager_bring_in(start + i * PAGE_BYTES + 77));
        EXPECT_EQUAL(out_now(), 0);
        for (size_t i = 0; i < 10; i++)
            EXPECT(is_whole(start + i * PAGE_BYTES, (unsigned char)i));
    }
}

TEST(pages_leave_and_come_back)
{
    round_trip(false);
}

TEST(pages_come_back_from_ciphertext)
{
    round_trip(true);
}

TEST(pages_come_back_where_there_are_no_light_guards)
{
    EXPECT_EQUAL(expool_options_set("tier=mprotect"), 0);
    round_trip(true);
}

TEST(only_pages_in_use_leave)
{
    unsigned char *start = started(4, false);
    pages.uses[2] = PAGE_DAMAGED;
    pages_give(&pages, 1, 1, PAGE_WAS_CUT);
    EXPECT_EQUAL(pager_out(0, 4), 1);
    EXPECT_EQUAL(pager_out(1, 3), 0);
    EXPECT_EQUAL(pager_out(2, 100), 2); /* up to the frontier */
    EXPECT(pager_has_out(start) && !pager_has_out(start + PAGE_BYTES));
}

TEST(a_page_given_back_is_zero_when_taken_again)
{
    unsigned char *start = started(6, false);
    EXPECT_EQUAL(pager_out(0, 6), 6);
    pages_give(&pages, 1, 4, PAGE_WAS_CUT);
    EXPECT_EQUAL(out_now(), 2);
    EXPECT_EQUAL(pages_take(&pages, 4), 1);
    pages_zero(&pages, 1, 4 * PAGE_BYTES);
    EXPECT(is_whole(start + PAGE_BYTES, 0) && is_whole(start + 4 * PAGE_BYTES, 0));
    EXPECT(pager_has_out(start) && pager_has_out(start + 5 * PAGE_BYTES));
}

TEST(a_pinned_page_stays)
{
    unsigned char *start = started(6, false);
    EXPECT_EQUAL(pager_out(3, 1), 1);
    pager_pin(start + 2 * PAGE_BYTES + 4095, 2);
    EXPECT(!pager_has_out(start + 3 * PAGE_BYTES));
    EXPECT_EQUAL(pager_out(0, 6), 2);
    EXPECT_EQUAL(pager_out(2, 2), 0);
    EXPECT_EQUAL(pager_out(3, 1), 0);
    pager_unpin(start + 2 * PAGE_BYTES + 4095, 2);
    EXPECT_EQUAL(pager_out(2, 4), 4);
}

TEST(what_was_pinned_before_paging_stays)
{
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    struct page_range given = {.start = range, .pages = CAPACITY, .uses = os_table(CAPACITY)};
    EXPECT(range != NULL && pages_start(&pages, &given));
    pager_attach(&pages);
    EXPECT_EQUAL(pages_take(&pages, 2), 0);
    pages.uses[0] = pages.uses[1] = PAGE_CUT;
    pager_pin(range, 1);
    EXPECT(pager_start(&pages, false));
    EXPECT_EQUAL(pager_out(0, 2), 0);
    EXPECT_EQUAL(pager_out(1, 1), 1);
    pager_unpin(range, 1);
    EXPECT_EQUAL(pager_out(0, 2), 1);
}

TEST(an_address_elsewhere_is_not_the_pagers)
{
    unsigned char *start = started(2, false);
    int here = 0;
    EXPECT(!pager_bring_in(&here) && !pager_has_out(&here));
    EXPECT(!pager_bring_in(start + (CAPACITY - 1) * PAGE_BYTES)); /* behind the frontier */
    EXPECT(pager_bring_in(start));                                /* in memory: try again */
}

TESTS_MAIN("pager")
