/* held_time.h - time that a host holds (expool_time_hold): it stands still, and moves on when the
 * host says so or waits itself and nobody else has anything to do. Guarded by dispatcher_lock.
 *
 *   host waits -> all at rest? -> the next timer or end of a wait is due: it is that moment now */
#ifndef KERNEL_HELD_TIME_H
#define KERNEL_HELD_TIME_H

#include "kernel/thread.h"

#include <stdbool.h>
#include <stdint.h>

/* Is it the host that is about to wait, in time that it holds? */
bool held_time_is_mine_locked(const struct thread *thread);

/* A turn of the host's wait: time moves on when all is at rest. False: there is nothing that could
 * ever end the wait, and the host is to be told. */
bool held_time_turn_locked(void);

/* As the host gave it; NULL: none. */
void (*held_time_on_hang(void))(void);

/* No DPC and no work item is queued or runs, and each thread that a driver made waits: settle.c. */
bool settle_is_rest_locked(void);

/* In the child of a fork the time goes on being held, by the thread that is there. */
void held_time_forked(struct thread *thread);

#endif
