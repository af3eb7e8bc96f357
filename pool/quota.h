/* quota.h - who pays for which block: a table from a block's address to its process, beside the
 * blocks, whose headers have no room for it.
 *   | address | process | bytes, class |   open addressing, at most half full, own lock
 * Blocks without a payer are not in it; a header of one with a payer has BLOCK_TYPE_QUOTA. */
#ifndef POOL_QUOTA_H
#define POOL_QUOTA_H

#include "pool/request.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct process;

/* What was charged for a block that is about to be. */
struct quota {
    struct process *process; /* NULL: nobody pays */
    size_t bytes;
    int pool_class;
};

/* Charges the current process with the block as it will be rounded; blocks on pages of their own
 * and the system's process cost nothing. False: over its limit. */
bool quota_charge(const struct request *request, struct quota *quota);

/* The block is there: it is entered. NULL: there is none, the charge is returned. */
void quota_settle(const struct quota *quota, void *block);

/* Blocks in the table. */
extern _Atomic(size_t) quota_blocks;

/* Returns the charge to whoever paid for the block, if anybody did. */
void quota_return_known(const void *block);
static inline void quota_return(const void *block)
{
    if (__builtin_expect(atomic_load_explicit(&quota_blocks, memory_order_relaxed) != 0, 0))
        quota_return_known(block);
}

bool quota_is_charged(const void *block);

/* Around fork, after the heaps' locks: a block is taken out while its heap's is held. */
void quota_before_fork(void);
void quota_after_fork(void);

#endif
