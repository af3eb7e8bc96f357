#include "expool/bitmap.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_BITS = 32 };

#define NOWHERE 0xffffffffU

VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap)
{
    BitMapHeader->SizeOfBitMap = SizeOfBitMap;
    BitMapHeader->Buffer = BitMapBuffer;
}

VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    BitMapHeader->Buffer[BitNumber / WORD_BITS] |= (ULONG)1 << (BitNumber % WORD_BITS);
}

VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    BitMapHeader->Buffer[BitNumber / WORD_BITS] &= ~((ULONG)1 << (BitNumber % WORD_BITS));
}

BOOLEAN RtlTestBit(PCRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    return (BOOLEAN)RtlCheckBit(BitMapHeader, BitNumber);
}

/* The bits of one word from `first` on, `count` of them or up to the word's end. */
static ULONG word_mask(ULONG first, ULONG count)
{
    ULONG low = MAXULONG << first;
    return count >= WORD_BITS - first ? low : low & ~(MAXULONG << (first + count));
}

static void fill(PRTL_BITMAP map, ULONG start, ULONG count, bool value)
{
    while (count != 0) {
        ULONG first = start % WORD_BITS;
        ULONG mask = word_mask(first, count);
        if (value)
            map->Buffer[start / WORD_BITS] |= mask;
        else
            map->Buffer[start / WORD_BITS] &= ~mask;
        ULONG done = min(count, WORD_BITS - first);
        start += done;
        count -= done;
    }
}

VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet)
{
    fill(BitMapHeader, StartingIndex, NumberToSet, true);
}

VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear)
{
    fill(BitMapHeader, StartingIndex, NumberToClear, false);
}

static size_t words_bytes(PCRTL_BITMAP map)
{
    return ((size_t)map->SizeOfBitMap + WORD_BITS - 1) / WORD_BITS * sizeof(ULONG);
}

VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader)
{
    memset(BitMapHeader->Buffer, 0xff, words_bytes(BitMapHeader));
}

VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader)
{
    memset(BitMapHeader->Buffer, 0, words_bytes(BitMapHeader));
}

/* The first bit of this value at `from` or above; the map's size when there is none. */
static ULONG next_bit(PCRTL_BITMAP map, ULONG from, bool value)
{
    while (from < map->SizeOfBitMap) {
        ULONG word = map->Buffer[from / WORD_BITS];
        ULONG wanted = (value ? word : ~word) & (MAXULONG << (from % WORD_BITS));
        if (wanted != 0)
            return min(from / WORD_BITS * WORD_BITS + (ULONG)__builtin_ctz(wanted),
                       map->SizeOfBitMap);
        from = from / WORD_BITS * WORD_BITS + WORD_BITS;
    }
    return map->SizeOfBitMap;
}

static BOOLEAN are_bits(PCRTL_BITMAP map, ULONG start, ULONG count, bool value)
{
    if (count == 0 || start > map->SizeOfBitMap || count > map->SizeOfBitMap - start)
        return FALSE;
    return next_bit(map, start, !value) - start >= count;
}

BOOLEAN RtlAreBitsSet(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return are_bits(BitMapHeader, StartingIndex, Length, true);
}

BOOLEAN RtlAreBitsClear(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return are_bits(BitMapHeader, StartingIndex, Length, false);
}

ULONG RtlNumberOfSetBitsInRange(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    ULONG sum = 0;
    while (Length != 0) {
        ULONG first = StartingIndex % WORD_BITS;
        ULONG word = BitMapHeader->Buffer[StartingIndex / WORD_BITS] & word_mask(first, Length);
        sum += (ULONG)__builtin_popcount(word);
        ULONG done = min(Length, WORD_BITS - first);
        StartingIndex += done;
        Length -= done;
    }
    return sum;
}

ULONG RtlNumberOfClearBitsInRange(PCRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return Length - RtlNumberOfSetBitsInRange(BitMapHeader, StartingIndex, Length);
}

ULONG RtlNumberOfSetBits(PCRTL_BITMAP BitMapHeader)
{
    return RtlNumberOfSetBitsInRange(BitMapHeader, 0, BitMapHeader->SizeOfBitMap);
}

ULONG RtlNumberOfClearBits(PCRTL_BITMAP BitMapHeader)
{
    return BitMapHeader->SizeOfBitMap - RtlNumberOfSetBits(BitMapHeader);
}

/* A run of `count` that begins in [from, below). */
static ULONG find_run(PCRTL_BITMAP map, RTL_BITMAP_RUN range, ULONG count, bool value)
{
    ULONG start = next_bit(map, range.StartingIndex, value);
    while (start < range.NumberOfBits && count <= map->SizeOfBitMap - start) {
        ULONG end = next_bit(map, start, !value);
        if (end - start >= count)
            return start;
        start = next_bit(map, end, value);
    }
    return NOWHERE;
}

static ULONG find_bits(PCRTL_BITMAP map, ULONG count, ULONG hint, bool value)
{
    if (hint >= map->SizeOfBitMap)
        hint = 0;
    if (count == 0)
        return hint;
    ULONG start = find_run(map, (RTL_BITMAP_RUN){hint, map->SizeOfBitMap}, count, value);
    return start != NOWHERE ? start : find_run(map, (RTL_BITMAP_RUN){0, hint}, count, value);
}

ULONG RtlFindSetBits(PCRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find_bits(BitMapHeader, NumberToFind, HintIndex, true);
}

ULONG RtlFindClearBits(PCRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find_bits(BitMapHeader, NumberToFind, HintIndex, false);
}

ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    ULONG start = find_bits(BitMapHeader, NumberToFind, HintIndex, true);
    if (start != NOWHERE)
        fill(BitMapHeader, start, NumberToFind, false);
    return start;
}

ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    ULONG start = find_bits(BitMapHeader, NumberToFind, HintIndex, false);
    if (start != NOWHERE)
        fill(BitMapHeader, start, NumberToFind, true);
    return start;
}

ULONG RtlFindNextForwardRunClear(PCRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                 PULONG StartingRunIndex)
{
    ULONG start = next_bit(BitMapHeader, FromIndex, false);
    *StartingRunIndex = start;
    return next_bit(BitMapHeader, start, true) - start;
}

ULONG RtlFindFirstRunClear(PCRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
    return RtlFindNextForwardRunClear(BitMapHeader, 0, StartingIndex);
}

ULONG RtlFindLastBackwardRunClear(PCRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                  PULONG StartingRunIndex)
{
    ULONG place = min(FromIndex + 1, BitMapHeader->SizeOfBitMap);
    while (place > 0 && RtlTestBit(BitMapHeader, place - 1))
        place--;
    ULONG end = place;
    while (place > 0 && !RtlTestBit(BitMapHeader, place - 1))
        place--;
    *StartingRunIndex = place;
    return end - place;
}

/* Puts a run where it belongs among those found, the longest first; the shortest may fall out. */
static ULONG keep_longest(PRTL_BITMAP_RUN runs, ULONG count, ULONG room, RTL_BITMAP_RUN run)
{
    ULONG place = count;
    while (place > 0 && runs[place - 1].NumberOfBits < run.NumberOfBits)
        place--;
    if (place >= room)
        return count;
    ULONG moved = min(count, room - 1) - place;
    memmove(&runs[place + 1], &runs[place], moved * sizeof *runs);
    runs[place] = run;
    return min(count + 1, room);
}

ULONG RtlFindClearRuns(PCRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray, ULONG SizeOfRunArray,
                       BOOLEAN LocateLongestRuns)
{
    ULONG count = 0;
    RTL_BITMAP_RUN run = {0, 0};
    for (;; run.StartingIndex += run.NumberOfBits) {
        run.NumberOfBits =
            RtlFindNextForwardRunClear(BitMapHeader, run.StartingIndex, &run.StartingIndex);
        if (run.NumberOfBits == 0 || (!LocateLongestRuns && count == SizeOfRunArray))
            return count;
        if (LocateLongestRuns)
            count = keep_longest(RunArray, count, SizeOfRunArray, run);
        else
            RunArray[count++] = run;
    }
}

ULONG RtlFindLongestRunClear(PCRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
    RTL_BITMAP_RUN run = {0, 0};
    (void)RtlFindClearRuns(BitMapHeader, &run, 1, TRUE);
    *StartingIndex = run.StartingIndex;
    return run.NumberOfBits;
}

static void copy_bits(PCRTL_BITMAP from, ULONG from_bit, PRTL_BITMAP to, RTL_BITMAP_RUN run)
{
    for (ULONG i = 0; i < run.NumberOfBits; i++) {
        if (RtlTestBit(from, from_bit + i))
            RtlSetBit(to, run.StartingIndex + i);
        else
            RtlClearBit(to, run.StartingIndex + i);
    }
}

VOID RtlCopyBitMap(PCRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit)
{
    ULONG room = Destination->SizeOfBitMap - min(TargetBit, Destination->SizeOfBitMap);
    copy_bits(Source, 0, Destination, (RTL_BITMAP_RUN){TargetBit, min(Source->SizeOfBitMap, room)});
}

VOID RtlExtractBitMap(PCRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit,
                      ULONG NumberOfBits)
{
    ULONG there = Source->SizeOfBitMap - min(TargetBit, Source->SizeOfBitMap);
    ULONG count = min(NumberOfBits, min(there, Destination->SizeOfBitMap));
    copy_bits(Source, TargetBit, Destination, (RTL_BITMAP_RUN){0, count});
}

CCHAR RtlFindMostSignificantBit(ULONGLONG Set)
{
    return (CCHAR)(Set == 0 ? -1 : 63 - __builtin_clzll(Set));
}

CCHAR RtlFindLeastSignificantBit(ULONGLONG Set)
{
    return (CCHAR)(Set == 0 ? -1 : __builtin_ctzll(Set));
}

ULONG RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target)
{
    return (ULONG)__builtin_popcountll(Target);
}
