/* expool/resource.h - executive resources: many share one, or one thread has it alone; recursive;
 * with queues of waiters. Layout as on x64; the fields belong to the routines. [H] */
#ifndef EXPOOL_RESOURCE_H
#define EXPOOL_RESOURCE_H

#include "expool/list.h"
#include "expool/status.h"
#include "expool/types.h"

typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;

typedef struct _OWNER_ENTRY {
    ERESOURCE_THREAD OwnerThread;
    __extension__ union {
        __extension__ struct {
            ULONG IoPriorityBoosted : 1;
            ULONG OwnerReferenced : 1;
            ULONG IoQoSPriorityBoosted : 1;
            ULONG OwnerCount : 29;
        };
        ULONG TableSize; /* in the first element of a table */
    };
} OWNER_ENTRY, *POWNER_ENTRY;

typedef struct _ERESOURCE {
    LIST_ENTRY SystemResourcesList;
    POWNER_ENTRY OwnerTable;
    SHORT ActiveCount; /* owners */
    USHORT Flag;
    PVOID SharedWaiters;
    PVOID ExclusiveWaiters;
    OWNER_ENTRY OwnerEntry; /* who has it alone, or the first that shares it */
    ULONG ActiveEntries;
    ULONG ContentionCount;
    ULONG NumberOfSharedWaiters;
    ULONG NumberOfExclusiveWaiters;
    PVOID Reserved2;
    __extension__ union {
        PVOID Address;
        ULONG_PTR CreatorBackTraceIndex;
    };
    KSPIN_LOCK SpinLock;
} ERESOURCE, *PERESOURCE;

#define FLAG_OWNER_POINTER_IS_THREAD 0x1

#define ResourceNeverExclusive       0x10
#define ResourceReleaseByOtherThread 0x20
#define ResourceOwnedExclusive       0x80

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Make a free one; make one that nobody holds as new; take it out of use, which frees what it grew.
 * STATUS_SUCCESS. At most DISPATCH_LEVEL, but for the first APC_LEVEL. Under the verifier:
 * 0xC4/0xD0 for initialising one in use, 0xC4/0xD1 for deleting one that never was. [D] */
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource);

/* Acquire it, alone or shared; a thread may do so again, and who has it alone may also share it.
 * FALSE: not to be had at once and Wait is FALSE. Shared: waits behind those who want it alone,
 * unless the thread has it already; StarveExclusive never does, WaitForExclusive always. Normal
 * kernel APCs must be held back, else 0xC4/0x37 under the verifier. Asking for it alone while
 * sharing it waits for oneself: 0xC4/0x1000 and no hang [P]. At most APC_LEVEL. [D] */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait);

/* Undo one acquisition of the calling thread, or of the owner given. An owner that does not hold it
 * is bug check 0xE3; with APCs enabled 0xC4/0x38 under the verifier. At most DISPATCH_LEVEL. [D] */
VOID ExReleaseResourceLite(PERESOURCE Resource);
VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId);

/* Who has it alone shares it from now on; waiting readers come in. [D] */
VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource);

/* The calling thread's acquisitions belong to OwnerPointer from now on, a pointer with its two low
 * bits set, and are released by ExReleaseResourceForThreadLite with it. [D] */
VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer);
/* Flags: FLAG_OWNER_POINTER_IS_THREAD, the pointer is a thread's object instead. [D] */
VOID ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags);

/* No more priority boosts for owners; there are none. [D][P] */
VOID ExDisableResourceBoostLite(PERESOURCE Resource);

/* TRUE: the calling thread has it alone. The number of its acquisitions, alone or shared. [D] */
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource);
#define ExIsResourceAcquiredLite ExIsResourceAcquiredSharedLite

/* How many wait. [D] */
ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource);
ULONG ExGetSharedWaiterCount(PERESOURCE Resource);

/* The calling thread as an owner. [D] */
ERESOURCE_THREAD ExGetCurrentResourceThread(VOID);

/* The same with the critical region around it; the pointer returned means nothing here. [D] */
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);
VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
