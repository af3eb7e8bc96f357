/* expool/dpc.h - deferred procedure calls: a routine that is queued from anywhere and run soon, at
 * DISPATCH_LEVEL, by a thread of ours, one after the other. Layout as on x64. [H] */
#ifndef EXPOOL_DPC_H
#define EXPOOL_DPC_H

#include "expool/list.h"
#include "expool/processor.h"
#include "expool/status.h"
#include "expool/types.h"

struct _KDPC;
typedef VOID KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                               PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
    LowImportance,
    MediumImportance,
    HighImportance, /* in front of the queue */
    MediumHighImportance
} KDPC_IMPORTANCE;

typedef struct _KDPC {
    __extension__ union {
        ULONG TargetInfoAsUlong;
        __extension__ struct {
            UCHAR Type;
            UCHAR Importance;
            volatile USHORT Number;
        };
    };
    SINGLE_LIST_ENTRY DpcListEntry;
    KAFFINITY ProcessorHistory;
    PKDEFERRED_ROUTINE DeferredRoutine;
    PVOID DeferredContext;
    PVOID SystemArgument1;
    PVOID SystemArgument2;
    PVOID DpcData; /* not NULL: queued */
} KDPC, *PKDPC, *PRKDPC;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Any IRQL; the threaded form runs at PASSIVE_LEVEL. [D] */
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);
VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);

/* Queues it with these arguments; FALSE, and nothing changed, when it is queued already. While its
 * routine runs it may be queued again. Any IRQL. [D] */
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);

/* TRUE: it was queued and will not run. Any IRQL. [D] */
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);

/* Which place in the queue; which processor, which changes nothing here. [D] */
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
/* STATUS_INVALID_PARAMETER: there is no such processor. [D] */
NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber);

/* Waits until all that are queued now have run. PASSIVE_LEVEL. [D] */
VOID KeFlushQueuedDpcs(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
