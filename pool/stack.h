/* stack.h - call stacks: taken, told apart, kept once. A stack is named by a 32-bit id; ids below
 * 65,536 also fit a block header's back-trace field.
 *   depot: hash table -> | hash | depth | frames ... |, append-only, no lock to read. */
#ifndef POOL_STACK_H
#define POOL_STACK_H

#include <stdint.h>

typedef uint32_t stack_id; /* 0: not recorded */

enum { STACK_DEPTH_MAX = 32 };

/* Before the first stack; a second time says nothing. */
void stack_start(void);

/* How stacks are taken: 1 frame in plain mode, options' stack_depth under the verifier. */
void stack_depth_set(unsigned depth);
/* Chooses frame pointers or unwind tables ("auto" compares the two on the first stacks). */
const char *stack_unwinder_name(void); /* "fp" or "dwarf" */

/* The stack of whoever called the routine that owns `frame` (its __builtin_frame_address(0)); 0
 * when the depot is full, which is said once. */
stack_id stack_record(const void *frame);

/* The same in two steps: taken here, kept later. */
struct stack_walk {
    unsigned depth;
    uintptr_t frames[STACK_DEPTH_MAX];
};
void stack_walk(const void *frame, struct stack_walk *walk);
stack_id stack_keep(const struct stack_walk *walk);

/* Copies a recorded stack; returns its depth. */
unsigned stack_frames(stack_id id, uintptr_t frames[STACK_DEPTH_MAX]);

/* As stack_record, but copied out at full depth by the best unwinder there is: for reports. */
unsigned stack_here(const void *frame, uintptr_t frames[STACK_DEPTH_MAX]);

/* The callers of the routine that owns `frame`, in whatever code it is; 0: it is none of this
 * thread's. */
unsigned stack_above(const void *frame, uintptr_t frames[STACK_DEPTH_MAX]);

/* The stack at a fault: starts at `pc`; called in the signal handler that was given it. Where no
 * unwind table knows `pc` (it lies in data), the callers come from `frame`, the frame pointer. */
unsigned stack_at_fault(uintptr_t pc, const void *frame, uintptr_t frames[STACK_DEPTH_MAX]);

#endif
