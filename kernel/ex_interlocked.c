/* ex_interlocked.c - lists and counters under a caller's spin lock. Windows switches interrupts off
 * meanwhile; there are none here, so the IRQL stays. */
#include "expool/interlocked_list.h"

#include "kernel/misuse.h"
#include "kernel/spin_word.h"
#include "pool/kind.h"
#include "pool/touch.h"

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(ListHead);
    TOUCHES(ListHead->Flink);
    TOUCHES(ListEntry);
    PLIST_ENTRY first = ListHead->Flink;
    InsertHeadList(ListHead, ListEntry);
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return first == ListHead ? NULL : first;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(ListHead);
    TOUCHES(ListHead->Blink);
    TOUCHES(ListEntry);
    PLIST_ENTRY last = ListHead->Blink;
    InsertTailList(ListHead, ListEntry);
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return last == ListHead ? NULL : last;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(ListHead);
    TOUCHES(ListHead->Flink);
    TOUCHES(ListHead->Flink->Flink);
    PLIST_ENTRY entry = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(ListHead);
    TOUCHES(ListEntry);
    PSINGLE_LIST_ENTRY first = ListHead->Next;
    ListEntry->Next = first;
    ListHead->Next = ListEntry;
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return first;
}

PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(ListHead);
    PSINGLE_LIST_ENTRY entry = ListHead->Next;
    if (entry != NULL) {
        TOUCHES(entry);
        ListHead->Next = entry->Next;
    }
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return entry;
}

ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(Addend);
    ULONG before = *Addend;
    *Addend = before + Increment;
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return before;
}

LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock)
{
    spin_take(Lock, LOCK_SPIN, OWN_FRAME);
    TOUCHES(Addend);
    LARGE_INTEGER before = *Addend;
    Addend->QuadPart = (LONGLONG)((ULONGLONG)before.QuadPart + (ULONGLONG)Increment.QuadPart);
    spin_drop(Lock, LOCK_SPIN, irql_current, OWN_FRAME);
    return before;
}
