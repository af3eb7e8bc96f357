/* expool/stack.h - the calling thread's stack. [H] */
#ifndef EXPOOL_STACK_H
#define EXPOOL_STACK_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Where it begins, at its upper end. Any IRQL. [D] */
PVOID IoGetInitialStack(VOID);
/* Its lower and upper end: Linux' stack, larger than a kernel's [P]. Any IRQL. [D] */
VOID IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit);
/* Bytes below the caller's frame. [D] */
ULONG_PTR IoGetRemainingStackSize(VOID);
/* TRUE when Size bytes at RegionStart lie in it. */
LOGICAL IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
