/* counters.h - the process's counters (expool/counters.h): memory like any other until
 * verifier/control.c puts a file under it that others can read; whoever counts does not notice. */
#ifndef POOL_COUNTERS_H
#define POOL_COUNTERS_H

#include "expool/counters.h"
#include "pool/util.h"

#include <stdbool.h>
#include <stdint.h>

extern HIDDEN struct expool_counters process_counters;
extern HIDDEN _Thread_local struct expool_counter_row *counter_row_mine TLS_FAST;

struct expool_counter_row *counter_row_take(void);

/* The calling thread's row. */
static inline struct expool_counter_row *counter_row(void)
{
    return LIKELY(counter_row_mine != NULL) ? counter_row_mine : counter_row_take();
}

/* COUNT(frees): one more, in the calling thread's row. */
#define COUNT(column) ((void)counter_add(&counter_row()->column, 1))

/* What all threads share. */
#define counter_shared (process_counters.row[0]) /* NOLINT(readability-identifier-naming) */

/* Returns the new value. */
static inline uint64_t counter_add(uint64_t *counter, uint64_t more)
{
    return __atomic_add_fetch(counter, more, __ATOMIC_RELAXED);
}

static inline uint64_t counter_take(uint64_t *counter, uint64_t less)
{
    return __atomic_sub_fetch(counter, less, __ATOMIC_RELAXED);
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
