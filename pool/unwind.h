/* unwind.h - walking the calling thread's stack: along frame pointers (a few nanoseconds), or by
 * unwind tables (microseconds, but right for every program).
 *   frame -> | caller's frame | return address |  */
#ifndef POOL_UNWIND_H
#define POOL_UNWIND_H

#include "pool/checker.h"
#include "pool/sanitizer.h"

#include <stdint.h>

/* Frames and the unwinder are nothing that a sanitizer has looked at. */
#ifdef __clang__
#define READS_ANY_STACK __attribute__((no_sanitize("address", "memory")))
#else
#define READS_ANY_STACK __attribute__((no_sanitize("address")))
#endif

/* Where the routine that owns `frame` returns to: its caller. The processor wrote that. */
READS_UNWRITTEN static inline uintptr_t unwind_caller(const void *frame)
{
    return ((const uintptr_t *)frame)[1];
}

/* A walk along what may never have been written: no memory checker minds, and its result counts as
 * written. */
typedef unsigned unwind_walk(const void *frame, uintptr_t *frames, unsigned depth);
static inline __attribute__((always_inline)) unsigned
unwind_unseen(unwind_walk *walk, const void *frame, uintptr_t *frames, unsigned depth)
{
    checker_look_away();
    unsigned count = walk(frame, frames, depth);
    checker_open(&count, sizeof count, true);
    checker_look();
    checker_open(frames, count * sizeof *frames, true);
    return count;
}

/* Return addresses from the routine that owns `frame` upwards, at most `depth`. The way is the
 * option `unwind`; "auto" compares the two on the first stacks and stays with tables when frame
 * pointers fall short. */
unsigned unwind_quick(const void *frame, uintptr_t *frames, unsigned depth);

/* Along frame pointers only; 0 when `frame` does not lie in this thread's stack. */
unsigned unwind_frames(const void *frame, uintptr_t *frames, unsigned depth);

/* By unwind tables, beginning at the frame whose address is `pc`, through signal frames. Where `pc`
 * is not met (no tables there), it comes alone. */
unsigned unwind_full(uintptr_t pc, uintptr_t *frames, unsigned depth);

/* The same addresses as unwind_quick, by unwind tables from the innermost frame there is. 0 when
 * `frame` is not met. */
unsigned unwind_above(const void *frame, uintptr_t *frames, unsigned depth);

#endif
