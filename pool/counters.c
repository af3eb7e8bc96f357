#include "pool/counters.h"

struct expool_counters process_counters;
_Thread_local struct expool_counter_row *counters_mine;

static_assert(sizeof process_counters % PAGE_BYTES == 0, "whole pages, mapped as such");

void counters_join(unsigned index)
{
    counters_mine = index < EXPOOL_COUNTER_ROWS - 1 ? &process_counters.row[index + 1] : NULL;
}

void counters_leave(void)
{
    counters_mine = NULL;
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
