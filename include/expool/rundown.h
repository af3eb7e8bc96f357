/* expool/rundown.h - run-down protection: an object may be used while protected, and is taken down
 * when the last use has ended. Layout as on x64. [H] */
#ifndef EXPOOL_RUNDOWN_H
#define EXPOOL_RUNDOWN_H

#include "expool/types.h"

/* Bit 0: running down, or run down; above it the number of uses. */
typedef struct _EX_RUNDOWN_REF {
    __extension__ union {
        volatile ULONG_PTR Count;
        PVOID Ptr;
    };
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Any IRQL. [D] */
VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);

/* TRUE: the object may be used until the release; FALSE: it is being taken down. Count: that many
 * at once. Any IRQL. [D] */
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);
VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);

/* Lets no new use begin and waits until all have ended. At most APC_LEVEL. [D] */
VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef);

/* After the wait: run down for good; usable again. [D] */
VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef);
VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
