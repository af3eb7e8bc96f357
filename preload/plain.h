/* plain.h - blocks without guards of their own, from normal pool: when special pool is full, or
 * was not wanted. The pool's seals see who writes over headers; here the size asked for is kept,
 * and the rest of the block checked:
 *   pool block: | ... | size 6, generation 2 | distance 4 | mark 4 | data ... | fill, 8 to 23 |
 *               the distance is that from the pool block to the data */
#ifndef PRELOAD_PLAIN_H
#define PRELOAD_PLAIN_H

#include "pool/request.h"

#include <stdbool.h>
#include <stddef.h>

/* NULL when normal pool is full. */
void *plain_allocate(const struct request *request);

/* False: the address is not normal pool's. Otherwise it has been freed, or a rule was raised. */
bool plain_free(const struct release *release);

/* True, and the size asked for, when a plain block begins at the address. */
bool plain_size(const void *address, size_t *size_bytes);

/* At the end: looks behind every block that this process allocated and did not free; raises what it
 * finds. */
void plain_sweep(const void *frame);
void plain_after_fork_in_child(void);

#endif
