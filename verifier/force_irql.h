/* force_irql.h - Force IRQL checking: from the moment a thread is at DISPATCH_LEVEL or above, paged
 * pool is unreachable, so that a touch which would work by luck on most days is found on every day.
 * Below, the first touch of a page brings it back.
 *   raise -> trim: one call over the ordinary paged pool, one for each paged block of special pool
 *            that was reachable since the last one; nothing when none was
 *   fault -> below DISPATCH_LEVEL: the page, or block, is reachable again;  at or above: 0xD1, 0x0A
 *   blocks: a byte a unit: reachable, trimmed, being freed
 * The IRQL is a thread's and the protection the process's: what another thread has brought back
 * meanwhile is reachable for this one, too. Its spin lock may be taken in the fault handler. */
#ifndef VERIFIER_FORCE_IRQL_H
#define VERIFIER_FORCE_IRQL_H

#include "pool/os.h"
#include "pool/request.h"

#include <stdbool.h>

/* False: no memory for the tables. Idempotent. */
bool force_irql_start(void);

/* The calling thread's IRQL was `from` and is `to`. */
void force_irql_changed(unsigned from, unsigned to);

/* Paged pool is asked for, from wherever; a block was handed out of special pool. */
void force_irql_asked(void);
void force_irql_allocated(const struct request *request, const void *block);

/* Around a free: the block is reachable until it is gone. */
void force_irql_freeing(const void *address);
void force_irql_freed(const void *address);

/* Every block is about to be freed without being looked at. */
void force_irql_freeing_all(void);

enum force_irql_answer {
    FORCE_IRQL_NOT_OURS,
    FORCE_IRQL_RETRY,  /* reachable again */
    FORCE_IRQL_REFUSE, /* it stays away: the IRQL is too high */
};
/* In the fault handler. */
enum force_irql_answer force_irql_fault(const struct os_fault *fault);

#endif
