/* work_queue.h - the queue behind work items of every kind. */
#ifndef KERNEL_WORK_QUEUE_H
#define KERNEL_WORK_QUEUE_H

#include "expool/work_item.h"

#include <stdbool.h>

/* Queues the item. False: it is queued already. */
bool work_queue_insert(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type);

unsigned work_count_locked(void); /* queued */

/* To be called by a wrapper around a driver's routine when that has returned: judges the level and
 * the regions it left, and puts them right. */
void work_judge_return(const void *item, uintptr_t routine, const void *parameter);

#endif
