#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/pool.h"
#include "expool/statistics.h"
#include "pool/block.h"
#include "pool/cache.h"

#include <pthread.h>

enum { TAG = 'hcaC', OTHER = 'rhtO', BLOCKS = 2000, THREADS = 4, ROUNDS = 20000 };

static struct expool_class_statistics nonpaged(void)
{
    struct expool_class_statistics statistics;
    expool_class_statistics_get(EXPOOL_CLASS_NONPAGED, &statistics);
    return statistics;
}

TEST(what_was_freed_last_is_handed_out_first)
{
    void *first = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    void *second = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    ExFreePoolWithTag(first, TAG);
    ExFreePoolWithTag(second, TAG);
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, 97, TAG) == second);
    EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, 112, TAG) == first);
}

TEST(a_cached_block_is_marked_and_its_seal_holds)
{
    void *data = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    struct block *block = block_of_data(data);
    EXPECT(block_is_live(block) && block_is_sealed(block));
    ExFreePool(data);
    EXPECT(block_is_cached(block) && !block_is_live(block) && block_is_sealed(block));
    EXPECT(ExAllocatePoolWithTag(PagedPool, 100, OTHER) == data);
    EXPECT(block_is_live(block) && block_is_sealed(block) && block->tag == OTHER);
    EXPECT(expool_pool_check() == NULL);
}

TEST(a_cached_block_is_counted_for_nobody)
{
    struct expool_tag_statistics statistics;
    ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG), TAG);
    void *data = ExAllocatePoolWithTag(NonPagedPoolNx, 100, OTHER);
    expool_tag_statistics_get(TAG, &statistics);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].allocations, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].frees, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].bytes, 0);
    expool_tag_statistics_get(OTHER, &statistics);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].bytes, 128);
    ExFreePool(data);
}

TEST(freeing_a_cached_block_again_is_a_stop)
{
    void *data = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    ExFreePool(data);
    EXPECT_BUGCHECK(0xC2, 0x07)
    {
        ExFreePool(data);
    }
}

TEST(every_header_byte_that_changes_is_seen_at_the_free)
{
    for (unsigned i = 0; i < BLOCK_HEADER_BYTES; i++) {
        unsigned char *data = ExAllocatePoolWithTag(NonPagedPoolNx, 40 + 16 * i, TAG);
        data[(int)i - BLOCK_HEADER_BYTES] ^= 0x40;
        EXPECT_BUGCHECK_CODE(0x19)
        {
            ExFreePoolWithTag(data, TAG);
        }
    }
}

TEST(paged_pool_stays_closed_at_dispatch_level)
{
    KIRQL old;
    void *data = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    void *kept = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    ExFreePool(data);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_BUGCHECK(0xC2, 0x08)
    {
        ExAllocatePoolWithTag(PagedPool, 100, TAG);
    }
    EXPECT_BUGCHECK(0xC2, 0x09)
    {
        ExFreePool(kept);
    }
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG));
    KeLowerIrql(old);
    EXPECT(ExAllocatePoolWithTag(PagedPool, 100, TAG) == data);
}

/* All sizes a cache takes, freed together: what it keeps is bounded. */
static void *fill_cache(void *held)
{
    static _Thread_local void *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, 16 + i * 13 % 3900, TAG);
    for (unsigned i = 0; i < BLOCKS; i++)
        ExFreePoolWithTag(blocks[i], TAG);
    *(size_t *)held = cache_own_bytes(POOL_NONPAGED);
    return NULL;
}

TEST(a_thread_keeps_64_kib_at_most)
{
    pthread_t threads[THREADS];
    size_t held[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&threads[i], NULL, fill_cache, &held[i]) == 0);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT(held[i] > 0 && held[i] <= CACHE_BYTES);
    }
    expool_pool_trim();
    EXPECT_EQUAL(nonpaged().pages, 0); /* nothing was lost with the threads */
    EXPECT_EQUAL(nonpaged().bytes, 0);
    EXPECT(expool_pool_check() == NULL);
}

TEST(the_only_thread_may_keep_more_and_gives_it_up_in_company)
{
    size_t held = 0;
    size_t alone = 0;
    pthread_t thread;
    fill_cache(&alone);
    EXPECT(alone <= CACHE_BYTES_ALONE);
    EXPECT(pthread_create(&thread, NULL, fill_cache, &held) == 0);
    pthread_join(thread, NULL);
    fill_cache(&alone);
    EXPECT(alone <= CACHE_BYTES_ALONE);
    expool_pool_trim();
    EXPECT_EQUAL(nonpaged().pages, 0);
}

enum { SMALL_BLOCKS = 100 };
static struct block *small[SMALL_BLOCKS];

/* Ends with small blocks in its cache that say that they are of 60 units. */
static void *leave_damaged_blocks(void *unused)
{
    for (unsigned i = 0; i < SMALL_BLOCKS; i++)
        small[i] = block_of_data(ExAllocatePoolWithTag(NonPagedPoolNx, 32, TAG));
    for (unsigned i = 0; i < SMALL_BLOCKS; i++)
        ExFreePool(block_data(small[i]));
    for (unsigned i = 0; i < SMALL_BLOCKS; i++)
        if (block_is_cached(small[i]))
            small[i]->stored_units = 60;
    return unused;
}

TEST(a_damaged_header_does_not_make_a_small_block_serve_a_large_request)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, leave_damaged_blocks, NULL) == 0);
    pthread_join(thread, NULL);
    for (unsigned i = 0; i < SMALL_BLOCKS; i++) {
        const struct block *block = block_of_data(ExAllocatePoolWithTag(NonPagedPoolNx, 944, TAG));
        for (unsigned k = 0; k < SMALL_BLOCKS; k++)
            EXPECT(block != small[k]);
    }
}

static unsigned told;

static enum expool_action count_told(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    told += bugcheck->subcode == (expect_segment() ? 0x12u : 0x0Du);
    return EXPOOL_CONTINUE;
}

TEST(each_damaged_block_that_leaves_a_cache_is_told)
{
    enum { PAIR = 2, HALF_PAGE = 2048 };
    struct block *damaged[PAIR];
    for (unsigned i = 0; i < PAIR; i++) /* each on a page of its own */
        damaged[i] = block_of_data(ExAllocatePoolWithTag(NonPagedPoolNx, HALF_PAGE, TAG));
    for (unsigned i = 0; i < PAIR; i++) {
        ExFreePool(block_data(damaged[i]));
        damaged[i]->tag ^= 1;
    }
    told = 0;
    expool_on_bugcheck(count_told, NULL);
    expool_pool_trim();
    expool_on_bugcheck(NULL, NULL);
    EXPECT_EQUAL(told, PAIR);
    EXPECT(expool_pool_check() == NULL);
}

static void *volatile mailbox[THREADS];

/* Allocates, and frees what the thread before it has allocated. */
static void *pass_around(void *number)
{
    unsigned me = *(const unsigned *)number;
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned char *data = ExAllocatePoolWithTag(NonPagedPoolNx, 16 + i % 500, TAG + me % 2);
        data[0] = (unsigned char)i;
        data = __atomic_exchange_n(&mailbox[(me + i) % THREADS], data, __ATOMIC_ACQ_REL);
        if (data != NULL)
            ExFreePool(data);
    }
    return NULL;
}

TEST(blocks_may_be_freed_by_any_thread)
{
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        EXPECT(pthread_create(&threads[i], NULL, pass_around, &numbers[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < THREADS; i++)
        if (mailbox[i] != NULL)
            ExFreePool(mailbox[i]);
    EXPECT_EQUAL(nonpaged().allocations, THREADS * ROUNDS);
    EXPECT_EQUAL(nonpaged().frees, THREADS * ROUNDS);
    EXPECT_EQUAL(nonpaged().bytes, 0);
    expool_pool_trim();
    EXPECT_EQUAL(nonpaged().pages, 0);
    EXPECT(expool_pool_check() == NULL);
}

TESTS_MAIN("cache")
