/* expool/rtl.h - memory routines. Any IRQL on resident memory, APC_LEVEL on pageable memory. [D] */
#ifndef EXPOOL_RTL_H
#define EXPOOL_RTL_H

#include "expool/types.h"

#include <string.h>

#define RtlZeroMemory(Destination, Length)          memset((Destination), 0, (Length))
#define RtlZeroBytes(Destination, Length)           memset((Destination), 0, (Length))
#define RtlCopyMemory(Destination, Source, Length)  expool_copy((Destination), (Source), (Length))
#define RtlCopyBytes(Destination, Source, Length)   expool_copy((Destination), (Source), (Length))
#define RtlMoveMemory(Destination, Source, Length)  memmove((Destination), (Source), (Length))
#define RtlFillMemory(Destination, Length, Fill)    memset((Destination), (Fill), (Length))
#define RtlFillBytes(Destination, Length, Fill)     memset((Destination), (Fill), (Length))
#define RtlEqualMemory(Destination, Source, Length) (!memcmp((Destination), (Source), (Length)))
#define RtlCopyMemoryNonTemporal(Destination, Source, Length)                                      \
    expool_copy((Destination), (Source), (Length))

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Zeroes, and no compiler takes it away. Returns Destination. */
PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length);

/* How many leading bytes are equal: Length when all are. */
SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length);

/* Not for drivers: RtlCopyMemory is a copy by the compiler, and under the verifier a question
 * before it: memory that overlaps is bug check 0xC4/0xF0. [D] */
extern UCHAR expool_copy_is_judged;
void expool_copy_judge(const void *Destination, const void *Source, SIZE_T Length);

#pragma GCC visibility pop

static __inline__ __attribute__((always_inline, unused)) void *
expool_copy(void *Destination, const void *Source, SIZE_T Length)
{
    if (__builtin_expect(expool_copy_is_judged, 0))
        expool_copy_judge(Destination, Source, Length);
    return memcpy(Destination, Source, Length);
}
#ifdef __cplusplus
}
#endif
#endif
