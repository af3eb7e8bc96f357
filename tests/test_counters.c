#include "tests/expect.h"

#include "pool/counters.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 20000 };

static void *count_in_row(void *index)
{
    counters_join((unsigned)(uintptr_t)index);
    for (unsigned i = 0; i < ROUNDS; i++)
        COUNT(frees);
    counters_leave();
    return NULL;
}

static struct expool_counter_row sum(void)
{
    struct expool_counter_row all;
    expool_counters_sum(&process_counters, &all);
    return all;
}

static void count_in_threads(unsigned first)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count_in_row, (void *)(first + i));
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(sum().frees, THREADS * ROUNDS);
}

TEST(threads_count_in_rows_of_their_own)
{
    count_in_threads(0);
    EXPECT_EQUAL(process_counters.row[3].frees, ROUNDS);
}

TEST(threads_without_a_row_share_the_first)
{
    count_in_threads(EXPOOL_COUNTER_ROWS);
    EXPECT_EQUAL(process_counters.row[0].frees, THREADS * ROUNDS);
}

TESTS_MAIN("counters")
