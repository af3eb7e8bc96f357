/* expool/interlocked_list.h - lists and counters guarded by a spin lock that the routine takes
 * itself. Such a lock is used for nothing else, and its list by no other routines. Any IRQL. */
#ifndef EXPOOL_INTERLOCKED_LIST_H
#define EXPOOL_INTERLOCKED_LIST_H

#include "expool/list.h"
#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Return the entry that was first (Tail: last) before, NULL when the list was empty. [D] */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
/* Returns the entry taken off, NULL when the list was empty. [D] */
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);

/* The same for a singly linked list whose head is an entry. [D] */
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);

/* Add Increment; return the value before. [D] */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
