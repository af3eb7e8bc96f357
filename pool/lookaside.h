/* lookaside.h - what all lookaside lists are: a stack of spare blocks, bounded by a depth that
 * follows demand.
 *   each second in which the list is used, by the thread that uses it:
 *     few allocations -> half the depth   hardly a miss -> one less   else -> half as much again
 *   a surplus leaves at later frees. Short of memory: half the depth.
 * Counters are plain numbers as on Windows; a lost count under contention is accepted there too. */
#ifndef POOL_LOOKASIDE_H
#define POOL_LOOKASIDE_H

#include "expool/lookaside.h"

#include <stdint.h>

enum lookaside_form {
    LOOKASIDE_EX = 0x4C614C69,     /* Future[0] of a list in use, so that deleting another is */
    LOOKASIDE_LEGACY = 0x4C614C70, /* noticed; the driver's own routines differ */
};

/* Everything but the driver's routines: `type` and `size` as checked, `tag`. */
struct lookaside_plan {
    enum lookaside_form form;
    uint32_t type;
    uint32_t tag;
    size_t size_bytes;
    PALLOCATE_FUNCTION_EX allocate; /* cast to the form's */
    PFREE_FUNCTION_EX free;
};

/* Raises what is wrong with list and size under the verifier; then the list is new. */
void lookaside_start(GENERAL_LOOKASIDE_POOL *list, const struct lookaside_plan *plan,
                     const void *frame);
void *lookaside_take(GENERAL_LOOKASIDE_POOL *list, const void *frame);
void lookaside_give(GENERAL_LOOKASIDE_POOL *list, void *entry, const void *frame);
void lookaside_flush(GENERAL_LOOKASIDE_POOL *list, const void *frame);
/* A list that is none is a violation under the verifier. */
void lookaside_end(GENERAL_LOOKASIDE_POOL *list, const void *frame);

/* It is `second` now, of any clock: the depth follows what happened since the last time. */
void lookaside_follow_demand(GENERAL_LOOKASIDE_POOL *list, uint32_t second);

#endif
