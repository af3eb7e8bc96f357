/* serve.h - blocks for the C library's family: from special pool, a page and a guard each; when
 * that is full from normal pool; before and inside the engine from bootstrap's arena. An address
 * tells which. `frame` is the frame of the routine the program called. errno is kept, but for
 * ENOMEM. */
#ifndef PRELOAD_SERVE_H
#define PRELOAD_SERVE_H

#include "pool/request.h"

#include <stddef.h>

/* NULL and ENOMEM: no memory, or more than PTRDIFF_MAX. Of the request size, alignment, zero,
 * family and frame are the caller's; the rest is made here. */
void *serve_allocate(struct request request);

/* What serve_allocate did not have the C++ library's new will ask for again: this thread's next
 * allocation fails, once. */
void serve_fail_next(void);

/* Frees, or raises what is wrong with the address, the size said, or the family. NULL: nothing. */
void serve_free(const struct release *release);

/* The block at the address moves to one of another size; NULL and ENOMEM: it stays. An address that
 * is no live block's is raised as a wrong free. */
void *serve_resize(void *address, size_t size_bytes, const void *frame);

/* The size asked for; 0 when no live block begins at the address. */
size_t serve_size(const void *address);

#endif
