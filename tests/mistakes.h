/* mistakes.h - what the tests of the usual mistakes share. The numbers are those of the list of
 * what is easy to get wrong (pool-api.md, section 6). */
#ifndef TESTS_MISTAKES_H
#define TESTS_MISTAKES_H

#include "tests/expect.h"
#include "tests/raised.h"

#include <ntifs.h>

#include "expool/statistics.h"

enum { TAG = 'tsiM', SIZE = 100 };

static inline bool holds(const void *bytes, SIZE_T count, unsigned char value)
{
    const unsigned char *at = bytes;
    while (count > 0 && *at == value) {
        at++;
        count--;
    }
    return count == 0;
}

static inline uint64_t live_blocks(ULONG tag)
{
    struct expool_tag_statistics statistics;
    expool_tag_statistics_get(tag, &statistics);
    return statistics.pool[0].allocations - statistics.pool[0].frees +
           statistics.pool[1].allocations - statistics.pool[1].frees;
}

#endif
