/* fsrtl_mcb.c - map control blocks.
 *
 * Mapping is an array of runs, each from the end of the one before it up to `end`; a change writes
 * the runs anew into another array. */
#include "expool/mcb.h"

#include "kernel/pool_size.h"

#include "expool/seh.h"
#include "expool/status.h"

#include <stdbool.h>

enum { TAG_MCB = 'BCMF', FIRST_RUNS = 15, HOLE = -1 };

struct run {
    LONGLONG end; /* the VBN behind it */
    LONGLONG lbn; /* of its first sector; HOLE */
};

static struct run *runs_of(const LARGE_MCB *mcb)
{
    return mcb->BaseMcb.Mapping;
}

static LONGLONG start_of(const LARGE_MCB *mcb, ULONG index)
{
    return index == 0 ? 0 : runs_of(mcb)[index - 1].end;
}

static struct run *allocate(const LARGE_MCB *mcb, ULONG count)
{
    return ExAllocatePoolUninitialized((POOL_TYPE)mcb->BaseMcb.PoolType,
                                       POOL_SIZE(count * sizeof(struct run)), TAG_MCB);
}

VOID FsRtlInitializeLargeMcb(PLARGE_MCB Mcb, POOL_TYPE PoolType)
{
    *Mcb = (LARGE_MCB){.BaseMcb = {.MaximumPairCount = FIRST_RUNS, .PoolType = (USHORT)PoolType}};
    Mcb->GuardedMutex =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(KGUARDED_MUTEX)), TAG_MCB);
    if (Mcb->GuardedMutex == NULL)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    Mcb->BaseMcb.Mapping = allocate(Mcb, FIRST_RUNS);
    if (Mcb->BaseMcb.Mapping == NULL) {
        ExFreePoolWithTag(Mcb->GuardedMutex, TAG_MCB);
        Mcb->GuardedMutex = NULL;
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    }
    KeInitializeGuardedMutex(Mcb->GuardedMutex);
}

VOID FsRtlUninitializeLargeMcb(PLARGE_MCB Mcb)
{
    if (Mcb->GuardedMutex == NULL)
        return;
    ExFreePoolWithTag(Mcb->GuardedMutex, TAG_MCB);
    ExFreePoolWithTag(Mcb->BaseMcb.Mapping, TAG_MCB);
    Mcb->GuardedMutex = NULL;
    Mcb->BaseMcb.Mapping = NULL;
}

VOID FsRtlResetLargeMcb(PLARGE_MCB Mcb, BOOLEAN SelfSynchronized)
{
    if (!SelfSynchronized)
        KeAcquireGuardedMutex(Mcb->GuardedMutex);
    Mcb->BaseMcb.PairCount = 0;
    if (!SelfSynchronized)
        KeReleaseGuardedMutex(Mcb->GuardedMutex);
}

/* The array being written. */
struct writer {
    struct run *runs;
    ULONG count;
};

static LONGLONG written_end(const struct writer *writer)
{
    return writer->count == 0 ? 0 : writer->runs[writer->count - 1].end;
}

/* One more run up to `end`; it becomes one with the run before it where they follow each other. */
static void write_run(struct writer *writer, LONGLONG end, LONGLONG lbn)
{
    LONGLONG start = written_end(writer);
    if (end <= start)
        return;
    if (writer->count > 0) {
        struct run *last = &writer->runs[writer->count - 1];
        LONGLONG last_start = writer->count > 1 ? writer->runs[writer->count - 2].end : 0;
        bool follows = lbn == HOLE ? last->lbn == HOLE
                                   : last->lbn != HOLE && last->lbn + (start - last_start) == lbn;
        if (follows) {
            last->end = end;
            return;
        }
    }
    writer->runs[writer->count++] = (struct run){end, lbn};
}

/* What is to become of [vbn, vbn + count); behind it everything moves by `shift`. */
struct change {
    LONGLONG vbn;
    LONGLONG count;
    LONGLONG lbn;
    LONGLONG shift;
};

/* The part of the old map from `from` up to `to`, moved. */
static void copy_part(struct writer *writer, const LARGE_MCB *mcb, const struct change *change,
                      bool is_behind)
{
    LONGLONG from = is_behind ? change->vbn + change->count : 0;
    LONGLONG shift = is_behind ? change->shift : 0;
    for (ULONG i = 0; i < mcb->BaseMcb.PairCount; i++) {
        struct run run = runs_of(mcb)[i];
        LONGLONG start = start_of(mcb, i);
        LONGLONG first = start > from ? start : from;
        LONGLONG end = !is_behind && run.end > change->vbn ? change->vbn : run.end;
        if (first >= end)
            continue;
        write_run(writer, end + shift, run.lbn == HOLE ? HOLE : run.lbn + (first - start));
    }
}

/* The guarded mutex is held, and dropped before a raise. */
static void apply(PLARGE_MCB mcb, const struct change *change)
{
    ULONG most = mcb->BaseMcb.PairCount + 3;
    ULONG room = most > mcb->BaseMcb.MaximumPairCount ? most * 2 : mcb->BaseMcb.MaximumPairCount;
    struct writer writer = {allocate(mcb, room), 0};
    if (writer.runs == NULL) {
        KeReleaseGuardedMutex(mcb->GuardedMutex);
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    }
    copy_part(&writer, mcb, change, false);
    write_run(&writer, change->vbn, HOLE);
    write_run(&writer, change->vbn + change->count + change->shift, change->lbn);
    copy_part(&writer, mcb, change, true);
    while (writer.count > 0 && writer.runs[writer.count - 1].lbn == HOLE)
        writer.count--;
    ExFreePoolWithTag(mcb->BaseMcb.Mapping, TAG_MCB);
    mcb->BaseMcb.Mapping = writer.runs;
    mcb->BaseMcb.PairCount = writer.count;
    mcb->BaseMcb.MaximumPairCount = room;
}

/* A sector of the range is mapped, and elsewhere. */
static bool collides(const LARGE_MCB *mcb, LONGLONG vbn, LONGLONG lbn, LONGLONG count)
{
    for (ULONG i = 0; i < mcb->BaseMcb.PairCount; i++) {
        struct run run = runs_of(mcb)[i];
        LONGLONG start = start_of(mcb, i);
        bool overlaps = start < vbn + count && run.end > vbn;
        if (overlaps && run.lbn != HOLE && run.lbn - start != lbn - vbn)
            return true;
    }
    return false;
}

BOOLEAN FsRtlAddLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount)
{
    const struct change change = {Vbn, SectorCount, Lbn, 0};
    if (SectorCount <= 0 || Vbn < 0)
        return FALSE;
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    bool fits = !collides(Mcb, Vbn, Lbn, SectorCount);
    if (fits)
        apply(Mcb, &change);
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return fits;
}

static LONGLONG map_end(const LARGE_MCB *mcb)
{
    return start_of(mcb, mcb->BaseMcb.PairCount);
}

VOID FsRtlRemoveLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG SectorCount)
{
    const struct change change = {Vbn, SectorCount, HOLE, 0};
    if (SectorCount <= 0 || Vbn < 0)
        return;
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    if (Vbn < map_end(Mcb))
        apply(Mcb, &change);
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
}

VOID FsRtlTruncateLargeMcb(PLARGE_MCB Mcb, LONGLONG Vbn)
{
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    const struct change change = {Vbn, map_end(Mcb) - Vbn, HOLE, 0};
    if (change.count > 0)
        apply(Mcb, &change);
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
}

BOOLEAN FsRtlSplitLargeMcb(PLARGE_MCB Mcb, LONGLONG Vbn, LONGLONG Amount)
{
    const struct change change = {Vbn, 0, HOLE, Amount};
    if (Amount <= 0 || Vbn < 0)
        return FALSE;
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    if (Vbn < map_end(Mcb))
        apply(Mcb, &change);
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return TRUE;
}

static void tell(LONGLONG *where, LONGLONG value)
{
    if (where != NULL)
        *where = value;
}

BOOLEAN FsRtlLookupLargeMcbEntry(PLARGE_MCB Mcb, LONGLONG Vbn, PLONGLONG Lbn,
                                 PLONGLONG SectorCountFromLbn, PLONGLONG StartingLbn,
                                 PLONGLONG SectorCountFromStartingLbn, PULONG Index)
{
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    ULONG index = 0;
    while (index < Mcb->BaseMcb.PairCount && runs_of(Mcb)[index].end <= Vbn)
        index++;
    bool is_found = Vbn >= 0 && index < Mcb->BaseMcb.PairCount;
    if (is_found) {
        struct run run = runs_of(Mcb)[index];
        LONGLONG start = start_of(Mcb, index);
        tell(Lbn, run.lbn == HOLE ? HOLE : run.lbn + (Vbn - start));
        tell(SectorCountFromLbn, run.end - Vbn);
        tell(StartingLbn, run.lbn);
        tell(SectorCountFromStartingLbn, run.end - start);
        if (Index != NULL)
            *Index = index;
    }
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return is_found;
}

BOOLEAN FsRtlLookupLastLargeMcbEntryAndIndex(PLARGE_MCB Mcb, PLONGLONG LargeVbn, PLONGLONG LargeLbn,
                                             PULONG Index)
{
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    ULONG count = Mcb->BaseMcb.PairCount;
    if (count > 0) {
        struct run last = runs_of(Mcb)[count - 1];
        tell(LargeVbn, last.end - 1);
        tell(LargeLbn, last.lbn + (last.end - start_of(Mcb, count - 1)) - 1);
        if (Index != NULL)
            *Index = count - 1;
    }
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return count > 0;
}

BOOLEAN FsRtlLookupLastLargeMcbEntry(PLARGE_MCB Mcb, PLONGLONG Vbn, PLONGLONG Lbn)
{
    return FsRtlLookupLastLargeMcbEntryAndIndex(Mcb, Vbn, Lbn, NULL);
}

ULONG FsRtlNumberOfRunsInLargeMcb(PLARGE_MCB Mcb)
{
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    ULONG count = Mcb->BaseMcb.PairCount;
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return count;
}

BOOLEAN FsRtlGetNextLargeMcbEntry(PLARGE_MCB Mcb, ULONG RunIndex, PLONGLONG Vbn, PLONGLONG Lbn,
                                  PLONGLONG SectorCount)
{
    KeAcquireGuardedMutex(Mcb->GuardedMutex);
    bool is_found = RunIndex < Mcb->BaseMcb.PairCount;
    if (is_found) {
        struct run run = runs_of(Mcb)[RunIndex];
        tell(Vbn, start_of(Mcb, RunIndex));
        tell(Lbn, run.lbn);
        tell(SectorCount, run.end - start_of(Mcb, RunIndex));
    }
    KeReleaseGuardedMutex(Mcb->GuardedMutex);
    return is_found;
}
