/* fsrtl_pool.c - allocations of file systems, which raise. */
#include "expool/fsrtl_pool.h"
#include "expool/status.h"

#include "pool/pool.h"

#define OWN_FRAME __builtin_frame_address(0)
#define TAG_NONE  0x656E6F4Eu /* 'enoN', shown as "None" */

static PVOID allocate(ULONG pool_type, SIZE_T size_bytes, ULONG tag, const struct request *wishes)
{
    struct request request = *wishes;
    request.size_bytes = size_bytes;
    request.tag = tag;
    bool is_type = request_from_type(&request, pool_type);
    request.raise = true;
    return is_type ? pool_allocate(&request)
                   : pool_fail(&request, (uint32_t)STATUS_INSUFFICIENT_RESOURCES);
}

PVOID FsRtlAllocatePool(POOL_TYPE PoolType, ULONG NumberOfBytes)
{
    struct request wishes = {.frame = OWN_FRAME};
    return allocate((ULONG)PoolType, NumberOfBytes, TAG_NONE, &wishes);
}

PVOID FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    struct request wishes = {.frame = OWN_FRAME};
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, &wishes);
}

PVOID FsRtlAllocatePoolWithQuota(POOL_TYPE PoolType, ULONG NumberOfBytes)
{
    struct request wishes = {.quota = true, .frame = OWN_FRAME};
    return allocate((ULONG)PoolType, NumberOfBytes, TAG_NONE, &wishes);
}

PVOID FsRtlAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    struct request wishes = {.quota = true, .frame = OWN_FRAME};
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, &wishes);
}
