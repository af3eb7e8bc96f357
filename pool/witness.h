/* witness.h - what is known of a block of normal pool while a memory checker is there: a record
 * beside the pool, where a header has no room for the size asked for, stacks, thread and time.
 *   page of the pool -> 256 records, one a unit in which a block may begin (a big one: the first)
 * A record outlives its block until another begins at the same place. Who holds the block writes
 * it; reports read without a lock. */
#ifndef POOL_WITNESS_H
#define POOL_WITNESS_H

#include "pool/request.h"
#include "pool/story.h"

#include <stdbool.h>
#include <stddef.h>

/* For the pools' range; false: no memory for the table. Once. */
bool witness_start(const void *start, size_t bytes);

/* The block has been handed out (again, from a lookaside list), or given back. Nothing happens
 * where there is no witness, or the block lies elsewhere. */
void witness_birth(const struct request *request, const void *block);
void witness_death(const void *block, const void *frame);

/* The story of the block at the address: the one that covers it, else the nearest of its page. */
bool witness_tell(const void *address, struct story *story);

/* The same of the block that the heap has found. */
void witness_tell_more(struct story *story);

/* Memcheck takes memory that becomes accessible for the program's: what no live block has of these
 * whole pages is closed again. */
void witness_close(const void *start, size_t bytes);

/* Around a fork. */
void witness_lock(void);
void witness_unlock(void);

#endif
