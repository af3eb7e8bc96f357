/* expool/fsrtl_pool.h - pool for file systems: allocations that raise instead of returning NULL. */
#ifndef EXPOOL_FSRTL_POOL_H
#define EXPOOL_FSRTL_POOL_H

#include "expool/pool.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Never NULL: raise STATUS_INSUFFICIENT_RESOURCES; those with quota STATUS_QUOTA_EXCEEDED when the
 * process may have no more. Without a tag: "None". Contents undefined, IRQL as for
 * ExAllocatePoolWithTag. [D] */
PVOID FsRtlAllocatePool(POOL_TYPE PoolType, ULONG NumberOfBytes);
PVOID FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID FsRtlAllocatePoolWithQuota(POOL_TYPE PoolType, ULONG NumberOfBytes);
PVOID FsRtlAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
