#include "pool/counters.h"

struct expool_counters process_counters;
_Thread_local struct expool_counter_row *counter_row_mine;

static_assert(sizeof process_counters % PAGE_BYTES == 0, "whole pages, mapped as such");

/* Round and round: rows of ended threads are counted in again; two threads in one row only wait for
 * each other's increments. Row 0 is the shared one. */
NOINLINE struct expool_counter_row *counter_row_take(void)
{
    static uint32_t taken;
    uint32_t index = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED) % (EXPOOL_COUNTER_ROWS - 1);
    counter_row_mine = &process_counters.row[index + 1];
    return counter_row_mine;
}

uint64_t counter_sum(size_t column_offset)
{
    uint64_t sum = 0;
    for (unsigned row = 0; row < EXPOOL_COUNTER_ROWS; row++) {
        const char *start = (const char *)&process_counters.row[row];
        sum += counter_get((const uint64_t *)(const void *)(start + column_offset));
    }
    return sum;
}
