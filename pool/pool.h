/* pool.h - the three pools side by side in one reserved range, so that an address tells its pool.
 *   | NonPagedPool | NonPagedPoolNx | PagedPool |
 * The way of an allocation: ex_pool.c -> pool_allocate: rules -> hook (verifier) or heap. */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include "pool/request.h"
#include "pool/story.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct expool_class_statistics;
struct heap;

/* Judges the request, serves it, raises STATUS_INSUFFICIENT_RESOURCES when it asks for that. NULL:
 * out of memory, or a rule was broken and the host went on. */
void *pool_allocate(const struct request *request);

/* Raises the rule that the request breaks; false: none. */
bool pool_refuses(const struct request *request);

/* Not 0, and not reserved. */
bool pool_tag_is_allowed(uint32_t tag);

/* From normal pool, whatever a hook would say; for the hook. NULL: out of memory. */
void *pool_serve(const struct request *request);

/* Frees or raises what is wrong. */
void pool_free(const struct release *release);

/* To normal pool, whatever a hook would say; for the hook. */
void pool_give(const struct release *release);

/* A failure with status `status`: NULL, or the raise the request asks for. */
void *pool_fail(const struct request *request, uint32_t status);

/* True when `address` lies in the range of a pool; its story, as far as it has one. Takes the
 * pool's lock: not from a signal handler. */
bool pool_tell(const void *address, struct story *story);

/* True when `address` lies in the range of a pool. From a signal handler too. */
bool pool_has(const void *address, enum pool_kind *kind);

/* The engine behind a pool. */
struct heap *pool_heap(enum pool_kind kind);

const char *pool_check(void);
size_t pool_trim(void);
bool pool_restart(void); /* see expool_pool_restart */
/* What is in use of pools and special pool is for reading only, or for writing again. */
void pool_freeze(bool on);

/* Reserves the pools; done before main, and again by the first allocation if that comes earlier. */
void pool_start(void);

/* `backend` as the option's words. False while there is a page in use, a cached block's too: what
 * exists was made by the other back end. Takes the heaps' locks, in pool order. */
bool pool_choose_backend(unsigned backend);

#endif
