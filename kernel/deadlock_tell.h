/* deadlock_tell.h - the violations of deadlock detection, with the stacks that explain them. Called
 * with no lock held; each returns when the host says to go on. */
#ifndef KERNEL_DEADLOCK_TELL_H
#define KERNEL_DEADLOCK_TELL_H

#include "kernel/lock_life.h"

void tell_cycle(const struct lock_call *call, const struct lock_cycle *cycle);
void tell_not_initialized(const struct lock_call *call);
void tell_initialized_twice(const struct lock_call *call, const struct lock_sight *before);
void tell_wrong_acquire(const struct lock_call *call, const struct lock_sight *known);
void tell_wrong_release(const struct lock_call *call, const struct lock_sight *held);
/* `first` was acquired later and has to go first. */
void tell_order(const struct lock_call *call, const struct lock_sight *held,
                const struct lock_sight *first);
/* Released by who does not hold it: another thread does, or nobody. */
void tell_not_held(const struct lock_call *call, const struct lock_sight *known);
void tell_thread_end(const struct lock_sight *held, uintptr_t pc, const void *frame);

/* "Held since here, by thread 12:" and the stack. */
void sight_side(const struct lock_sight *sight, struct side_stack *side);

#endif
