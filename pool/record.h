/* record.h - the binary record of a finding (include/expool/record.h), put together in one buffer
 * and appended in one write. One at a time; async-signal-safe. */
#ifndef POOL_RECORD_H
#define POOL_RECORD_H

#include "pool/kind.h"
#include "pool/report.h"
#include "pool/stack.h"

/* `text`: the report as it is read. False: nobody wants records, or none could be written. */
bool record_violation(const struct report *report, const struct text *text);

/* A row of a leak table. */
struct record_leak {
    uint64_t bytes;
    uint64_t blocks;
    uint64_t size_bytes;
    uint32_t tag;
    enum pool_kind pool;
    uint32_t oldest_ms;
    const char *reach; /* "definitely lost"; NULL: not looked at */
    stack_id stack;
};

struct record_leaks {
    const struct record_leak *rows;
    size_t count;
    uint64_t blocks; /* in all */
    uint64_t bytes;
    const struct text *table; /* as it is read */
};

/* The record of a leak table. Not from a signal handler. */
bool record_leaks(const struct record_leaks *leaks);

#endif
