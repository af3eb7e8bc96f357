/* ex_pool_priority.c - allocations that say how much they matter. */
#include "expool/pool.h"
#include "expool/status.h"

#include "pool/pool.h"

#define OWN_FRAME __builtin_frame_address(0)

static PVOID allocate(ULONG pool_type, SIZE_T size_bytes, ULONG tag, const struct request *wishes)
{
    struct request request = *wishes;
    request.size_bytes = size_bytes;
    request.tag = tag;
    if (!request_from_type(&request, pool_type))
        return NULL;
    if (request.priority == PRIORITY_NONE)
        return pool_fail(&request, (uint32_t)STATUS_INVALID_PARAMETER);
    return pool_allocate(&request);
}

static struct request wishes_of(EX_POOL_PRIORITY priority, const void *frame)
{
    struct request request = {.frame = frame};
    (void)request_set_priority(&request, (uint32_t)priority); /* refused: it stays NONE */
    return request;
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority)
{
    struct request wishes = wishes_of(Priority, OWN_FRAME);
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, &wishes);
}

PVOID ExAllocatePoolPriorityZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                 EX_POOL_PRIORITY Priority)
{
    struct request wishes = wishes_of(Priority, OWN_FRAME);
    return allocate((ULONG)PoolType | POOL_ZERO_ALLOCATION, NumberOfBytes, Tag, &wishes);
}

PVOID ExAllocatePoolPriorityUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                          EX_POOL_PRIORITY Priority)
{
    struct request wishes = wishes_of(Priority, OWN_FRAME);
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, &wishes);
}
