/* expool/region.h - critical and guarded regions: counters of the thread that hold back normal
 * kernel APCs, or all APCs. The IRQL does not change. There are no APCs here, but there are
 * routines that must be called with them held back. */
#ifndef EXPOOL_REGION_H
#define EXPOOL_REGION_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* In pairs, and nested. At most APC_LEVEL, above it 0xC4/0x11A and 0x11B under the verifier; a
 * leave without enter is 0xC4/0x3E. [D] */
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);
VOID KeEnterGuardedRegion(VOID);
VOID KeLeaveGuardedRegion(VOID);

/* TRUE: the thread is in a critical or a guarded region. At most DISPATCH_LEVEL. [D] */
BOOLEAN KeAreApcsDisabled(VOID);

/* TRUE: it is in a guarded region, or at APC_LEVEL or above. At most DISPATCH_LEVEL. [D] */
BOOLEAN KeAreAllApcsDisabled(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
