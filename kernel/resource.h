/* resource.h - the engine of executive resources: owners and waiters.
 *
 *   owners:  OwnerEntry | OwnerTable -> | size | entry | entry | ...      found by thread
 *   waiters: a ring of records on the waiters' stacks, the last one's address in the resource
 *
 * The resource's SpinLock guards it, for some instructions only. Who gives it up hands it over:
 * after one owner alone to all waiting readers, after the last reader to the first writer. */
#ifndef KERNEL_RESOURCE_H
#define KERNEL_RESOURCE_H

#include "expool/resource.h"

#include <stdbool.h>

enum resource_wish {
    RESOURCE_ALONE,
    RESOURCE_SHARED, /* behind writers, unless it is the owner's already */
    RESOURCE_SHARED_PAST_WRITERS,
    RESOURCE_SHARED_BEHIND_WRITERS,
};

enum resource_answer { RESOURCE_TAKEN, RESOURCE_BUSY, RESOURCE_DEADLOCK };

/* It was initialised, and not deleted since. */
bool resource_is_started(const ERESOURCE *resource);

/* BUSY only when may_wait is false; DEADLOCK: waiting would be for oneself. */
enum resource_answer resource_take(PERESOURCE resource, enum resource_wish wish, bool may_wait);

/* False: `owner` does not hold it. */
bool resource_drop(PERESOURCE resource, ERESOURCE_THREAD owner);

/* False: the calling thread has it not alone. */
bool resource_share(PERESOURCE resource);

/* False: the calling thread does not hold it. */
bool resource_rename(PERESOURCE resource, ERESOURCE_THREAD owner);

/* Acquisitions of `owner`; 0: none. */
unsigned resource_count(PERESOURCE resource, ERESOURCE_THREAD owner);

unsigned resource_waiters(PERESOURCE resource, bool for_alone);

bool resource_is_alone(PERESOURCE resource, ERESOURCE_THREAD owner);

#endif
