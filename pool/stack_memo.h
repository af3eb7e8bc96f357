/* stack_memo.h - stacks by unwind tables, remembered: walking the tables costs microseconds,
 * looking again at where the return addresses lay costs a load each.
 *   entry: | sequence | stack | frame | distance to each return address, in words |   64 bytes
 * An entry is found by the frame's address and holds when every return address of its stack still
 * lies where it lay. Direct-mapped, two ways; a writer makes the sequence odd meanwhile. */
#ifndef POOL_STACK_MEMO_H
#define POOL_STACK_MEMO_H

#include "pool/stack.h"

/* The stack of whoever called the routine that owns `frame`; 0: not remembered. */
stack_id stack_memo_find(const void *frame);

/* Remembers `stack`, whose return addresses lay at `places`, the first at `frame`. */
void stack_memo_keep(const void *frame, stack_id stack, const uintptr_t *const *places,
                     unsigned depth);

#endif
