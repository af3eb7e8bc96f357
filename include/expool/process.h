/* expool/process.h - processes as far as pool quota needs them: somebody to charge. A thread
 * belongs to PsInitialSystemProcess, whose use of pool is neither limited nor counted, until it is
 * attached to another. [D][P] */
#ifndef EXPOOL_PROCESS_H
#define EXPOOL_PROCESS_H

#include "expool/pool.h"
#include "expool/status.h"

typedef struct _EPROCESS *PEPROCESS;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

extern PEPROCESS PsInitialSystemProcess;

/* The process the calling thread is attached to. Any IRQL. [D] */
PEPROCESS PsGetCurrentProcess(VOID);
#define IoGetCurrentProcess() PsGetCurrentProcess()

/* Charges Amount bytes of PoolType's class to Process; raises STATUS_QUOTA_EXCEEDED when that is
 * more than its limit. At most APC_LEVEL. [D] */
VOID PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* The same; returns STATUS_QUOTA_EXCEEDED. [D] */
NTSTATUS PsChargeProcessPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* Returns what was charged; raises STATUS_QUOTA_EXCEEDED when that is more than is charged, and
 * returns nothing then. [D] */
VOID PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* Ours. A process with these limits in bytes; SIZE_MAX: none. NULL when there is no memory, or
 * 65,536 live. */
PEPROCESS expool_process_create(size_t nonpaged_limit, size_t paged_limit);

/* The process goes once nothing is charged to it any more and no thread is attached to it. */
void expool_process_close(PEPROCESS process);

/* How many of these there are: open, or closed while blocks or threads are still theirs. Any
 * IRQL. */
size_t expool_process_count(void);

/* Attaches the calling thread; NULL: to PsInitialSystemProcess. Returns the process before. */
PEPROCESS expool_process_attach(PEPROCESS process);

struct expool_process_quota {
    size_t limit[2]; /* by enum expool_class: non-paged, paged */
    size_t used[2];
    size_t peak[2];
};
/* What the process may hold of each class, holds, and held at most. Any IRQL. */
void expool_process_quota_get(PEPROCESS process, struct expool_process_quota *quota);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
