/* counters.h - the process's counters (expool/counters.h): memory like any other until
 * verifier/control.c puts a file under it that others can read; whoever counts does not notice. */
#ifndef POOL_COUNTERS_H
#define POOL_COUNTERS_H

#include "expool/counters.h"
#include "pool/util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern HIDDEN struct expool_counters process_counters;
extern HIDDEN _Thread_local struct expool_counter_row *counters_mine TLS_FAST; /* NULL: row 0 */

/* The calling thread counts in a row of its own from now on, as far as there is one; `index` is 0
 * and up, and no other thread's. */
void counters_join(unsigned index);
void counters_leave(void);

/* Adds to a column in the calling thread's row. */
static inline void counter_more(size_t column_offset, uint64_t more)
{
    struct expool_counter_row *row = counters_mine;
    bool is_shared = row == NULL;
    row = is_shared ? &process_counters.row[0] : row;
    uint64_t *column = (uint64_t *)(void *)((unsigned char *)row + column_offset);
    if (UNLIKELY(is_shared))
        __atomic_fetch_add(column, more, __ATOMIC_RELAXED);
    else
        __atomic_store_n(column, __atomic_load_n(column, __ATOMIC_RELAXED) + more,
                         __ATOMIC_RELAXED);
}

/* COUNT(frees): one more, in the calling thread's row. */
#define COUNT_MORE(column, more) counter_more(offsetof(struct expool_counter_row, column), (more))
#define COUNT(column)            COUNT_MORE(column, 1)

/* Adds to what is there now, and raises the peak beside it: exact with one thread, else the sum of
 * the threads' own peaks. */
static inline void counter_peaked(size_t now_offset, size_t peak_offset, uint64_t more)
{
    struct expool_counter_row *row =
        counters_mine != NULL ? counters_mine : &process_counters.row[0];
    const uint64_t *now = (const uint64_t *)(const void *)((unsigned char *)row + now_offset);
    uint64_t *peak = (uint64_t *)(void *)((unsigned char *)row + peak_offset);
    counter_more(now_offset, more);
    uint64_t reached = __atomic_load_n(now, __ATOMIC_RELAXED);
    if ((int64_t)reached > (int64_t)__atomic_load_n(peak, __ATOMIC_RELAXED))
        __atomic_store_n(peak, reached, __ATOMIC_RELAXED);
}
#define COUNT_PEAKED(column, more)                                                                 \
    counter_peaked(offsetof(struct expool_counter_row, column),                                    \
                   offsetof(struct expool_counter_row, column##_peak), (more))

/* Verified blocks that come (1) or go (-1), by pool. */
static inline void count_verified(bool is_paged, uint64_t blocks, uint64_t bytes)
{
    if (is_paged) {
        COUNT_PEAKED(paged_allocations, blocks);
        COUNT_PEAKED(paged_bytes, bytes);
    } else {
        COUNT_PEAKED(nonpaged_allocations, blocks);
        COUNT_PEAKED(nonpaged_bytes, bytes);
    }
}

/* What all threads share. */
#define counter_shared (process_counters.row[0]) /* NOLINT(readability-identifier-naming) */

/* Returns the new value. */
static inline uint64_t counter_add(uint64_t *counter, uint64_t more)
{
    return __atomic_add_fetch(counter, more, __ATOMIC_RELAXED);
}

static inline uint64_t counter_get(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* Raises a peak to `now`. */
static inline void counter_peak(uint64_t *peak, uint64_t now)
{
    uint64_t highest = counter_get(peak);
    while (
        UNLIKELY(now > highest) &&
        !__atomic_compare_exchange_n(peak, &highest, now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

/* The sum of a column: counter_sum(offsetof(struct expool_counter_row, frees)). */
uint64_t counter_sum(size_t column_offset);
#define COUNTED(column) counter_sum(offsetof(struct expool_counter_row, column))

#endif
