/* margin.h - the bytes around a block in special pool, which carry a pattern: what of them was
 * changed, and what the block's free and each sweep have to say of it. */
#ifndef FUZZ_MARGIN_H
#define FUZZ_MARGIN_H

#include "fuzz/damage.h"

/* All damage so far, in order. */
struct damage_log {
    unsigned count;
    struct damage_bytes rows[PROGRAM_OPS_MAX];
};

/* The stop that a look at the live block brings; OUTCOME_SUCCESS: none. Damage counts from the
 * log's row `since` on, when the block was new. */
struct expectation margin_expect(const struct damage_log *log, unsigned since,
                                 const struct handle *handle);

#endif
