/* quarantine.h - freed blocks of normal pool that wait before they are given again, while a
 * memory checker is there: who still uses one meets memory that is closed, not the next owner's.
 * Oldest out first, once there are more than quarantine_pool_mb= of them. To the heap they are
 * cached blocks. */
#ifndef POOL_QUARANTINE_H
#define POOL_QUARANTINE_H

#include "pool/block.h"
#include "pool/kind.h"

#include <stdbool.h>
#include <stddef.h>

/* `bytes` 0: there is none. Once. False: no memory for its list. */
bool quarantine_start(size_t bytes);

/* Takes a block that heap_free_to_cache returned, in place of the cache; passes on what it cannot
 * keep. Raises what is wrong with a block that leaves. */
void quarantine_keep(enum pool_kind kind, struct block *block, const void *frame);

/* Everything of a pool goes back to its heap. */
void quarantine_empty(enum pool_kind kind);

/* Before an allocation is refused: the same for all pools that may be touched at this IRQL. False:
 * nothing was there. */
bool quarantine_give_way(void);

size_t quarantine_bytes(enum pool_kind kind);

/* Around a fork. */
void quarantine_lock(void);
void quarantine_unlock(void);

#endif
