/* call_hold.h - calls of a driver's routines that are under way: each counts in what it was called
 * for, and stands in a list of the thread's. After a fork only the calling thread's are under way;
 * the others' would be waited for for ever. */
#ifndef KERNEL_CALL_HOLD_H
#define KERNEL_CALL_HOLD_H

#include <stddef.h>

/* On the stack of who calls. */
struct call_hold {
    struct call_hold *outer;
    unsigned *count;
};

/* Both under the lock that guards the count; holds end in the order opposite to their begin. */
void call_hold_begin(struct call_hold *hold, unsigned *count);
void call_hold_end(struct call_hold *hold);

/* How many of the calling thread's holds are of `count`: in the child of a fork, all there are. */
unsigned call_holds_of_thread(const unsigned *count);

#endif
