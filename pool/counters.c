#include "pool/counters.h"

#include <stdatomic.h>

struct expool_counters process_counters;
_Thread_local struct expool_counter_row *counters_mine;

/* Rows that a thread has had: the rest are zeros that nobody has touched. */
static _Atomic unsigned rows_used = 1;

static_assert(sizeof process_counters % PAGE_BYTES == 0, "whole pages, mapped as such");

static void use_rows(unsigned rows)
{
    unsigned before = atomic_load_explicit(&rows_used, memory_order_relaxed);
    while (before < rows && !atomic_compare_exchange_weak(&rows_used, &before, rows))
        ;
}

void counters_join(unsigned index)
{
    if (index < EXPOOL_COUNTER_ROWS - 1)
        use_rows(index + 2);
    counters_mine = index < EXPOOL_COUNTER_ROWS - 1 ? &process_counters.row[index + 1] : NULL;
}

void counters_leave(void)
{
    counters_mine = NULL;
}

uint64_t counter_sum(size_t column_offset)
{
    uint64_t sum = 0;
    unsigned rows = atomic_load_explicit(&rows_used, memory_order_acquire);
    for (unsigned row = 0; row < rows; row++) {
        const char *start = (const char *)&process_counters.row[row];
        sum += counter_get((const uint64_t *)(const void *)(start + column_offset));
    }
    return sum;
}
