#include "kernel/rtl_case.h"

#include "kernel/rtl_case_table.h"
#include "pool/util.h"

enum { ASCII_END = 0x80, CASE_BIT = 'a' - 'A' };

static int range_order(const struct case_range *range, uint16_t letter)
{
    if (letter < range->first)
        return -1;
    return letter > range->last;
}

static uint16_t moved(const struct case_range *ranges, size_t count, uint16_t letter)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = (low + high) / 2;
        const struct case_range *range = &ranges[middle];
        int order = range_order(range, letter);
        if (order == 0)
            return (letter - range->first) % range->step == 0 ? (uint16_t)(letter + range->delta)
                                                              : letter;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return letter;
}

uint16_t case_upper(uint16_t letter)
{
    if (letter >= ASCII_END)
        return moved(upper_ranges, COUNT_OF(upper_ranges), letter);
    return letter >= 'a' && letter <= 'z' ? (uint16_t)(letter - CASE_BIT) : letter;
}

uint16_t case_lower(uint16_t letter)
{
    if (letter >= ASCII_END)
        return moved(lower_ranges, COUNT_OF(lower_ranges), letter);
    return letter >= 'A' && letter <= 'Z' ? (uint16_t)(letter + CASE_BIT) : letter;
}
