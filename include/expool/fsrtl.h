/* expool/fsrtl.h - small routines of file systems. */
#ifndef EXPOOL_FSRTL_H
#define EXPOOL_FSRTL_H

#include "expool/region.h"
#include "expool/status.h"

#define FsRtlEnterFileSystem() KeEnterCriticalRegion()
#define FsRtlExitFileSystem()  KeLeaveCriticalRegion()

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* FALSE for exceptions that say the system is broken: access violation, misalignment, in-page and
 * illegal instruction errors. Any IRQL. [D] */
BOOLEAN FsRtlIsNtstatusExpected(NTSTATUS Ntstatus);
/* Exception when it is expected, else GenericException. [D] */
NTSTATUS FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
