/* plain.h - blocks without guards of their own, from normal pool: when special pool is full, or
 * was not wanted. The pool's seals see who writes over headers; here the size asked for is kept,
 * and the rest of the block checked:
 *   pool block: | ... | size 8 | front 4 | mark 4 | data ... | fill to the pool block's end |
 *               `front` is the distance from the pool block to the data */
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

#endif
