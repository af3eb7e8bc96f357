/* expool/list.h - doubly linked lists, and the interlocked singly linked list that lookaside lists
 * are made of: safe between threads, and an entry may be freed as soon as it is popped. [H] */
#ifndef EXPOOL_LIST_H
#define EXPOOL_LIST_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

/* Word 0: depth in 16 bits, sequence in 48, grown by every push; word 1: the first entry's address.
 * Changed by the routines below only. */
typedef struct DECLSPEC_ALIGN(16) _SLIST_HEADER {
    ULONGLONG Alignment;
    ULONGLONG Region;
} SLIST_HEADER, *PSLIST_HEADER;

#pragma GCC visibility push(default)

/* FatalListEntryError's body. */
__attribute__((cold)) VOID expool_list_broken(PVOID previous, PVOID entry, PVOID next);

#pragma GCC visibility pop

/* Neighbours that do not point at each other: 0x139/0x03, with their addresses. The routines below
 * call it, unless NO_KERNEL_LIST_ENTRY_CHECKS is defined; returns when the host lets the stop pass,
 * and the links are then changed as without the check. Any IRQL. [H][P] */
FORCEINLINE VOID FatalListEntryError(PVOID p1, PVOID p2, PVOID p3)
{
    expool_list_broken(p1, p2, p3);
}

#ifdef NO_KERNEL_LIST_ENTRY_CHECKS
#define EXPOOL_LIST_IS_BROKEN(condition) 0
#else
#define EXPOOL_LIST_IS_BROKEN(condition) __builtin_expect((condition), 0)
#endif

/* The list routines touch the entry and its neighbours: any IRQL on resident memory, APC_LEVEL on
 * pageable memory. No lock is taken. [D] */

/* Stops unless both neighbours point at Entry. */
FORCEINLINE VOID RtlpCheckListEntry(PLIST_ENTRY Entry)
{
    if (EXPOOL_LIST_IS_BROKEN(Entry->Flink->Blink != Entry || Entry->Blink->Flink != Entry))
        FatalListEntryError(Entry->Blink, Entry, Entry->Flink);
}

/* Makes the list empty. */
FORCEINLINE VOID InitializeListHead(PLIST_ENTRY ListHead)
{
    ListHead->Flink = ListHead->Blink = ListHead;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
    return (BOOLEAN)(ListHead->Flink == ListHead);
}

/* TRUE when the list is empty afterwards. */
FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    PLIST_ENTRY next = Entry->Flink;
    PLIST_ENTRY previous = Entry->Blink;
    RtlpCheckListEntry(Entry);
    previous->Flink = next;
    next->Blink = previous;
    return (BOOLEAN)(next == previous);
}

/* The entry; ListHead itself when the list is empty. */
FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Flink;
    if (EXPOOL_LIST_IS_BROKEN(entry->Blink != ListHead))
        FatalListEntryError(ListHead, entry, entry->Flink);
    RemoveEntryList(entry);
    return entry;
}

FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Blink;
    if (EXPOOL_LIST_IS_BROKEN(entry->Flink != ListHead))
        FatalListEntryError(entry->Blink, entry, ListHead);
    RemoveEntryList(entry);
    return entry;
}

FORCEINLINE VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    PLIST_ENTRY last = ListHead->Blink;
    if (EXPOOL_LIST_IS_BROKEN(last->Flink != ListHead))
        FatalListEntryError(last, ListHead, last->Flink);
    Entry->Flink = ListHead;
    Entry->Blink = last;
    last->Flink = Entry;
    ListHead->Blink = Entry;
}

FORCEINLINE VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    PLIST_ENTRY first = ListHead->Flink;
    if (EXPOOL_LIST_IS_BROKEN(first->Blink != ListHead))
        FatalListEntryError(first->Blink, ListHead, first);
    Entry->Flink = first;
    Entry->Blink = ListHead;
    first->Blink = Entry;
    ListHead->Flink = Entry;
}

/* Joins a list without a head, of which ListToAppend is the first, to the end of another. */
FORCEINLINE VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend)
{
    PLIST_ENTRY last = ListHead->Blink;
    RtlpCheckListEntry(ListHead);
    RtlpCheckListEntry(ListToAppend);
    ListHead->Blink->Flink = ListToAppend;
    ListHead->Blink = ListToAppend->Blink;
    ListToAppend->Blink->Flink = ListHead;
    ListToAppend->Blink = last;
}

/* Puts Entry first. Nothing guards the list. */
FORCEINLINE VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}

/* NULL when the list is empty. */
FORCEINLINE PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
    PSINGLE_LIST_ENTRY first = ListHead->Next;
    if (first != NULL)
        ListHead->Next = first->Next;
    return first;
}

#pragma GCC visibility push(default)

/* A header that does not lie at a multiple of 16 is a raise of STATUS_DATATYPE_MISALIGNMENT. Any
 * IRQL, for all of these. [D] */
VOID InitializeSListHead(PSLIST_HEADER SListHead);
/* Returns the previous first entry, NULL when the list was empty. */
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
/* Returns the entry taken off, NULL when the list was empty. */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead);
/* Returns the whole chain, NULL when the list was empty. */
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead);
/* 16 bits: wraps at 65,536. */
USHORT QueryDepthSList(PSLIST_HEADER SListHead);

#pragma GCC visibility pop

/* A look without a lock: the entry may be gone when the caller has it. [H] */
FORCEINLINE PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER *ListHead)
{
    return (PSLIST_ENTRY)(ULONG_PTR)ListHead->Region;
}

#define ExInitializeSListHead(Head)                    InitializeSListHead(Head)
#define ExQueryDepthSList(Head)                        QueryDepthSList(Head)
#define ExInterlockedPushEntrySList(Head, Entry, Lock) InterlockedPushEntrySList(Head, Entry)
#define ExInterlockedPopEntrySList(Head, Lock)         InterlockedPopEntrySList(Head)
#define ExInterlockedFlushSList(Head)                  InterlockedFlushSList(Head)

#ifdef __cplusplus
}
#endif
#endif
