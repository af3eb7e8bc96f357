/* ex_pool.c - Windows' allocate and free routines: their arguments to a request, the rest behind
 * it. Each routine passes its own frame, so that the caller is the first frame of every stack. */
#include "expool/pool.h"
#include "expool/status.h"

#include "pool/pool.h"

#define OWN_FRAME __builtin_frame_address(0)

enum { TAG_NONE = 0x656E6F4E }; /* 'enoN', shown as "None" */

POOL_TYPE ExDefaultNonPagedPoolType = NonPagedPool;

VOID ExInitializeDriverRuntime(ULONG RunTimeFlags)
{
    if ((RunTimeFlags & DrvRtPoolNxOptIn) != 0)
        ExDefaultNonPagedPoolType = NonPagedPoolNx;
}

static PVOID allocate_typed(ULONG pool_type, SIZE_T size_bytes, ULONG tag, const void *frame)
{
    struct request request = {.size_bytes = size_bytes, .tag = tag, .frame = frame};
    if (!request_from_type(&request, pool_type))
        return NULL;
    return pool_allocate(&request);
}

static void release(PVOID address, ULONG tag, const void *frame)
{
    struct release release = {.address = address, .tag = tag, .frame = frame};
    pool_free(&release);
}

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_typed((ULONG)PoolType, NumberOfBytes, TAG_NONE, OWN_FRAME);
}

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed((ULONG)PoolType, NumberOfBytes, Tag, OWN_FRAME);
}

PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    ULONG type = (ULONG)PoolType | POOL_ZERO_ALLOCATION;
    return allocate_typed(type, NumberOfBytes, Tag, OWN_FRAME);
}

PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed((ULONG)PoolType, NumberOfBytes, Tag, OWN_FRAME);
}

/* Bad flags and tag 0 are failures here, not stops. */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    struct request request = {.size_bytes = NumberOfBytes, .tag = Tag, .frame = OWN_FRAME};
    if (!request_from_flags(&request, Flags) || tag_without_protection(Tag) == 0)
        return pool_fail(&request, (uint32_t)STATUS_INVALID_PARAMETER);
    return pool_allocate(&request);
}

VOID ExFreePool(PVOID P)
{
    release(P, 0, OWN_FRAME);
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    release(P, Tag, OWN_FRAME);
}

/* Count 0 and something in the third argument: the first seed's form, a size. Parameters proper
 * have no effect on a block of the ordinary pools. */
VOID ExpFreePool2(PVOID P, ULONG Tag, ULONG_PTR ParametersOrSize, ULONG Count)
{
    struct release release = {
        .address = P,
        .tag = Tag,
        .has_size_hint = Count == 0 && ParametersOrSize != 0,
        .size_hint_bytes = ParametersOrSize,
        .frame = OWN_FRAME,
    };
    pool_free(&release);
}
