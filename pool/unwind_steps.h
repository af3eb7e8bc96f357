/* unwind_steps.h - stacks of programs without frame pointers, at the cost of a load or two a frame:
 * how far apart two return addresses lie is a property of the inner one's call site, learnt once
 * from the unwinder.
 *   | address 48 | words to the next return address 16 |     open addressing, an entry is one word
 * No lock: an entry is written at once, and an address that is not known ends in the unwinder. */
#ifndef POOL_UNWIND_STEPS_H
#define POOL_UNWIND_STEPS_H

#include <stdint.h>

/* The return addresses from the routine that owns `frame` upwards, at most `depth`; 0: not all of
 * the way is known. */
unsigned unwind_by_steps(const void *frame, uintptr_t *frames, unsigned depth);

/* Learns from a whole walk: `places` are where the return addresses lay. A distance that is not
 * always the same (alloca, frames aligned anew) is remembered as such: the unwinder has to go that
 * way each time. `is_whole`: the last one is the outermost. */
void unwind_steps_learn(const uintptr_t *frames, const uintptr_t *const *places, unsigned count,
                        int is_whole);

#endif
