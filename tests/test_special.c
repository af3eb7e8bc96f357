#include "tests/verified.h"

#include "expool/types.h"
#include "pool/util.h"
#include "verifier/special.h"

#include <pthread.h>

static const char *const placements[] = {"verify=end", "verify=start", "verify=exact"};
static const size_t sizes[] = {1, 15, 16, 17, 100, 4080, 4095, 4096, 4097, 12288, 70000, 20u << 20};

static void free_with_tag(void *block)
{
    ExFreePoolWithTag(block, TAG);
}

/* One block of each size: usable, guarded where the placement says, dead once freed. */
static void live_and_die(const char *placement)
{
    bool is_start = strcmp(placement, "verify=start") == 0;
    bool is_exact = strcmp(placement, "verify=exact") == 0;
    for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
        unsigned char *block = nonpaged(sizes[i]);
        EXPECT(block != NULL);
        memset(block, 0x5a, sizes[i]);
        EXPECT_EQUAL(touch(block + sizes[i] - 1, true), 0);
        if (is_start)
            EXPECT_EQUAL(touch(block - 1, true), 0xD6);
        if (is_exact)
            EXPECT_EQUAL(touch(block + sizes[i], false), 0xD6);
        EXPECT_EQUAL(touch((void *)(round_up((uintptr_t)block + sizes[i], 4096)), false), 0xD6);
        forget();
        free_with_tag(block);
        EXPECT_EQUAL(passed.count, 0);
        EXPECT_EQUAL(touch(block, false), 0xD5);
        EXPECT_EQUAL(touch(block + sizes[i] - 1, true), 0xD5);
    }
}

TEST(every_size_lives_guarded_and_dies_in_each_placement_by_uffd)
{
    for (unsigned i = 0; i < COUNT_OF(placements); i++) {
        verified("tier=uffd");
        expool_verifier_stop();
        verified(placements[i]);
        live_and_die(placements[i]);
    }
}

TEST(every_size_lives_guarded_and_dies_by_guard_pages)
{
    verified("tier=guard");
    live_and_die("verify=end");
}

TEST(every_size_lives_guarded_and_dies_by_mprotect)
{
    verified("tier=mprotect");
    live_and_die("verify=end");
}

TEST(dead_addresses_come_round_as_late_as_can_be)
{
    enum { OTHERS = 100000 };
    verified("");
    unsigned char *dead = nonpaged(40);
    ExFreePool(dead);
    for (unsigned i = 0; i < OTHERS; i++) {
        unsigned char *other = nonpaged(40);
        EXPECT(other != dead);
        ExFreePool(other);
    }
    EXPECT_EQUAL(touch(dead, false), 0xD5);
}

TEST(after_a_lap_the_addresses_are_used_again)
{
    enum { LAP = 3 * REGION_UNITS };
    verified("quarantine_blocks=20000:tier=guard"); /* three regions */
    unsigned char *first = nonpaged(40);
    ExFreePool(first);
    bool came_again = false;
    for (unsigned i = 0; i < LAP + 10 && !came_again; i++) {
        unsigned char *other = nonpaged(40);
        came_again = other == first;
        ExFreePool(other);
    }
    EXPECT(came_again);
}

TEST(live_blocks_are_walked_around_when_addresses_come_again)
{
    enum { KEPT = 5000, ROUNDS = 60000 };
    static unsigned char *kept[KEPT];
    verified("quarantine_blocks=20000");
    for (unsigned i = 0; i < KEPT; i++) {
        kept[i] = nonpaged(8 + i % 5000);
        memset(kept[i], (int)(i & 0x7f), 8 + i % 5000);
    }
    for (unsigned i = 0; i < ROUNDS; i++)
        ExFreePool(nonpaged(1 + i % 9000));
    EXPECT_EQUAL(expool_verifier_sweep(), KEPT);
    for (unsigned i = 0; i < KEPT; i++) {
        EXPECT_EQUAL(kept[i][7 + i % 5000], i & 0x7f);
        ExFreePool(kept[i]);
    }
    EXPECT_EQUAL(passed.count, 0);
}

TEST(zeroed_and_cache_aligned_are_kept_as_promised)
{
    verified("");
    for (unsigned i = 0; i < 300; i++) {
        ExFreePool(nonpaged(200)); /* leaves pages that are not zero */
        unsigned char *block =
            ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, 150, TAG);
        EXPECT_EQUAL((uintptr_t)block % 64, 0);
        for (unsigned at = 0; at < 150; at++)
            EXPECT_EQUAL(block[at], 0);
        ExFreePool(block);
    }
    EXPECT_EQUAL(passed.count, 0);
}

TEST(the_wish_for_more_than_there_is_fails_as_short_memory)
{
    verified("");
    EXPECT(nonpaged((size_t)1 << 45) == NULL);
    EXPECT(nonpaged(SIZE_MAX) == NULL);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(when_full_it_goes_on_unguarded_and_counts)
{
    struct expool_verifier_counters counters;
    verified("special_pool_mb=1:special_pool_full=fallback");
    void *blocks[300];
    for (unsigned i = 0; i < 300; i++)
        EXPECT((blocks[i] = nonpaged(10)) != NULL);
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.allocations_special_pool, 256);
    EXPECT_EQUAL(counters.allocations_fallback, 44);
    EXPECT_EQUAL(counters.allocations_attempted, 300);
    for (unsigned i = 0; i < 300; i++)
        ExFreePool(blocks[i]);
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.live_blocks, 0);
    EXPECT_EQUAL(counters.peak_blocks, 256);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(mprotect_stops_guarding_before_the_map_limit)
{
    enum { BLOCKS = 40000 };
    static void *blocks[BLOCKS];
    struct expool_verifier_counters counters;
    verified("tier=mprotect:leaks=off"); /* special_pool_full=stop is not meant */
    for (unsigned i = 0; i < BLOCKS; i++)
        EXPECT((blocks[i] = nonpaged(10)) != NULL);
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.allocations_special_pool + counters.allocations_fallback, BLOCKS);
    if (counters.allocations_fallback > 0)
        EXPECT(counters.live_blocks > 20000);
    for (unsigned i = 0; i < BLOCKS; i++)
        ExFreePool(blocks[i]);
}

TEST(none_selects_nothing_but_what_asks_for_it)
{
    struct expool_verifier_counters counters;
    verified("special_pool=none");
    void *plain = nonpaged(10);
    void *asked = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_SPECIAL_POOL, 10, TAG);
    EXPECT(!space_has(plain));
    EXPECT(space_has(asked));
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.allocations_not_selected, 1);
    ExFreePool(plain);
    ExFreePool(asked);
}

TEST(after_a_stop_old_blocks_stay_guarded_and_can_be_freed)
{
    verified("");
    unsigned char *block = nonpaged(100);
    EXPECT_EQUAL(expool_verifier_stop(), 1);
    EXPECT(!expool_verifier_is_on());
    unsigned char *plain = nonpaged(100);
    EXPECT(!space_has(plain));
    EXPECT_EQUAL(touch(block + 112, false), 0xD6);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(touch(block, false), 0xD5);
    ExFreePoolWithTag(plain, TAG);
    EXPECT_EQUAL(expool_verifier_stop(), 0);
}

TEST(a_sweep_sees_damage_without_freeing)
{
    verified("");
    unsigned char *block = nonpaged(100);
    EXPECT_EQUAL(expool_verifier_sweep(), 1);
    EXPECT_EQUAL(passed.count, 0);
    poke(block + 110, 1);
    poke(block + 111, 1);
    EXPECT_EQUAL(expool_verifier_sweep(), 1);
    EXPECT_EQUAL(passed.last.subcode, 0x24);
    EXPECT_EQUAL(touch(block, true), 0);
    ExFreePool(block);
}

TEST(the_pattern_reaches_as_far_as_the_option_says)
{
    enum { FAR = 3000 };
    verified("seed=42:pattern_bytes=4096");
    unsigned char *block = nonpaged(100);
    poke(block - FAR, 0x7e);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, 0x23);
    expool_verifier_stop();
    verified("seed=42:pattern_bytes=16");
    block = nonpaged(100);
    poke(block - FAR, 0x7e);
    ExFreePool(block);
    EXPECT_EQUAL(passed.count, 0);
    block = nonpaged(100);
    poke(block - 16, 0x7e);
    ExFreePool(block);
    EXPECT_EQUAL(passed.last.subcode, 0x23);
}

TEST(a_reset_frees_all_without_a_word)
{
    verified("");
    unsigned char *small = nonpaged(100);
    unsigned char *large = nonpaged(30u << 20);
    poke(small + 101, 1);
    EXPECT_EQUAL(expool_verifier_reset(), 2);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(touch(small, false), 0xD5);
    EXPECT_EQUAL(touch(large + 12345, false), 0xD5);
    EXPECT_EQUAL(expool_verifier_reset(), 0);
}

TEST(recycled_memory_is_checked_before_it_is_used_again)
{
    verified("reuse=recycle");
    unsigned char *stale = nonpaged(100);
    ExFreePool(stale);
    EXPECT_EQUAL(touch(stale + 3, true), 0); /* the page stays open */
    forget();
    for (unsigned i = 0; i < 2000 && passed.count == 0; i++)
        ExFreePool(nonpaged(100));
    EXPECT_EQUAL(passed.last.code, 0xC6);
    EXPECT_EQUAL(passed.last.parameter[0], stale + 3);
    EXPECT(passed.last.block == stale);
}

TEST(a_sweep_looks_at_resting_memory_too)
{
    verified("reuse=recycle");
    unsigned char *stale = nonpaged(100);
    ExFreePool(stale);
    EXPECT_EQUAL(expool_verifier_sweep(), 0);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(touch(stale, true), 0);
    expool_verifier_sweep();
    EXPECT_EQUAL(passed.last.code, 0xC6);
    forget();
    expool_verifier_sweep();
    EXPECT_EQUAL(passed.count, 0); /* told once */
}

TEST(recycled_blocks_keep_their_guards)
{
    verified("reuse=recycle");
    for (unsigned i = 0; i < 3000; i++) {
        unsigned char *block = nonpaged(1 + i % 4096);
        if (i % 50 == 0)
            EXPECT_EQUAL(touch((void *)(page_start(block) + 4096), true), 0xD6);
        ExFreePool(block);
    }
    forget();
    EXPECT_EQUAL(expool_verifier_sweep(), 0);
    EXPECT_EQUAL(passed.count, 0);
}

static pthread_barrier_t both_ready;
static void *shared_block;

static void *free_shared(void *unused)
{
    pthread_barrier_wait(&both_ready);
    ExFreePoolWithTag(shared_block, TAG);
    return unused;
}

TEST(of_two_threads_that_free_one_block_one_wins)
{
    verified("");
    pthread_barrier_init(&both_ready, NULL, 2);
    for (unsigned i = 0; i < 200; i++) {
        pthread_t other;
        forget();
        shared_block = nonpaged(64);
        EXPECT_EQUAL(pthread_create(&other, NULL, free_shared, NULL), 0);
        free_shared(NULL);
        pthread_join(other, NULL);
        EXPECT_EQUAL(passed.count, 1);
        EXPECT_EQUAL(passed.last.subcode, 0x20);
    }
}

static void *churn(void *seed)
{
    enum { KEPT = 50, ROUNDS = 5000 };
    unsigned char *kept[KEPT] = {NULL};
    unsigned random = (unsigned)(uintptr_t)seed;
    for (unsigned i = 0; i < ROUNDS; i++) {
        random = random * 1103515245u + 12345u;
        unsigned at = (random >> 16) % KEPT;
        if (kept[at] != NULL)
            ExFreePoolWithTag(kept[at], TAG);
        size_t size = 1 + (random >> 8) % 6000;
        kept[at] = ExAllocatePoolWithTag(random & 64 ? NonPagedPool : PagedPool, size, TAG);
        memset(kept[at], (int)at, size);
    }
    for (unsigned i = 0; i < KEPT; i++)
        if (kept[i] != NULL)
            ExFreePoolWithTag(kept[i], TAG);
    return NULL;
}

static void churn_in_threads(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT_EQUAL(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(expool_verifier_stop(), 0);
}

TEST(threads_churn_side_by_side)
{
    verified("quarantine_blocks=20000");
    churn_in_threads();
}

TEST(threads_churn_side_by_side_and_recycle)
{
    verified("reuse=recycle");
    churn_in_threads();
}

TEST(nonpaged_pool_holds_code_that_runs_and_nx_does_not)
{
#if defined(__x86_64__)
    static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
    int (*run)(void);
    verified("");
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPool, sizeof code, TAG);
    memcpy(block, code, sizeof code);
    memcpy(&run, &block, sizeof run);
    EXPECT_EQUAL(run(), 42);
    ExFreePoolWithTag(block, TAG);
    block = nonpaged(sizeof code);
    memcpy(block, code, sizeof code);
    memcpy(&run, &block, sizeof run);
    expool_on_bugcheck(expect_hook, NULL);
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run();
    }
    ExFreePoolWithTag(block, TAG);
#endif
}

TESTS_MAIN("special")
