/* timer_queue.h - timers and DPCs under the lock that is held already. Guarded by
 * dispatcher_lock. */
#ifndef KERNEL_TIMER_QUEUE_H
#define KERNEL_TIMER_QUEUE_H

#include "expool/dpc.h"
#include "expool/timer.h"

#include <stdbool.h>

unsigned dpc_count_locked(void);   /* queued */
unsigned timer_count_locked(void); /* set */
uint64_t timer_next_locked(void);  /* when the first one is due; WAIT_FOREVER */
void timer_expire_due_locked(void);
/* Each timer that is set expires now, the first one first. How many. */
unsigned timer_expire_all_locked(void);

/* False: it is queued already. */
bool dpc_insert_locked(PKDPC dpc, PVOID argument1, PVOID argument2);
bool dpc_remove_locked(PKDPC dpc); /* false: it was not queued */

/* True: it was set already. Period in ms. */
bool timer_set_locked(PKTIMER timer, LARGE_INTEGER due_time, ULONG period, PKDPC dpc);
bool timer_cancel_locked(PKTIMER timer); /* false: it was not set */
bool timer_is_set(const KTIMER *timer);

#endif
