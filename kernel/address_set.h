/* address_set.h - addresses of things that lie in a driver's memory, in buckets by page; nodes are
 * ours, so that nothing depends on that memory. Without memory for a node the thing is not
 * followed, which costs a report and no more. Each set has its own lock.
 *   bucket of a page -> | address | next | -> ... */
#ifndef KERNEL_ADDRESS_SET_H
#define KERNEL_ADDRESS_SET_H

#include "pool/lock.h"

#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_SET_BUCKETS = 1024 };

struct address_node;

struct address_set {
    struct lock lock;
    struct address_node *bucket[ADDRESS_SET_BUCKETS];
};

#define ADDRESS_SET_EMPTY                                                                          \
    {                                                                                              \
        .lock = LOCK_INITIALIZER                                                                   \
    }

void address_set_add(struct address_set *set, const void *thing);
bool address_set_remove(struct address_set *set, const void *thing); /* false: it was not in */
bool address_set_has(struct address_set *set, const void *thing);

/* Takes one in [start, end) out; NULL: there is none. */
void *address_set_take_within(struct address_set *set, uintptr_t start, uintptr_t end);

#endif
