/* expool/rtl_misc.h - 64-bit arithmetic of old, LUIDs, random numbers, patterns, stacks. Any IRQL
 * on resident memory. [D] */
#ifndef EXPOOL_RTL_MISC_H
#define EXPOOL_RTL_MISC_H

#include "expool/types.h"

#include <string.h>

#define RTL_WALK_USER_MODE_STACK                    0x00000001
#define RTL_STACK_WALKING_MODE_FRAMES_TO_SKIP_SHIFT 8

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Numbers of 0 to MAXLONG - 1 that only *Seed decides, which they change; not Windows' numbers. */
ULONG RtlRandom(PULONG Seed);
ULONG RtlRandomEx(PULONG Seed);
ULONG RtlUniform(PULONG Seed);

/* How many leading bytes consist of Pattern; Source and Length at multiples of 4, else 0. */
SIZE_T RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern);
/* Length in bytes; what is less than a whole pattern is left. */
VOID RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern);
VOID RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern);
/* TRUE for a Length of 0, too. */
BOOLEAN RtlIsZeroMemory(PVOID Buffer, SIZE_T Length);

/* Return addresses of the callers, the nearest first, FramesToSkip left out; how many there are.
 * *BackTraceHash, which may be NULL, is their sum. */
USHORT RtlCaptureStackBackTrace(ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace,
                                PULONG BackTraceHash);
/* The same; Flags: how many to skip, from bit 8 on. 0 for a user-mode stack: there is none. */
ULONG RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags);

/* Quotient, with *Remainder when asked for. Dividing by 0 is the processor's fault. */
LARGE_INTEGER RtlExtendedLargeIntegerDivide(LARGE_INTEGER Dividend, ULONG Divisor,
                                            PULONG Remainder);
LARGE_INTEGER RtlLargeIntegerDivide(LARGE_INTEGER Dividend, LARGE_INTEGER Divisor,
                                    PLARGE_INTEGER Remainder);
ULONG RtlEnlargedUnsignedDivide(ULARGE_INTEGER Dividend, ULONG Divisor, PULONG Remainder);

#pragma GCC visibility pop

FORCEINLINE LARGE_INTEGER expool_large(LONGLONG Value)
{
    LARGE_INTEGER large;
    large.QuadPart = Value;
    return large;
}

FORCEINLINE LUID expool_luid(LONG Low, LONG High)
{
    LUID luid;
    luid.LowPart = (ULONG)Low;
    luid.HighPart = High;
    return luid;
}

#ifdef __cplusplus
}
#endif

#define RtlEnlargedIntegerMultiply(a, b) expool_large((LONGLONG)(LONG)(a) * (LONG)(b))
#define RtlEnlargedUnsignedMultiply(a, b)                                                          \
    expool_large((LONGLONG)((ULONGLONG)(ULONG)(a) * (ULONG)(b)))
#define RtlExtendedIntegerMultiply(a, b)          expool_large((a).QuadPart *(LONG)(b))
#define RtlConvertLongToLargeInteger(n)           expool_large((LONG)(n))
#define RtlConvertUlongToLargeInteger(n)          expool_large((LONGLONG)(ULONG)(n))
#define RtlLargeIntegerAdd(a, b)                  expool_large((a).QuadPart + (b).QuadPart)
#define RtlLargeIntegerSubtract(a, b)             expool_large((a).QuadPart - (b).QuadPart)
#define RtlLargeIntegerNegate(a)                  expool_large(-(a).QuadPart)
#define EXPOOL_BITS(a)                            ((ULONGLONG)(a).QuadPart)
#define RtlLargeIntegerShiftLeft(a, by)           expool_large((LONGLONG)(EXPOOL_BITS(a) << (by)))
#define RtlLargeIntegerShiftRight(a, by)          expool_large((LONGLONG)(EXPOOL_BITS(a) >> (by)))
#define RtlLargeIntegerArithmeticShift(a, by)     expool_large((a).QuadPart >> (by))
#define RtlLargeIntegerGreaterThan(a, b)          ((a).QuadPart > (b).QuadPart)
#define RtlLargeIntegerGreaterThanOrEqualTo(a, b) ((a).QuadPart >= (b).QuadPart)
#define RtlLargeIntegerEqualTo(a, b)              ((a).QuadPart == (b).QuadPart)
#define RtlLargeIntegerNotEqualTo(a, b)           ((a).QuadPart != (b).QuadPart)
#define RtlLargeIntegerLessThan(a, b)             ((a).QuadPart < (b).QuadPart)
#define RtlLargeIntegerLessThanOrEqualTo(a, b)    ((a).QuadPart <= (b).QuadPart)
#define RtlLargeIntegerGreaterThanZero(a)         ((a).QuadPart > 0)
#define RtlLargeIntegerGreaterOrEqualToZero(a)    ((a).QuadPart >= 0)
#define RtlLargeIntegerEqualToZero(a)             ((a).QuadPart == 0)
#define RtlLargeIntegerNotEqualToZero(a)          ((a).QuadPart != 0)
#define RtlLargeIntegerLessThanZero(a)            ((a).QuadPart < 0)
#define RtlLargeIntegerLessOrEqualToZero(a)       ((a).QuadPart <= 0)

#define RtlEqualLuid(a, b)       (!memcmp((a), (b), sizeof(LUID)))
#define RtlIsZeroLuid(luid)      ((BOOLEAN)(((luid)->LowPart | (ULONG)(luid)->HighPart) == 0))
#define RtlCopyLuid(to, from)    ((void)(*(to) = *(from)))
#define RtlConvertLongToLuid(n)  expool_luid((LONG)(n), (LONG)(n) < 0 ? -1 : 0)
#define RtlConvertUlongToLuid(n) expool_luid((LONG)(n), 0)

/* Numbers at odd addresses. */
#define RtlStoreUshort(to, n) ((void)memcpy((to), &(USHORT){(USHORT)(n)}, sizeof(USHORT)))
#define RtlStoreUlong(to, n)  ((void)memcpy((to), &(ULONG){(ULONG)(n)}, sizeof(ULONG)))
#define RtlStoreUlonglong(to, n)                                                                   \
    ((void)memcpy((to), &(ULONGLONG){(ULONGLONG)(n)}, sizeof(ULONGLONG)))
#define RtlRetrieveUshort(to, from)                   ((void)memcpy((to), (from), sizeof(USHORT)))
#define RtlRetrieveUlong(to, from)                    ((void)memcpy((to), (from), sizeof(ULONG)))
#define RtlPrefetchMemoryNonTemporal(address, length) __builtin_prefetch(address)

#endif
