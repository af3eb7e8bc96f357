#include "tests/expect.h"

#include "pool/os.h"
#include "pool/pages.h"
#include "pool/util.h"

#include <sys/mman.h>

enum { CAPACITY = 512 };

static struct pages *started(void)
{
    static struct pages pages;
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    EXPECT(range != NULL &&
           pages_start(&pages, &(struct page_range){.start = range, .pages = CAPACITY}));
    return &pages;
}

/* What the heap does with a run it has taken. */
static size_t take(struct pages *pages, size_t count)
{
    size_t first = pages_take(pages, count);
    for (size_t i = 0; first != PAGES_NONE && i < count; i++)
        pages->uses[first + i] = i == 0 ? PAGE_BIG : PAGE_BIG_REST;
    return first;
}

TEST(runs_lie_side_by_side_and_are_writable)
{
    struct pages *pages = started();
    size_t first = take(pages, 3);
    size_t second = take(pages, 2);
    EXPECT_EQUAL(second, first + 3);
    memset(pages_address(pages, first), 1, 5 * PAGE_BYTES);
    EXPECT_EQUAL(pages_index(pages, (char *)pages_address(pages, second) + 4095), second);
    EXPECT(pages_check(pages) == NULL);
}

TEST(a_given_run_joins_both_neighbours)
{
    struct pages *pages = started();
    size_t a = take(pages, 2);
    size_t b = take(pages, 3);
    size_t c = take(pages, 4);
    take(pages, 1);
    pages_give(pages, a, 2, PAGE_WAS_BIG);
    pages_give(pages, c, 4, PAGE_WAS_BIG);
    EXPECT_EQUAL(take(pages, 9), 10); /* nowhere yet but behind all */
    pages_give(pages, b, 3, PAGE_WAS_BIG);
    EXPECT(pages_check(pages) == NULL);
    EXPECT_EQUAL(take(pages, 9), a);
    EXPECT(pages_check(pages) == NULL);
}

TEST(what_is_left_of_a_run_is_used_next)
{
    struct pages *pages = started();
    size_t first = take(pages, 10);
    take(pages, 1);
    pages_give(pages, first, 10, PAGE_WAS_BIG);
    EXPECT_EQUAL(take(pages, 4), first);
    EXPECT_EQUAL(take(pages, 6), first + 4);
    EXPECT(pages_check(pages) == NULL);
}

TEST(long_runs_are_found_again_too)
{
    struct pages *pages = started();
    for (size_t count = 30; count < 70; count++) {
        size_t first = take(pages, count);
        size_t fence = take(pages, 1);
        pages_give(pages, first, count, PAGE_WAS_BIG);
        EXPECT_EQUAL(take(pages, count), first);
        pages_give(pages, first, count, PAGE_WAS_BIG);
        pages_give(pages, fence, 1, PAGE_WAS_BIG);
        EXPECT(pages_check(pages) == NULL);
    }
}

TEST(a_full_range_gives_none_and_recovers)
{
    struct pages *pages = started();
    EXPECT_EQUAL(take(pages, 0), PAGES_NONE);
    EXPECT_EQUAL(take(pages, CAPACITY + 1), PAGES_NONE);
    EXPECT_EQUAL(take(pages, SIZE_MAX), PAGES_NONE);
    size_t all = take(pages, CAPACITY);
    EXPECT_EQUAL(all, 0);
    EXPECT_EQUAL(take(pages, 1), PAGES_NONE);
    pages_give(pages, all, CAPACITY, PAGE_WAS_BIG);
    EXPECT_EQUAL(take(pages, CAPACITY), 0);
    EXPECT_EQUAL(pages->used, CAPACITY);
}

TEST(zeroing_reaches_kept_and_returned_pages)
{
    struct pages *pages = started();
    const size_t counts[] = {8, 200}; /* kept, given back to the system */
    for (unsigned i = 0; i < 2; i++) {
        size_t first = take(pages, counts[i]);
        unsigned char *bytes = pages_address(pages, first);
        memset(bytes, 0xee, counts[i] * PAGE_BYTES);
        pages_give(pages, first, counts[i], PAGE_WAS_BIG);
        if (i == 1)
            EXPECT_EQUAL(pages_trim(pages), counts[i]);
        EXPECT_EQUAL(pages_take(pages, counts[i]), first);
        pages_zero(pages, first, counts[i] * PAGE_BYTES);
        memset(pages->uses + first, PAGE_BIG, counts[i]);
        EXPECT(bytes[0] == 0 && memcmp(bytes, bytes + 1, counts[i] * PAGE_BYTES - 1) == 0);
    }
}

TEST(memory_that_the_program_has_locked_is_zeroed_all_the_same)
{
    enum { COUNT = 8 };
    struct pages *pages = started();
    size_t first = take(pages, COUNT);
    unsigned char *bytes = pages_address(pages, first);
    memset(bytes, 0xee, COUNT * PAGE_BYTES);
    EXPECT_EQUAL(mlock(bytes + PAGE_BYTES, PAGE_BYTES), 0);
    pages_give(pages, first, COUNT, PAGE_WAS_BIG);
    pages_trim(pages);
    EXPECT(pages_check(pages) == NULL);
    EXPECT_EQUAL(pages_take(pages, COUNT), first);
    pages_zero(pages, first, COUNT * PAGE_BYTES);
    EXPECT(bytes[0] == 0 && memcmp(bytes, bytes + 1, COUNT * PAGE_BYTES - 1) == 0);
}

TEST(what_is_kept_sinks_with_time_and_can_be_emptied)
{
    struct pages *pages = started();
    for (unsigned round = 0; round < 2; round++) {
        size_t firsts[200];
        pages->settled_ms = os_clock_ms();
        for (unsigned i = 0; i < 200; i++)
            firsts[i] = take(pages, 1);
        EXPECT_EQUAL(pages->resident, 0);
        for (unsigned i = 0; i < 200; i++)
            pages_give(pages, firsts[i], 1, PAGE_WAS_BIG);
        EXPECT_EQUAL(pages->resident, 200); /* as many as were in use of late, */
        pages->settled_ms = 0;
        for (unsigned i = 0; i < 100; i++) { /* which is forgotten with time */
            pages_give(pages, take(pages, 1), 1, PAGE_WAS_CUT);
            pages->settled_ms = 0;
        }
        EXPECT(pages->resident > 0 && pages->resident <= 64);
        EXPECT(pages_check(pages) == NULL);
        EXPECT(pages_trim(pages) > 0);
        EXPECT_EQUAL(pages->resident, 0);
        EXPECT_EQUAL(pages_trim(pages), 0);
    }
}

TEST(the_check_sees_wrong_counts)
{
    struct pages *pages = started();
    take(pages, 4);
    pages->used++;
    EXPECT_TEXT(pages_check(pages), "in use");
    pages->used--;
    pages->resident++;
    EXPECT_TEXT(pages_check(pages), "cached");
}

TESTS_MAIN("pages")
