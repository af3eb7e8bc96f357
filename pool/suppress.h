/* suppress.h - findings that are to be left out: the files of the options `suppressions` and
 * `known`, read before main. Matching takes no lock and no memory: it happens in reports.
 *   rule         tag    frame              limits
 *   leak         Strg   libx.so!*Unicode*  max=3  until=2027-06-30  reason="issue 123"
 *   only         My??                                          nothing else is reported
 *   leak:pattern                                               as LeakSanitizer's files have it */
#ifndef POOL_SUPPRESS_H
#define POOL_SUPPRESS_H

#include "pool/report.h"
#include "pool/stack.h"

#include <stdbool.h>
#include <stdint.h>

/* True: it is to be passed over, and has been counted. */
bool suppress_finding(const struct report *report);

/* The same for a row of a leak table. */
bool suppress_leak(uint32_t tag, stack_id stack, uint64_t blocks, uint64_t bytes);

/* Adds the line that would suppress the finding. */
void suppress_propose(struct text *text, const struct report *report);
void suppress_propose_leak(struct text *text, uint32_t tag, stack_id stack);

/* Tells which were used, and warns of those that were not or have expired. Returns 1 when
 * strict_suppressions=1 makes that a failure, else 0. Once. */
int suppress_end(void);

#endif
