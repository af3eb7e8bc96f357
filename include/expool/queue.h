/* expool/queue.h - kernel queues: entries that threads wait for. Layout as on x64. [H] */
#ifndef EXPOOL_QUEUE_H
#define EXPOOL_QUEUE_H

#include "expool/dispatcher.h"

typedef struct _KQUEUE {
    DISPATCHER_HEADER Header; /* signalled as often as there are entries */
    LIST_ENTRY EntryListHead;
    volatile ULONG CurrentCount;
    ULONG MaximumCount;
    LIST_ENTRY ThreadListHead;
} KQUEUE, *PKQUEUE, *PRKQUEUE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Count: how many threads may work at once, 0: one a processor; kept, and not enforced [P]. */
VOID KeInitializeQueue(PRKQUEUE Queue, ULONG Count);
/* Behind the others, or in front; how many there were before. At most DISPATCH_LEVEL. [D] */
LONG KeInsertQueue(PRKQUEUE Queue, PLIST_ENTRY Entry);
LONG KeInsertHeadQueue(PRKQUEUE Queue, PLIST_ENTRY Entry);
/* The first entry, waited for as by KeWaitForSingleObject; (PLIST_ENTRY)STATUS_TIMEOUT. [D] */
PLIST_ENTRY KeRemoveQueue(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode, PLARGE_INTEGER Timeout);
/* Entries there are. */
LONG KeReadStateQueue(PRKQUEUE Queue);
/* Empties the queue: the first of a ring of entries without a head; NULL: there was none. Nobody
 * may be waiting. PASSIVE_LEVEL. [D] */
PLIST_ENTRY KeRundownQueue(PRKQUEUE Queue);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
