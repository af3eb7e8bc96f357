/* bootstrap.h - memory for who asks before the verifier can serve, or from inside it: the loader,
 * the C library while we start, the calls we make ourselves.
 *   | size | block ... | size | block ... | top ->        one arena, given as it is touched
 * Unguarded and never checked. The block freed last makes room again; the others stay. Every call
 * may be made from anywhere: one atomic word is all there is. */
#ifndef PRELOAD_BOOTSTRAP_H
#define PRELOAD_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed; NULL when the arena is full. `alignment` is a power of two. */
void *bootstrap_allocate(size_t size_bytes, size_t alignment);

/* What of the arena has been handed out; false: nothing. */
bool bootstrap_range(uintptr_t *start, uintptr_t *end);

bool bootstrap_has(const void *address);

/* The size asked for of a block of the arena. */
size_t bootstrap_size(const void *block);

void bootstrap_free(void *block);

#endif
