/* slist.h - the interlocked lists for the pool's own use: their entries may be closed to a memory
 * checker. */
#ifndef POOL_SLIST_H
#define POOL_SLIST_H

#include "expool/list.h"

PSLIST_ENTRY slist_push(PSLIST_HEADER head, PSLIST_ENTRY entry);
PSLIST_ENTRY slist_pop(PSLIST_HEADER head);

#endif
