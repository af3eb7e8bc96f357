/* ex_pool_quota.c - allocations that a process pays for, and asking a block what it is. */
#include "expool/pool.h"
#include "expool/status.h"

#include "pool/checker.h"
#include "pool/hook.h"
#include "pool/pool.h"
#include "pool/quota.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)
#define TAG_NONE  0x656E6F4Eu /* 'enoN', shown as "None" */

/* These raise unless told otherwise; bit 4, which says "raise" elsewhere, says nothing here. */
static PVOID allocate_charged(ULONG pool_type, SIZE_T size_bytes, ULONG tag, const void *frame)
{
    struct request request = {.size_bytes = size_bytes, .tag = tag, .frame = frame};
    bool is_type = request_from_type(&request, pool_type);
    request.quota = true;
    request.raise = (pool_type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) == 0;
    if (!is_type)
        return pool_fail(&request, (uint32_t)STATUS_INVALID_PARAMETER);
    return pool_allocate(&request);
}

PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_charged((ULONG)PoolType, NumberOfBytes, TAG_NONE, OWN_FRAME);
}

PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_charged((ULONG)PoolType, NumberOfBytes, Tag, OWN_FRAME);
}

PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_charged((ULONG)PoolType | POOL_ZERO_ALLOCATION, NumberOfBytes, Tag, OWN_FRAME);
}

PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_charged((ULONG)PoolType, NumberOfBytes, Tag, OWN_FRAME);
}

SIZE_T ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged)
{
    struct story story = {.place = STORY_NOWHERE};
    if (QuotaCharged != NULL)
        *QuotaCharged = FALSE;
    /* What the verifier or a memory checker looks after ends with its last byte. */
    bool is_verified = hook_tells_live(PoolBlock, &story);
    bool has_rest = !is_verified && !checker_is_there();
    if (!is_verified && !pool_tell(PoolBlock, &story))
        return 0;
    if (!story.is_live || story.block != PoolBlock)
        return 0;
    if (QuotaCharged != NULL)
        *QuotaCharged = quota_is_charged(PoolBlock);
    if (story.place == STORY_BIG && has_rest)
        return round_up(story.size_bytes, PAGE_BYTES);
    return story.size_bytes;
}
