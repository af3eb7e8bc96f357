/* expool/rtl.h - memory routines. Any IRQL on resident memory, APC_LEVEL on pageable memory. [D] */
#ifndef EXPOOL_RTL_H
#define EXPOOL_RTL_H

#include "expool/types.h"

#include <string.h>

#define RtlZeroMemory(Destination, Length)          memset((Destination), 0, (Length))
#define RtlZeroBytes(Destination, Length)           memset((Destination), 0, (Length))
#define RtlCopyMemory(Destination, Source, Length)  memcpy((Destination), (Source), (Length))
#define RtlCopyBytes(Destination, Source, Length)   memcpy((Destination), (Source), (Length))
#define RtlMoveMemory(Destination, Source, Length)  memmove((Destination), (Source), (Length))
#define RtlFillMemory(Destination, Length, Fill)    memset((Destination), (Fill), (Length))
#define RtlFillBytes(Destination, Length, Fill)     memset((Destination), (Fill), (Length))
#define RtlEqualMemory(Destination, Source, Length) (!memcmp((Destination), (Source), (Length)))
#define RtlCopyMemoryNonTemporal(Destination, Source, Length)                                      \
    memcpy((Destination), (Source), (Length))

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Zeroes, and no compiler takes it away. Returns Destination. */
PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length);

/* How many leading bytes are equal: Length when all are. */
SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
