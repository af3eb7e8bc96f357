#include "tests/verified.h"

#include "pool/util.h"
#include "verifier/select.h"
#include "verifier/special.h"

#include <stdio.h>

static bool takes(uint32_t tag, size_t size_bytes)
{
    struct request request = {.tag = tag, .size_bytes = size_bytes};
    return select_takes(&request);
}

TEST(tags_are_told_by_letter_star_and_question_mark)
{
    EXPECT(select_set("tag=Ab*;Cd??;?x;W", 1));
    EXPECT(takes('baA', 1) == false); /* lies in memory as "Aab" */
    EXPECT(takes('bA', 1));           /* "Ab" */
    EXPECT(takes('zybA', 1));
    EXPECT(!takes('zyBA', 1));
    EXPECT(takes('21dC', 1));
    EXPECT(!takes('1dC', 1));
    EXPECT(takes('xQ', 1));
    EXPECT(takes(' xQ', 1));
    EXPECT(takes('W', 1));
    EXPECT(!takes('WW', 1));
}

TEST(a_star_may_stand_anywhere)
{
    EXPECT(select_set("tag=*t", 1));
    EXPECT(takes('tseT', 1));
    EXPECT(!takes('seTt', 1));
    EXPECT(select_set("tag=T*t", 1));
    EXPECT(takes('tT', 1));
    EXPECT(select_set("tag=*", 1));
    EXPECT(takes('abcd', 1));
}

TEST(sizes_are_told_by_range_or_one)
{
    EXPECT(select_set("size=16-512", 1));
    EXPECT(!takes(TAG, 15));
    EXPECT(takes(TAG, 16));
    EXPECT(takes(TAG, 512));
    EXPECT(!takes(TAG, 513));
    EXPECT(select_set("size=24", 1));
    EXPECT(takes(TAG, 24));
    EXPECT(!takes(TAG, 25));
}

static unsigned samples(const char *text, uint64_t seed, bool *taken, unsigned count)
{
    unsigned sum = 0;
    EXPECT(select_set(text, seed));
    for (unsigned i = 0; i < count; i++)
        sum += taken[i] = takes(TAG, 1);
    return sum;
}

TEST(a_sample_is_one_in_so_many_and_every_one_of_one)
{
    enum { COUNT = 100000 };
    static bool taken[COUNT];
    unsigned hundredth = samples("1/100", 7, taken, COUNT);
    EXPECT(hundredth > 800 && hundredth < 1200);
    EXPECT_EQUAL(samples("1/1", 7, taken, COUNT), COUNT);
}

TEST(what_is_none_of_these_is_refused_and_changes_nothing)
{
    const char *const wrong[] = {
        "",       "ALL", "tag=", "tag=Abcde", "tag=Ab;;Cd", "size=", "size=5-", "size=9-5",
        "size=a", "0/5", "1/0",  "1/",        "1/5x",       "2/5",   "allx",    "size=1-2-3"};
    EXPECT(select_set("none", 1));
    for (unsigned i = 0; i < COUNT_OF(wrong); i++)
        EXPECT_THAT(!select_set(wrong[i], 1), "'%s' was taken", wrong[i]);
    EXPECT(!takes(TAG, 1));
}

TEST(the_verifier_does_not_start_with_a_bad_selection)
{
    EXPECT_EQUAL(expool_options_set("special_pool=size=9-5"), 0);
    EXPECT(!expool_verifier_start());
    EXPECT(!expool_verifier_is_on());
}

static unsigned guarded_of(unsigned count, bool *guarded)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++) {
        void *block = nonpaged(50);
        sum += guarded[i] = space_has(block);
        ExFreePoolWithTag(block, TAG);
    }
    return sum;
}

TEST(the_seed_says_which_allocations_are_sampled)
{
    enum { COUNT = 2000 };
    static bool first[COUNT], second[COUNT];
    struct expool_verifier_counters counters;
    verified("special_pool=1/20:seed=5");
    unsigned sum = guarded_of(COUNT, first);
    EXPECT(sum > 50 && sum < 200);
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.allocations_special_pool, sum);
    EXPECT_EQUAL(counters.allocations_not_selected, COUNT - sum);
    expool_verifier_stop();
    verified("seed=6");
    EXPECT(guarded_of(COUNT, second) > 0);
    EXPECT(memcmp(first, second, sizeof first) != 0);
}

TEST(a_call_that_asks_for_special_pool_gets_it_whatever_is_selected)
{
    verified("special_pool=tag=Othr");
    void *plain = nonpaged(10);
    void *asked = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_SPECIAL_POOL, 10, TAG);
    void *named = ExAllocatePoolWithTag(PagedPool, 10, 'rhtO');
    EXPECT(!space_has(plain));
    EXPECT(space_has(asked));
    EXPECT(space_has(named));
    ExFreePool(plain);
    ExFreePool(asked);
    ExFreePool(named);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(alternate_takes_one_side_a_place_and_both_over_many)
{
    enum { SITES = 64 };
    unsigned at_start = 0;
    verified("verify=alternate:seed=3");
    for (unsigned i = 0; i < SITES; i++) {
        struct request request = {.kind = POOL_NONPAGED, .tag = TAG, .size_bytes = 50};
        const void *frame[2] = {NULL, (const void *)(uintptr_t)(0x400000 + i * 37)};
        request.frame = frame;
        EXPECT_EQUAL(special_side(&request), special_side(&request));
        at_start += special_side(&request) == OPTION_VERIFY_START;
    }
    EXPECT(at_start > SITES / 4 && at_start < SITES * 3 / 4);
    for (unsigned i = 0; i < 100; i++) {
        unsigned char *block = nonpaged(50);
        bool is_start = page_start(block) == (uintptr_t)block;
        EXPECT_EQUAL(touch(is_start ? block - 1 : block + 64, true), 0xD6);
        forget();
        ExFreePool(block);
        EXPECT_EQUAL(passed.count, 0);
    }
}

static unsigned long mapped_pages(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return pages;
}

TEST(settings_that_come_again_cost_no_memory)
{
    enum { CHANGES = 2000, MORE_PAGES_MAX = 300 };
    static const char *const words[] = {"special_pool=all:low_resources=off",
                                        "special_pool=size=1-9:low_resources=nth=5"};
    unsigned long before = 0;
    for (unsigned i = 0; i < CHANGES; i++) {
        before = i == COUNT_OF(words) ? mapped_pages() : before;
        expool_verifier_stop();
        verified(words[i % COUNT_OF(words)]);
    }
    EXPECT(mapped_pages() < before + MORE_PAGES_MAX);
}

TESTS_MAIN("select")
