/* active.h - things that the system follows while they lie in a driver's memory: timers that are
 * set, DPCs and work items that are queued, resources. Freeing pool with one of these in it is
 * found under the verifier. */
#ifndef KERNEL_ACTIVE_H
#define KERNEL_ACTIVE_H

#include <stdbool.h>
#include <stdint.h>

/* One more, one less. */
void active_begin(void);
void active_end(void);

/* Takes one that lies in [start, end) out of use and returns it; NULL: there is none. */
void *timer_take_within(uintptr_t start, uintptr_t end);
void *dpc_take_within(uintptr_t start, uintptr_t end);
void *work_take_within(uintptr_t start, uintptr_t end);
void *resource_take_within(uintptr_t start, uintptr_t end);
void *irp_take_within(uintptr_t start, uintptr_t end);

/* A queued DPC, or a set timer's, with its routine in [start, end): taken out of use, and the
 * routine returned. */
void *dpc_take_calling(uintptr_t start, uintptr_t end);
void *timer_take_calling(uintptr_t start, uintptr_t end);

/* A driver's image at [start, end) is about to go; raises a violation for each thing in use. */
void active_unloaded(uintptr_t start, uintptr_t end, const char *driver, const void *frame);

/* Forgets the locks in [start, end); one that a thread holds is returned and given in `sight`. */
struct lock_sight;
void *lock_take_within(uintptr_t start, uintptr_t end, struct lock_sight *sight);

/* Resources are entered while the verifier runs. */
void resource_enter(const void *resource);
bool resource_forget(const void *resource); /* false: it was not entered */
bool resource_is_entered(const void *resource);

/* Requests, while the rules of I/O are in force. */
void irp_enter(const void *irp);
void irp_forget(const void *irp);

#endif
