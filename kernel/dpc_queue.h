/* dpc_queue.h - the queue of DPCs, for timers. Guarded by dispatcher_lock. */
#ifndef KERNEL_DPC_QUEUE_H
#define KERNEL_DPC_QUEUE_H

#include "expool/dpc.h"

#include <stdbool.h>

/* False: it is queued already. */
bool dpc_insert_locked(PKDPC dpc, PVOID argument1, PVOID argument2);

#endif
