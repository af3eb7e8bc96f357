/* expool/mcb.h - map control blocks: which sectors of a file (VBN) lie where on the volume (LBN).
 *   runs 0, 1, 2 ... follow each other without a gap; what is not mapped is a run with LBN -1, a
 *   hole. There is none behind the last mapped run.
 * Every routine takes the block's own lock. At most APC_LEVEL. [H] */
#ifndef EXPOOL_MCB_H
#define EXPOOL_MCB_H

#include "expool/fast_mutex.h"
#include "expool/pool.h"

typedef LONGLONG VBN, *PVBN;
typedef LONGLONG LBN, *PLBN;

typedef struct _BASE_MCB {
    ULONG MaximumPairCount;
    ULONG PairCount;
    USHORT PoolType;
    USHORT Flags;
    PVOID Mapping;
} BASE_MCB, *PBASE_MCB;

typedef struct _LARGE_MCB {
    PKGUARDED_MUTEX GuardedMutex;
    BASE_MCB BaseMcb;
} LARGE_MCB, *PLARGE_MCB;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Empty, its memory from PoolType. Raises STATUS_INSUFFICIENT_RESOURCES. [D] */
VOID FsRtlInitializeLargeMcb(PLARGE_MCB Mcb, POOL_TYPE PoolType);
VOID FsRtlUninitializeLargeMcb(PLARGE_MCB Mcb);
/* Empty again. */
VOID FsRtlResetLargeMcb(PLARGE_MCB Mcb, BOOLEAN SelfSynchronized);

/* Maps SectorCount sectors from Vbn on to Lbn and on. FALSE, and nothing changed: one of them is
 * mapped elsewhere; or SectorCount is not above 0. Raises STATUS_INSUFFICIENT_RESOURCES. [D][P] */
BOOLEAN FsRtlAddLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount);
/* Makes a hole; at the end the map becomes shorter. [D] */
VOID FsRtlRemoveLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG SectorCount);
/* The map ends before Vbn. [D] */
VOID FsRtlTruncateLargeMcb(PLARGE_MCB Mcb, LONGLONG Vbn);
/* Moves what is mapped from Vbn on by Amount, and leaves a hole. FALSE: Amount is not above 0. [D]
 */
BOOLEAN FsRtlSplitLargeMcb(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG Amount);

/* Where Vbn lies, how far its run goes on from there, and its run; -1 in a hole. FALSE: beyond the
 * last run. What is not asked for may be NULL. [D] */
BOOLEAN FsRtlLookupLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, PLONGLONG Lbn,
                                 PLONGLONG SectorCountFromLbn, PLONGLONG StartingLbn,
                                 PLONGLONG SectorCountFromStartingLbn, PULONG Index);
/* The last sector that is mapped. FALSE: none. [D] */
BOOLEAN FsRtlLookupLastLargeMcbEntry(PLARGE_MCB Mcb, PLONGLONG Vbn, PLONGLONG Lbn);
BOOLEAN FsRtlLookupLastLargeMcbEntryAndIndex(PLARGE_MCB Mcb, PLONGLONG LargeVbn, PLONGLONG LargeLbn,
                                             PULONG Index);
/* Holes are counted. [D] */
ULONG FsRtlNumberOfRunsInLargeMcb(PLARGE_MCB Mcb);
/* FALSE: there is no such run. [D] */
BOOLEAN FsRtlGetNextLargeMcbEntry(PLARGE_MCB Mcb, ULONG RunIndex, PLONGLONG Vbn, PLONGLONG Lbn,
                                  PLONGLONG SectorCount);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
