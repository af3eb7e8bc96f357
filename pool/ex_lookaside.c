/* ex_lookaside.c - Windows' lookaside lists, of today and of before: their arguments checked, the
 * rest behind lookaside.h. */
#include "expool/lookaside.h"
#include "expool/status.h"

#include "pool/ddi.h"
#include "pool/exception.h"
#include "pool/lookaside.h"
#include "pool/request.h"
#include "pool/unwind.h"

#define OWN_FRAME __builtin_frame_address(0)

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
    ULONG type = (ULONG)PoolType;
    if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL)
        type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
        type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    const struct lookaside_plan plan = {LOOKASIDE_EX, type, Tag, Size, Allocate, Free};
    lookaside_start(&Lookaside->L, &plan, OWN_FRAME);
    return STATUS_SUCCESS;
}

PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    return lookaside_take(&Lookaside->L, OWN_FRAME);
}

VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
    lookaside_give(&Lookaside->L, Entry, OWN_FRAME);
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    lookaside_flush(&Lookaside->L, OWN_FRAME);
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    lookaside_end(&Lookaside->L, OWN_FRAME);
}

/* The older lists have the same fields in the same places, more widely aligned. */
static GENERAL_LOOKASIDE_POOL *inner(GENERAL_LOOKASIDE *list)
{
    return (GENERAL_LOOKASIDE_POOL *)(void *)list;
}

static void start_legacy(GENERAL_LOOKASIDE *list, struct lookaside_plan *plan, const void *frame)
{
    if (plan->size_bytes > UINT32_MAX) {
        exception_raise((uint32_t)STATUS_INVALID_PARAMETER, unwind_caller(frame), frame);
        return;
    }
    plan->form = LOOKASIDE_LEGACY;
    lookaside_start(inner(list), plan, frame);
}

/* One pointer type stands for both of a union: which it is, the form says. */
static PALLOCATE_FUNCTION_EX any_allocate(PALLOCATE_FUNCTION allocate)
{
    return (PALLOCATE_FUNCTION_EX)(void (*)(void))(allocate != NULL ? allocate
                                                                    : ExAllocatePoolWithTag);
}

static PFREE_FUNCTION_EX any_free(PFREE_FUNCTION release)
{
    return (PFREE_FUNCTION_EX)(void (*)(void))(release != NULL ? release : ExFreePool);
}

/* NOLINTNEXTLINE(readability-function-size): seven parameters are Windows' choice */
VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth)
{
    UNREFERENCED_PARAMETER(Depth); /* reserved */
    struct lookaside_plan plan = {.type = (ULONG)NonPagedPoolExecute | Flags,
                                  .tag = Tag,
                                  .size_bytes = Size,
                                  .allocate = any_allocate(Allocate),
                                  .free = any_free(Free)};
    start_legacy((PGENERAL_LOOKASIDE)(PVOID)Lookaside, &plan, OWN_FRAME);
}

/* NOLINTNEXTLINE(readability-function-size): seven parameters are Windows' choice */
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth)
{
    DDI_LEVEL(ExInitializePagedLookasideList);
    UNREFERENCED_PARAMETER(Depth); /* reserved */
    struct lookaside_plan plan = {.type = (ULONG)PagedPool | Flags,
                                  .tag = Tag,
                                  .size_bytes = Size,
                                  .allocate = any_allocate(Allocate),
                                  .free = any_free(Free)};
    start_legacy((PGENERAL_LOOKASIDE)(PVOID)Lookaside, &plan, OWN_FRAME);
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    return lookaside_take(inner(&Lookaside->L), OWN_FRAME);
}

PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    return lookaside_take(inner(&Lookaside->L), OWN_FRAME);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    lookaside_give(inner(&Lookaside->L), Entry, OWN_FRAME);
}

VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    lookaside_give(inner(&Lookaside->L), Entry, OWN_FRAME);
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    lookaside_end(inner(&Lookaside->L), OWN_FRAME);
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    DDI_LEVEL(ExDeletePagedLookasideList);
    lookaside_end(inner(&Lookaside->L), OWN_FRAME);
}
