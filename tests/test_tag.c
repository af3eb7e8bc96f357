#include "tests/expect.h"

#include "expool/statistics.h"
#include "pool/request.h"
#include "pool/tag.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>

enum { TAG = 0x31676154, THREADS = 4, ROUNDS = 20000, MANY = 5000 };

static struct expool_tag_statistics read_tag(uint32_t tag)
{
    struct expool_tag_statistics statistics;
    tag_read(tag, &statistics);
    return statistics;
}

TEST(charges_and_refunds_add_up_by_class)
{
    tag_charge(TAG, POOL_PAGED, 100);
    tag_charge(TAG, POOL_NONPAGED, 30);
    tag_charge(TAG, POOL_NONPAGED_EXECUTE, 4);
    tag_refund(TAG, POOL_PAGED, 100);
    struct expool_tag_statistics statistics = read_tag(TAG);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].allocations, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].frees, 1);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].bytes, 0);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].peak_bytes, 100);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].allocations, 2);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_NONPAGED].bytes, 34);
}

TEST(a_tag_never_used_is_all_zero)
{
    struct expool_tag_statistics statistics = read_tag(TAG);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].allocations, 0);
    EXPECT_EQUAL(tag_list(NULL, 0), 0); /* asking makes no row */
    EXPECT_EQUAL(read_tag(0).pool[EXPOOL_CLASS_PAGED].allocations, 0);
}

TEST(the_protection_bit_makes_no_other_tag)
{
    tag_charge(TAG | PROTECTED_POOL_BIT, POOL_PAGED, 64);
    tag_charge(TAG, POOL_PAGED, 64);
    EXPECT_EQUAL(tag_list(NULL, 0), 1);
    EXPECT_EQUAL(read_tag(TAG | PROTECTED_POOL_BIT).pool[EXPOOL_CLASS_PAGED].bytes, 128);
}

TEST(thousands_of_tags_are_kept_apart)
{
    static struct expool_tag_statistics rows[MANY];
    for (uint32_t tag = 1; tag <= MANY; tag++)
        tag_charge(tag << 7, POOL_PAGED, tag);
    for (uint32_t tag = 1; tag <= MANY; tag++)
        EXPECT_EQUAL(read_tag(tag << 7).pool[EXPOOL_CLASS_PAGED].bytes, tag);
    EXPECT_EQUAL(tag_list(rows, 10), MANY); /* more than there was room for */
    EXPECT_EQUAL(tag_list(rows, MANY), MANY);
    uint64_t sum = 0;
    for (unsigned i = 0; i < MANY; i++)
        sum += rows[i].pool[EXPOOL_CLASS_PAGED].bytes;
    EXPECT_EQUAL(sum, (uint64_t)MANY * (MANY + 1) / 2);
}

static void *charge_often(void *unused)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        tag_charge(TAG, POOL_PAGED, 16);
        tag_charge(TAG + i % 8, POOL_NONPAGED, 16);
        tag_refund(TAG, POOL_PAGED, 16);
    }
    return unused;
}

static size_t mapped_pages(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%zu", &pages) == 1);
    fclose(file);
    return pages;
}

/* Room for half of a larger table: 2048 rows of 88 bytes, but not their index. */
TEST(a_table_that_cannot_grow_keeps_no_half)
{
    enum { ROWS_HELD = 1023, ROOM_PAGES = 45 };
    struct rlimit limit;
    for (uint32_t i = 1; i <= ROWS_HELD; i++)
        tag_charge(i, POOL_PAGED, 16);
    size_t before = mapped_pages();
    EXPECT_EQUAL(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = (before + ROOM_PAGES) * 4096;
    EXPECT_EQUAL(setrlimit(RLIMIT_AS, &limit), 0);
    for (uint32_t i = 1; i <= 10; i++)
        tag_charge(ROWS_HELD + i, POOL_PAGED, 16);
    limit.rlim_cur = limit.rlim_max;
    EXPECT_EQUAL(setrlimit(RLIMIT_AS, &limit), 0);
    EXPECT_EQUAL(mapped_pages(), before);
    EXPECT_EQUAL(read_tag(1).pool[EXPOOL_CLASS_PAGED].bytes, 16);
}

TEST(threads_lose_no_count)
{
    pthread_t threads[THREADS];
    struct expool_class_statistics totals = {0};
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&threads[i], NULL, charge_often, NULL) == 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct expool_tag_statistics statistics = read_tag(TAG);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].allocations, THREADS * ROUNDS);
    EXPECT_EQUAL(statistics.pool[EXPOOL_CLASS_PAGED].bytes, 0);
    EXPECT(statistics.pool[EXPOOL_CLASS_PAGED].peak_bytes <= THREADS * 16);
    tag_totals(EXPOOL_CLASS_NONPAGED, &totals);
    EXPECT_EQUAL(totals.bytes, THREADS * ROUNDS * 16);
}

TESTS_MAIN("tag")
