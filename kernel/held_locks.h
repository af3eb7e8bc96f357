/* held_locks.h - the locks that each thread holds, as deadlock detection follows them. Read and
 * changed under lock_graph.lock, but for what is awaited, which is the thread's own. */
#ifndef KERNEL_HELD_LOCKS_H
#define KERNEL_HELD_LOCKS_H

#include "kernel/lock_graph.h"
#include "kernel/thread.h"

struct held_locks {
    struct list all;
    const struct thread *thread;
    unsigned count;
    uintptr_t awaited; /* deadlock_before has recorded `awaited_stack` for it */
    stack_id awaited_stack;
    struct lock_hold hold[LOCKS_HELD_MAX];
};

/* The calling thread's; takes the lock. NULL: no memory, its locks are not followed. */
struct held_locks *held_own(void);
void held_free(struct held_locks *held); /* takes the lock; NULL: nothing */

struct held_locks *held_of(const void *thread); /* NULL: no such thread, or it never held one */
void held_clear_all(void);

struct lock_hold *held_find(struct held_locks *held, uintptr_t lock); /* the one taken last */
void held_remove(struct held_locks *held, struct lock_hold *hold);

#endif
