/* ex_lookaside.c - lookaside lists: a bounded stack of spare blocks in front of the pool. */
#include "expool/lookaside.h"
#include "expool/status.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/lookaside_table.h"
#include "pool/pool.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

enum {
    DEPTH_AT_START = 4, /* grows with demand, to MaximumDepth */
    GROW_AFTER_MISSES = 32,
    /* Future[0] of a list in use, so that deleting another is noticed. */
    MARK_ACTIVE = 0x4C614C69,
};

static bool is_verified(void)
{
    return hook_column() == COLUMN_VERIFIED;
}

static void raise_violation(enum violation_kind kind, PLOOKASIDE_LIST_EX list, SIZE_T size,
                            const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column(),
        .irql = irql_current,
        .other = list,
        .size_bytes = size,
        .expected = LOOKASIDE_MINIMUM_BLOCK_SIZE,
        .frame = frame,
    };
    violation_raise(&violation);
}

/* The default routines; the caller's frame makes the stack begin in the program. */
static PVOID allocate_entry(PLOOKASIDE_LIST_EX list, const void *frame)
{
    GENERAL_LOOKASIDE_POOL *pool = &list->L;
    if (pool->AllocateEx != NULL)
        return pool->AllocateEx(pool->Type, pool->Size, pool->Tag, list);
    struct request request = {.size_bytes = pool->Size, .tag = pool->Tag, .frame = frame};
    return request_from_type(&request, (uint32_t)pool->Type) ? pool_allocate(&request) : NULL;
}

static void free_entry(PLOOKASIDE_LIST_EX list, PVOID entry, const void *frame)
{
    if (list->L.FreeEx != NULL) {
        list->L.FreeEx(entry, list);
        return;
    }
    struct release release = {.address = entry, .frame = frame}; /* ExFreePool: no tag is checked */
    pool_free(&release);
}

static bool type_exists(POOL_TYPE type)
{
    struct request request = {0};
    return request_from_type(&request, (uint32_t)type) && !request.must_succeed;
}

/* NOLINTNEXTLINE(readability-function-size): eight parameters are Windows' choice */
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
                                     SIZE_T Size, ULONG Tag, USHORT Depth)
{
    UNREFERENCED_PARAMETER(Depth); /* reserved */
    const ULONG both =
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL | EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
    if (!type_exists(PoolType))
        return STATUS_INVALID_PARAMETER_4;
    if ((Flags & ~both) != 0 || Flags == both)
        return STATUS_INVALID_PARAMETER_5;
    if (Size > UINT32_MAX) /* the list has 32 bits for it: no smaller entries in silence */
        return STATUS_INVALID_PARAMETER_6;
    if (is_verified() && Lookaside->L.Future[0] == MARK_ACTIVE &&
        Lookaside->L.ListEntry.Flink == &Lookaside->L.ListEntry)
        raise_violation(VIOLATION_LOOKASIDE_REINITIALIZED, Lookaside, Size, OWN_FRAME);
    if (Size < LOOKASIDE_MINIMUM_BLOCK_SIZE)
        raise_violation(VIOLATION_LOOKASIDE_SIZE, Lookaside, Size, OWN_FRAME);
    ULONG type = (ULONG)PoolType;
    if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL)
        type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
        type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    Lookaside->L = (GENERAL_LOOKASIDE_POOL){
        .Depth = DEPTH_AT_START,
        .MaximumDepth = EX_MAXIMUM_LOOKASIDE_DEPTH_BASE,
        .Type = (POOL_TYPE)type,
        .Tag = Tag,
        .Size = (ULONG)(Size < sizeof(SLIST_ENTRY) ? sizeof(SLIST_ENTRY) : Size),
        .AllocateEx = Allocate,
        .FreeEx = Free,
        .Future = {MARK_ACTIVE, 0},
    };
    InitializeListHead(&Lookaside->L.ListEntry);
    lookaside_table_add(&Lookaside->L);
    return STATUS_SUCCESS;
}

/* Counters are plain numbers as on Windows; a lost count under contention is accepted there too. */
static ULONG count(ULONG *counter)
{
    return __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

static void grow_with_demand(GENERAL_LOOKASIDE_POOL *pool, ULONG misses)
{
    USHORT depth = __atomic_load_n(&pool->Depth, __ATOMIC_RELAXED);
    if (misses % GROW_AFTER_MISSES != 0 || depth >= pool->MaximumDepth)
        return;
    unsigned grown = depth + depth / 2u;
    __atomic_store_n(&pool->Depth, (USHORT)min(grown, pool->MaximumDepth), __ATOMIC_RELAXED);
}

PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    GENERAL_LOOKASIDE_POOL *pool = &Lookaside->L;
    count(&pool->TotalAllocates);
    PVOID entry = is_verified() ? NULL : InterlockedPopEntrySList(&pool->ListHead);
    if (entry != NULL)
        return entry;
    grow_with_demand(pool, count(&pool->AllocateMisses));
    return allocate_entry(Lookaside, OWN_FRAME);
}

VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
    GENERAL_LOOKASIDE_POOL *pool = &Lookaside->L;
    count(&pool->TotalFrees);
    if (!is_verified() &&
        QueryDepthSList(&pool->ListHead) < __atomic_load_n(&pool->Depth, __ATOMIC_RELAXED)) {
        InterlockedPushEntrySList(&pool->ListHead, (PSLIST_ENTRY)Entry);
        return;
    }
    count(&pool->FreeMisses);
    free_entry(Lookaside, Entry, OWN_FRAME);
}

static void flush(PLOOKASIDE_LIST_EX list, const void *frame)
{
    PSLIST_ENTRY entry = InterlockedFlushSList(&list->L.ListHead);
    while (entry != NULL) {
        PSLIST_ENTRY next = entry->Next;
        free_entry(list, entry, frame);
        entry = next;
    }
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    flush(Lookaside, OWN_FRAME);
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    if (Lookaside->L.Future[0] != MARK_ACTIVE) {
        raise_violation(VIOLATION_LOOKASIDE_NOT_INITIALIZED, Lookaside, 0, OWN_FRAME);
        return;
    }
    flush(Lookaside, OWN_FRAME);
    lookaside_table_remove(&Lookaside->L);
    Lookaside->L.Future[0] = 0;
}
