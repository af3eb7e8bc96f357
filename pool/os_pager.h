/* os_pager.h - content taken from and put into memory that nobody may access at the moment, and
 * memory for secrets. All of it keeps errno and may be called from a signal handler, but for
 * os_secret. */
#ifndef POOL_OS_PAGER_H
#define POOL_OS_PAGER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads from, or writes to, this process's memory whatever its protection; false when the system
 * refuses (no /proc). */
bool os_peek(void *to, const void *from, size_t bytes);
bool os_poke(void *to, const void *from, size_t bytes);
/* True when both work here, tried for real. */
bool os_can_peek(void);

/* Zeroed memory that is not written to swap, where the system allows that, nor to core dumps; NULL
 * when there is none. */
void *os_secret(size_t bytes);
/* The same promise for inherited memory, in a forked child. */
void os_secret_again(void *start, size_t bytes);

/* Bytes nobody can foretell; false when the system has none yet. */
bool os_random_bytes(void *bytes, size_t count);

#endif
