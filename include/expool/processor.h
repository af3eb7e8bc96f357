/* expool/processor.h - how many processors there are, and which one the thread is on: Linux' own.
 * A thread may be on another one at the next instruction, whatever its IRQL [P]. Any IRQL. */
#ifndef EXPOOL_PROCESSOR_H
#define EXPOOL_PROCESSOR_H

#include "expool/types.h"

typedef struct _PROCESSOR_NUMBER {
    USHORT Group;
    UCHAR Number; /* in its group */
    UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

#define ALL_PROCESSOR_GROUPS    0xffff
#define MAXIMUM_PROC_PER_GROUP  64
#define INVALID_PROCESSOR_INDEX 0xffffffff

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Group 0 only: 64 at most. *ActiveProcessors, unless NULL, takes a bit for each. [D] */
ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors);
KAFFINITY KeQueryActiveProcessors(VOID);
ULONG KeQueryMaximumProcessorCount(VOID);

/* Of one group, or of ALL_PROCESSOR_GROUPS; 0: no such group. [D] */
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber);
USHORT KeQueryActiveGroupCount(VOID);
USHORT KeQueryMaximumGroupCount(VOID);

/* The number in group 0; the Ex form gives the number over all groups, and *ProcNumber, unless
 * NULL, takes group and number. [D] */
ULONG KeGetCurrentProcessorNumber(VOID);
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
