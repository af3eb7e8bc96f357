/* expool/bitmap.h - bitmaps over the caller's own 32-bit words: bit 0 is the lowest of the first.
 * The caller guards them. Indices are not checked, as on Windows; the buffer's last word is read
 * whole. 0xFFFFFFFF stands for "no such place". Any IRQL on resident memory. [D] */
#ifndef EXPOOL_BITMAP_H
#define EXPOOL_BITMAP_H

#include "expool/types.h"

typedef struct _RTL_BITMAP {
    ULONG SizeOfBitMap; /* bits */
    PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;
typedef const RTL_BITMAP *PCRTL_BITMAP;

typedef struct _RTL_BITMAP_RUN {
    ULONG StartingIndex;
    ULONG NumberOfBits;
} RTL_BITMAP_RUN, *PRTL_BITMAP_RUN;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The bits stay as the buffer has them. */
VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap);

/* Changes one bit, a range, or all. The caller sees to it that the range lies in the map, and holds
 * whatever guards it: none of these routines is atomic. Any IRQL on resident memory. [D] */
VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
BOOLEAN RtlTestBit(PCRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);
VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader);
VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader);

/* TRUE when all of the range are so; FALSE for a range of none, or one beyond the end. */
BOOLEAN RtlAreBitsSet(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
BOOLEAN RtlAreBitsClear(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);

/* How many bits of the map, or of a range in it, are so. */
ULONG RtlNumberOfSetBits(PCRTL_BITMAP BitMapHeader);
ULONG RtlNumberOfClearBits(PCRTL_BITMAP BitMapHeader);
ULONG RtlNumberOfSetBitsInRange(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
ULONG RtlNumberOfClearBitsInRange(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);

/* The first such run from HintIndex on, then from the beginning; a hint beyond the end is 0.
 * 0xFFFFFFFF: there is none. */
ULONG RtlFindSetBits(PCRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindClearBits(PCRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
/* The same, and turns the bits it finds. */
ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);

/* Runs of clear bits: the length, 0 for none; where it begins. */
ULONG RtlFindFirstRunClear(PCRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG RtlFindLongestRunClear(PCRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG RtlFindNextForwardRunClear(PCRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                 PULONG StartingRunIndex);
/* The run that ends at FromIndex or next below it. */
ULONG RtlFindLastBackwardRunClear(PCRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                  PULONG StartingRunIndex);
/* The first runs, or the longest of all with the longest first; how many were stored. */
ULONG RtlFindClearRuns(PCRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray, ULONG SizeOfRunArray,
                       BOOLEAN LocateLongestRuns);

/* Source's bits to TargetBit on, and NumberOfBits of them from TargetBit on. */
VOID RtlCopyBitMap(PCRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit);
VOID RtlExtractBitMap(PCRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit,
                      ULONG NumberOfBits);

/* The bit's number, -1 for 0. */
CCHAR RtlFindMostSignificantBit(ULONGLONG Set);
CCHAR RtlFindLeastSignificantBit(ULONGLONG Set);
ULONG RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define RtlCheckBit(BitMapHeader, BitNumber)                                                       \
    ((((BitMapHeader)->Buffer[(BitNumber) / 32]) >> ((BitNumber) % 32)) & 1)

#endif
