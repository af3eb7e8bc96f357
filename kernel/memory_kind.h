/* memory_kind.h - what kind of memory a driver hands over. */
#ifndef KERNEL_MEMORY_KIND_H
#define KERNEL_MEMORY_KIND_H

#include <stdbool.h>

struct story;

/* In a block of pool that is in use: true, and its story. Takes the pool's lock. */
bool memory_is_pool(const void *address, struct story *story);
bool memory_is_paged(const volatile void *object); /* in paged pool */
bool memory_is_stack(const void *address);         /* of the calling thread */

#endif
