#include "verifier/force_irql.h"

#include "tests/threads.h"
#include "tests/verified.h"

#include "expool/census.h"
#include "expool/paging.h"

#include "pool/counters.h"

#include <sys/wait.h>
#include <unistd.h>

static unsigned char *paged(size_t size_bytes)
{
    return ExAllocatePoolWithTag(PagedPool, size_bytes, TAG);
}

static KIRQL up(KIRQL level)
{
    KIRQL old;
    KeRaiseIrql(level, &old);
    return old;
}

/* In special pool of each kind and in normal pool. */
static const char *const ways[] = {"special_pool=none", "tier=uffd", "tier=mprotect:verify=start",
                                   "tier=guard"};

TEST(paged_pool_is_away_at_dispatch_and_there_again_below)
{
    for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        pid_t child = fork();
        if (child == 0) {
            verified(ways[i]);
            unsigned char *block = paged(100);
            unsigned char *big = paged(3 * 4096 + 5);
            unsigned char *other = nonpaged(100);
            memset(block, 0x55, 100);
            memset(big, 0x66, 3 * 4096 + 5);
            KIRQL old = up(DISPATCH_LEVEL);
            EXPECT_EQUAL(touch(block, false), 0xD1);
            EXPECT_EQUAL(touch(big + 5000, true), 0xD1);
            EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
            EXPECT_EQUAL(touch(other, true), 0);
            KeLowerIrql(APC_LEVEL);
            EXPECT_EQUAL(touch(block, true), 0);
            EXPECT(block[1] == 0x55 && big[5000] == 0x66 && big[3 * 4096] == 0x66);
            KeLowerIrql(old);
            old = up(DISPATCH_LEVEL);
            EXPECT_EQUAL(touch(block, false), 0xD1);
            KeLowerIrql(old);
            forget();
            ExFreePoolWithTag(block, TAG); /* away, and freed */
            ExFreePoolWithTag(big, TAG);
            ExFreePoolWithTag(other, TAG);
            EXPECT_EQUAL(passed.count, 0);
            _exit(0);
        }
        int status = 1;
        waitpid(child, &status, 0);
        EXPECT_EQUAL(status, 0);
    }
}

TEST(a_trim_is_made_only_when_something_was_reachable)
{
    verified("");
    unsigned char *block = paged(100);
    KeLowerIrql(up(DISPATCH_LEVEL));
    uint64_t requests = COUNTED(trim_requests);
    uint64_t trims = COUNTED(trims);
    for (unsigned i = 0; i < 10; i++)
        KeLowerIrql(up(DISPATCH_LEVEL));
    EXPECT_EQUAL(COUNTED(trim_requests), requests + 10);
    EXPECT_EQUAL(COUNTED(trims), trims);
    block[3] = 1;
    KeLowerIrql(up(DISPATCH_LEVEL));
    EXPECT_EQUAL(COUNTED(trims), trims + 1);
    KeLowerIrql(up(APC_LEVEL));
    EXPECT_EQUAL(COUNTED(trim_requests), requests + 11);
    ExFreePoolWithTag(block, TAG);
}

TEST(without_the_rule_paged_pool_stays)
{
    verified("");
    unsigned char *block = paged(100);
    EXPECT(expool_verifier_flags_set(0x209b9));
    KIRQL old = up(DISPATCH_LEVEL);
    EXPECT_EQUAL(touch(block, true), 0);
    EXPECT(expool_verifier_flags_set(0x209bb)); /* from the next raise on */
    EXPECT_EQUAL(touch(block, true), 0);
    KeLowerIrql(old);
    old = up(DISPATCH_LEVEL);
    EXPECT_EQUAL(touch(block, true), 0xD1);
    EXPECT(expool_verifier_flags_set(0x209b9));
    EXPECT_EQUAL(touch(block, true), 0);
    KeLowerIrql(old);
    ExFreePoolWithTag(block, TAG);
}

TEST(a_refused_free_at_dispatch_needs_no_touch)
{
    verified("special_pool=none");
    unsigned char *block = paged(100);
    unsigned char *big = paged(9000);
    KIRQL old = up(DISPATCH_LEVEL);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(passed.last.subcode, 0x11);
    ExFreePoolWithTag(big, TAG);
    EXPECT_EQUAL(passed.last.subcode, 0x11);
    EXPECT_EQUAL(passed.count, 2);
    KeLowerIrql(old);
    forget();
    ExFreePoolWithTag(block, TAG);
    ExFreePoolWithTag(big, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(pages_that_are_out_and_pages_that_are_away_both_come_back)
{
    verified("special_pool=none");
    unsigned char *blocks[40];
    for (unsigned i = 0; i < 40; i++) {
        blocks[i] = paged(3000);
        memset(blocks[i], (int)i, 3000);
    }
    EXPECT(expool_trim() > 0);
    (void)touch(blocks[7], false);
    KIRQL old = up(DISPATCH_LEVEL);
    EXPECT_EQUAL(touch(blocks[7], false), 0xD1);
    EXPECT_EQUAL(touch(blocks[8], false), 0xD1);
    KeLowerIrql(old);
    forget();
    for (unsigned i = 0; i < 40; i++) {
        EXPECT(blocks[i][0] == i && blocks[i][2999] == i);
        ExFreePoolWithTag(blocks[i], TAG);
    }
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_page_that_came_in_is_away_after_the_next_raise)
{
    verified("special_pool=none");
    unsigned char *block = paged(100);
    KeLowerIrql(up(DISPATCH_LEVEL));
    EXPECT(expool_trim() > 0);
    EXPECT_EQUAL(touch(block, false), 0);
    KIRQL old = up(DISPATCH_LEVEL);
    EXPECT_EQUAL(touch(block, false), 0xD1);
    KeLowerIrql(old);
    forget();
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_census_at_dispatch_counts_what_is_away)
{
    verified("special_pool=none");
    struct expool_census census;
    unsigned char *block = paged(100);
    KIRQL old = up(DISPATCH_LEVEL);
    expool_census_get(EXPOOL_CLASS_PAGED, &census);
    EXPECT_EQUAL(census.blocks, 1);
    KeLowerIrql(old);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_refusal_at_dispatch_is_told_of_although_blocks_are_away)
{
    verified("special_pool=none:nonpaged_limit_mb=1");
    unsigned char *block = paged(100);
    KIRQL old = up(DISPATCH_LEVEL);
    while (nonpaged(20000) != NULL)
        ;
    KeLowerIrql(old);
    EXPECT_EQUAL(passed.count, 0);
    ExFreePoolWithTag(block, TAG);
    expool_verifier_reset();
}

TEST(a_reset_frees_what_is_away_and_its_place_is_used_again)
{
    verified("reuse=recycle");
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 50; i++)
            memset(paged(100 + 200 * i), 1, 100 + 200 * i);
        KeLowerIrql(up(DISPATCH_LEVEL));
        EXPECT_EQUAL(expool_verifier_reset(), 50);
    }
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_forked_child_brings_back_what_its_parent_had_away)
{
    static const char *const tiers[] = {"tier=uffd", "tier=guard", "tier=mprotect"};
    for (unsigned i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0) {
            verified(tiers[i]);
            unsigned char *block = paged(100);
            memset(block, 0x33, 100);
            KeLowerIrql(up(DISPATCH_LEVEL));
            int status = 1;
            pid_t grandchild = fork();
            if (grandchild == 0) {
                bool is_good = block[50] == 0x33;
                KIRQL old = up(DISPATCH_LEVEL);
                is_good = is_good && touch(block, true) == 0xD1;
                KeLowerIrql(old);
                ExFreePoolWithTag(block, TAG);
                _exit(is_good && passed.count == 1 ? 0 : 1);
            }
            waitpid(grandchild, &status, 0);
            ExFreePoolWithTag(block, TAG);
            _exit(status == 0 && passed.count == 0 ? 0 : 1);
        }
        int status = 1;
        waitpid(child, &status, 0);
        EXPECT_EQUAL(status, 0);
    }
}

static void *come_and_go(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < 300; i++) {
        unsigned char *block = paged(40 + i % 200);
        memset(block, 0x21, 40);
        KeLowerIrql(up(DISPATCH_LEVEL));
        if (block[39] != 0x21)
            abort();
        ExFreePoolWithTag(block, TAG);
    }
    return NULL;
}

static pthread_barrier_t turn;

static void *touch_in_turn(void *argument)
{
    volatile unsigned char *block = argument;
    for (unsigned i = 0; i < 2000; i++) {
        pthread_barrier_wait(&turn); /* it is away */
        (void)block[50];
        pthread_barrier_wait(&turn);
    }
    return NULL;
}

TEST(two_threads_that_touch_a_block_at_once_both_get_it_back)
{
    verified("");
    unsigned char *block = paged(100);
    pthread_barrier_init(&turn, NULL, 3);
    pthread_t threads[] = {start(touch_in_turn, block), start(touch_in_turn, block)};
    for (unsigned i = 0; i < 2000; i++) {
        KeLowerIrql(up(DISPATCH_LEVEL));
        pthread_barrier_wait(&turn);
        pthread_barrier_wait(&turn);
    }
    joined(threads[0]);
    joined(threads[1]);
    EXPECT_EQUAL(passed.count, 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(threads_trim_free_and_touch_at_the_same_time)
{
    pthread_t threads[4];
    verified("");
    for (unsigned i = 0; i < 4; i++)
        EXPECT(pthread_create(&threads[i], NULL, come_and_go, NULL) == 0);
    for (unsigned i = 0; i < 4; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
    EXPECT_EQUAL(passed.count, 0);
}

TESTS_MAIN("force_irql")
