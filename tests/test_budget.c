#include "tests/child.h"
#include "tests/expect.h"

#include "expool/budget.h"
#include "expool/pool.h"
#include "expool/statistics.h"
#include "pool/budget.h"
#include "pool/heap.h"
#include "pool/options.h"
#include "pool/pool.h"

enum { TAG = 'tseT', MIB = 1 << 20, BIG = 64 * 1024, MANY = 4096 };

static void *blocks[MANY];

/* Allocates `size` bytes until it fails; how many there were. */
static unsigned exhaust(POOL_FLAGS flags, size_t size)
{
    unsigned count = 0;
    while (count < MANY && (blocks[count] = ExAllocatePool2(flags, size, TAG)) != NULL)
        count++;
    return count;
}

static void give_back(unsigned from, unsigned count)
{
    for (unsigned i = from; i < count; i++)
        ExFreePoolWithTag(blocks[i], TAG);
}

static struct {
    unsigned count;
    struct expool_event last;
} told;

static bool take_event(const struct expool_event *event, void *context)
{
    (void)context;
    told.count++;
    told.last = *event;
    return true;
}

TEST(a_limit_refuses_and_counts_pages)
{
    struct expool_budget budget;
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 4 * MIB);
    unsigned count = exhaust(POOL_FLAG_NON_PAGED, BIG);
    expool_budget_get(EXPOOL_CLASS_NONPAGED, &budget);
    EXPECT(count >= 60 && count <= 64);
    EXPECT_EQUAL(budget.limit_bytes, 4 * MIB);
    EXPECT(budget.used_bytes <= budget.limit_bytes && budget.used_bytes >= count * BIG);
    EXPECT(budget.is_low && budget.is_exhausted);
    EXPECT_EQUAL(budget.peak_bytes, budget.used_bytes);
    give_back(0, count);
    expool_budget_get(EXPOOL_CLASS_NONPAGED, &budget);
    EXPECT(!budget.is_low && budget.used_bytes < 16 * 4096);
}

TEST(one_class_does_not_take_from_the_other)
{
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 1 * MIB);
    unsigned count = exhaust(POOL_FLAG_NON_PAGED, BIG);
    void *paged = ExAllocatePool2(POOL_FLAG_PAGED, BIG, TAG);
    EXPECT(paged != NULL);
    ExFreePoolWithTag(paged, TAG);
    give_back(0, count);
}

TEST(the_event_comes_once_an_episode_and_names_the_largest_tags)
{
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 4 * MIB);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, 200000, 'rehO') != NULL);
    unsigned count = exhaust(POOL_FLAG_PAGED, BIG);
    EXPECT_EQUAL(told.count, 1);
    EXPECT_EQUAL(told.last.id, EXPOOL_EVENT_PAGED_EMPTY);
    EXPECT_TEXT(told.last.text, "unable to allocate from the system paged pool");
    EXPECT_EQUAL(told.last.largest[EXPOOL_CLASS_PAGED][0].tag, TAG);
    EXPECT_EQUAL(told.last.largest[EXPOOL_CLASS_PAGED][0].bytes, (uint64_t)count * BIG);
    EXPECT_EQUAL(told.last.largest[EXPOOL_CLASS_PAGED][0].blocks, count);
    EXPECT_EQUAL(told.last.largest[EXPOOL_CLASS_PAGED][1].tag, 'rehO');
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, BIG, TAG) == NULL);
    EXPECT_EQUAL(told.count, 1);
    give_back(count - 2, count); /* not enough to end the episode */
    EXPECT_EQUAL(exhaust(POOL_FLAG_PAGED, MIB), 0);
    EXPECT_EQUAL(told.count, 1);
}

TEST(the_next_episode_has_its_own_event)
{
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 4 * MIB);
    for (unsigned round = 1; round <= 3; round++) {
        unsigned count = exhaust(POOL_FLAG_PAGED, BIG);
        EXPECT_EQUAL(told.count, round);
        give_back(0, count);
    }
}

TEST(what_no_pool_could_hold_is_no_event)
{
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 4 * MIB);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, 5 * MIB, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, SIZE_MAX, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, (size_t)1 << 45, TAG) == NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 0);
    ExFreePool(ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG));
    expool_pool_trim(); /* the range has been used, and is free again */
    size_t range_bytes = pool_heap(POOL_PAGED)->pages.capacity * PAGE_BYTES;
    EXPECT(ExAllocatePool2(POOL_FLAG_PAGED, range_bytes, TAG) == NULL);
    EXPECT_EQUAL(told.count, 0);
}

TEST(a_raise_is_asked_for_at_the_limit)
{
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 1 * MIB);
    EXPECT_BUGCHECK(0x1E, 0)
    {
        ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 2 * MIB, TAG);
    }
    EXPECT_EQUAL((uint32_t)last_bugcheck()->parameter[0], 0xC000009A);
}

TEST(the_event_names_sites_where_stacks_are_recorded)
{
    EXPECT_EQUAL(expool_options_set("pool_stacks=1"), 0);
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 1 * MIB);
    unsigned count = exhaust(POOL_FLAG_PAGED, 1000);
    const struct expool_event_tag *largest = &told.last.largest[EXPOOL_CLASS_PAGED][0];
    EXPECT_EQUAL(largest->blocks, count);
    EXPECT(largest->site != NULL);
    EXPECT(largest->site_blocks >= count - 1); /* a compiler may make two calls of the one */
}

static void exhaust_in_words(void)
{
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 1 * MIB);
    exhaust(POOL_FLAG_NON_PAGED, 1000);
}

TEST(the_event_on_stderr_has_windows_words)
{
    struct child child = child_run(exhaust_in_words);
    EXPECT_EQUAL(child.exit_code, 0);
    EXPECT_TEXT(child.text, "EVENT 2019 (Srv, error): The server was unable to allocate from the "
                            "system nonpaged pool because the pool was empty.");
    EXPECT_TEXT(child.text, "Nonpaged pool 1 048 576 bytes in pages of 1 048 576; paged pool ");
    EXPECT_TEXT(child.text, "Test  Nonp");
}

/* The system refuses what lies behind the frontier: no crash, NULL, and the events. */
static void exhaust_the_system(void)
{
    const struct rlimit limit = {0, 0};
    expool_on_event(take_event, NULL);
    void *before = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, TAG);
    if (before == NULL || setrlimit(RLIMIT_DATA, &limit) != 0)
        _exit(2);
    unsigned count = exhaust(POOL_FLAG_NON_PAGED, BIG);
    if (count == MANY || told.count != 2 || told.last.id != EXPOOL_EVENT_RESOURCES_LOW)
        _exit(3);
    give_back(0, count);
    void *again = ExAllocatePool2(POOL_FLAG_NON_PAGED, BIG, TAG);
    _exit(again != NULL || count == 0 ? 0 : 4);
}

TEST(memory_the_system_refuses_is_null)
{
    struct child child = child_run(exhaust_the_system);
    EXPECT_EQUAL(child.exit_code, 0);
}

/* This program again, with little room for data from its start on. */
static void start_with_little(void)
{
    const struct rlimit limit = {(rlim_t)256 << 20, (rlim_t)256 << 20};
    if (setrlimit(RLIMIT_DATA, &limit) != 0)
        _exit(2);
    setenv("CK_RUN_CASE", "none", 1);
    execl("/proc/self/exe", "again", (char *)NULL);
    _exit(127);
}

TEST(a_process_with_little_room_for_data_starts)
{
    struct child child = child_run(start_with_little);
    EXPECT(strstr(child.text, "our own mistake") == NULL);
    EXPECT_EQUAL(child.signal, 0);
}

TEST(importance_is_weighed_by_what_is_free)
{
    expool_on_event(take_event, NULL);
    budget_limit(BUDGET_PAGED, 1000);
    EXPECT(budget_charge(BUDGET_PAGED, 900));
    EXPECT(budget_admits(BUDGET_PAGED, 0));
    EXPECT(budget_charge(BUDGET_PAGED, 1));
    EXPECT(!budget_admits(BUDGET_PAGED, 0));
    EXPECT(budget_admits(BUDGET_PAGED, 1));
    EXPECT(budget_charge(BUDGET_PAGED, 80));
    EXPECT(!budget_admits(BUDGET_PAGED, 1));
    EXPECT(budget_admits(BUDGET_PAGED, 2));
    EXPECT(budget_admits(BUDGET_NONPAGED, 0));
    budget_refund(BUDGET_PAGED, 981);
}

TEST(a_refusal_of_the_other_class_that_was_got_round_is_not_told_of)
{
    expool_on_event(take_event, NULL);
    budget_limit(BUDGET_NONPAGED, 10);
    budget_limit(BUDGET_PAGED, 10);
    EXPECT(budget_charge(BUDGET_NONPAGED, 10) && budget_charge(BUDGET_PAGED, 10));
    EXPECT(!budget_charge(BUDGET_NONPAGED, 1)); /* a block was found all the same */
    EXPECT(!budget_charge(BUDGET_PAGED, 1));
    budget_failed(BUDGET_PAGED);
    EXPECT_EQUAL(told.count, 1);
    EXPECT_EQUAL(told.last.id, EXPOOL_EVENT_PAGED_EMPTY);
    budget_refund(BUDGET_NONPAGED, 10);
    budget_refund(BUDGET_PAGED, 10);
}

TEST(caches_give_way_before_the_limit_is_felt)
{
    enum { BLOCKS = 1000, SIZE = 240 };
    expool_on_event(take_event, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, 1 * MIB);
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = ExAllocatePool2(POOL_FLAG_PAGED, SIZE, TAG);
    give_back(0, BLOCKS); /* some stay in the thread's cache, and their pages with them */
    void *all = ExAllocatePool2(POOL_FLAG_PAGED, 1 * MIB, TAG);
    EXPECT(all != NULL);
    EXPECT_EQUAL(told.count, 0);
    ExFreePoolWithTag(all, TAG);
}

static void *ask(enum request_priority priority, bool low_reservation)
{
    struct request request = {.kind = POOL_PAGED,
                              .tag = TAG,
                              .size_bytes = 100,
                              .priority = priority,
                              .low_reservation = low_reservation,
                              .frame = __builtin_frame_address(0)};
    return pool_allocate(&request);
}

TEST(a_modest_request_goes_without_though_a_block_is_free)
{
    expool_on_event(take_event, NULL);
    void *block = ask(PRIORITY_NONE, false);
    budget_limit(BUDGET_PAGED, 1000);
    EXPECT(ask(PRIORITY_LOW, false) != NULL && ask(PRIORITY_NONE, true) != NULL);
    EXPECT(budget_charge(BUDGET_PAGED, 920));
    EXPECT(ask(PRIORITY_LOW, false) == NULL && ask(PRIORITY_NONE, true) == NULL);
    EXPECT(ask(PRIORITY_NORMAL, false) != NULL && ask(PRIORITY_HIGH, false) != NULL);
    EXPECT(budget_charge(BUDGET_PAGED, 70));
    EXPECT(ask(PRIORITY_NORMAL, false) == NULL);
    EXPECT(ask(PRIORITY_HIGH, false) != NULL && ask(PRIORITY_NONE, false) != NULL);
    EXPECT_EQUAL(told.count, 0); /* nothing is empty yet */
    EXPECT(block != NULL);
}

TEST(the_seeds_flag_fails_when_little_is_left)
{
    const POOL_FLAGS flags = POOL_FLAG_NON_PAGED | POOL_FLAG_FAIL_ON_LOW_RESERVATION;
    expool_budget_set_limit(EXPOOL_CLASS_NONPAGED, 4 * MIB);
    EXPECT(ExAllocatePool2(flags, 100, TAG) != NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED, 38 * MIB / 10, TAG) != NULL);
    EXPECT(ExAllocatePool2(flags, 100, TAG) == NULL);
    EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, TAG) != NULL);
}

static unsigned level_changes;

static void count_change(void)
{
    level_changes++;
}

static enum budget_level paged_level(void)
{
    struct budget_reading reading;
    budget_settle();
    budget_read(BUDGET_PAGED, &reading);
    return reading.level;
}

TEST(levels_have_hysteresis)
{
    budget_on_levels(count_change);
    budget_limit(BUDGET_PAGED, 1000);
    struct {
        int change;
        enum budget_level level;
    } steps[] = {
        {750, BUDGET_HIGH},      {1, BUDGET_MIDDLE}, {-50, BUDGET_MIDDLE}, {-2, BUDGET_HIGH},
        {202, BUDGET_LOW},       {-50, BUDGET_LOW},  {-1, BUDGET_MIDDLE},  {131, BUDGET_EXHAUSTED},
        {-20, BUDGET_EXHAUSTED}, {-5, BUDGET_LOW},   {-956, BUDGET_HIGH},
    };
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        unsigned before = level_changes;
        enum budget_level was = paged_level();
        if (steps[i].change > 0)
            EXPECT(budget_charge(BUDGET_PAGED, (size_t)steps[i].change));
        else
            budget_refund(BUDGET_PAGED, (size_t)-steps[i].change);
        ck_assert_msg(paged_level() == steps[i].level, "step %u: level %d", i, paged_level());
        EXPECT_EQUAL(level_changes - before, was != steps[i].level);
    }
}

static uint64_t limit_of(const char *text, enum budget_meter meter)
{
    struct budget_reading reading;
    EXPECT_EQUAL(expool_options_set(text), 0);
    budget_start();
    budget_read(meter, &reading);
    return reading.limit_pages == UINT64_MAX ? 0 : reading.limit_pages / 256;
}

TEST(presets_follow_the_machines_memory)
{
    EXPECT_EQUAL(limit_of("pool_limits=none", BUDGET_NONPAGED), 0);
    EXPECT_EQUAL(limit_of("pool_limits=win10:ram_mb=8192", BUDGET_NONPAGED), 8192);
    EXPECT_EQUAL(limit_of("pool_limits=win10:ram_mb=8192", BUDGET_PAGED), 16384);
    EXPECT_EQUAL(limit_of("pool_limits=win8:ram_mb=262144", BUDGET_NONPAGED), 131072);
    EXPECT_EQUAL(limit_of("pool_limits=win7:ram_mb=4096", BUDGET_NONPAGED), 3072);
    EXPECT_EQUAL(limit_of("pool_limits=win7:ram_mb=4096", BUDGET_PAGED), 131072);
    EXPECT_EQUAL(limit_of("pool_limits=xp32:ram_mb=4096", BUDGET_NONPAGED), 256);
    EXPECT_EQUAL(limit_of("pool_limits=xp32:ram_mb=4096", BUDGET_PAGED), 530);
    EXPECT_EQUAL(limit_of("pool_limits=seed:ram_mb=4096", BUDGET_NONPAGED), 256);
    EXPECT_EQUAL(limit_of("pool_limits=seed:ram_mb=8192", BUDGET_NONPAGED), 1024);
    EXPECT_EQUAL(limit_of("pool_limits=seed:ram_mb=16384", BUDGET_NONPAGED), 2048);
    EXPECT_EQUAL(limit_of("pool_limits=seed:ram_mb=65536", BUDGET_NONPAGED), 4096);
    EXPECT_EQUAL(limit_of("pool_limits=win10:nonpaged_limit_mb=7", BUDGET_NONPAGED), 7);
}

TEST(commit_warns_before_it_refuses)
{
    expool_on_event(take_event, NULL);
    limit_of("ram_mb=4:pool_limits=none", BUDGET_COMMIT); /* commit 8 MiB */
    unsigned count = exhaust(POOL_FLAG_PAGED, BIG);
    EXPECT(count <= 128 && count > 100);
    EXPECT(told.count >= 2);
    EXPECT_EQUAL(told.last.commit_limit_bytes, 8 * MIB);
    give_back(0, count);
}

TESTS_MAIN("budget")
