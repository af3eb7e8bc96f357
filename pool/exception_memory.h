/* exception_memory.h - memory for a raise under way: mappings, and where the system has none left,
 * which is when much is raised, one of a few reserves.
 *   reserve -> | taken | 64 KiB | */
#ifndef POOL_EXCEPTION_MEMORY_H
#define POOL_EXCEPTION_MEMORY_H

#include <stddef.h>

/* Zeroed; ends the program when there is none at all. */
void *exception_memory(size_t bytes);
void exception_memory_release(void *start, size_t bytes);

#endif
