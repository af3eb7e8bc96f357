/* leak_table.h - the blocks found at the end, by who allocated them, as people and tools get them.
 *   group: | tag | pool | size | allocation stack | reach | blocks | oldest |
 * One at a time; not in a signal handler. */
#ifndef VERIFIER_LEAK_TABLE_H
#define VERIFIER_LEAK_TABLE_H

#include "pool/kind.h"
#include "pool/story.h"
#include "verifier/reach.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leak_group {
    uint32_t tag;
    enum pool_kind pool;
    uint64_t size_bytes;
    stack_id stack;
    enum reach reach;
    uint64_t blocks; /* 0: nobody's */
    uint32_t oldest_ms;
};

struct leak_sum {
    uint64_t blocks;
    uint64_t bytes;
};

struct leak_table {
    struct leak_group *groups; /* hashed; NULL: totals only */
    bool has_reach;            /* blocks were told apart */
    struct leak_sum by_reach[REACH_COUNT];
    struct leak_sum leaks;
    uint64_t not_grouped;
};

/* Makes room for groups; without it there are totals only. */
void leak_table_open(struct leak_table *table);
void leak_table_close(struct leak_table *table);

/* Takes a block. True: it counts as a leak. */
bool leak_table_add(struct leak_table *table, const struct story *story, enum reach reach);

/* Leaves out what is suppressed; writes and records the rest, if there is any. How many leaks. */
size_t leak_table_write(struct leak_table *table);

#endif
