/* expool/pool.h - allocating and freeing pool. Sources: [D] Microsoft's DDI pages, [H] the WDK's
 * headers, [P] a rule of ours (docs/COMPATIBILITY.md).
 *
 * For every allocation routine: NumberOfBytes may be anything from 1 up (0 is served as 1 byte, and
 * is bug check 0xC4/0x00 under the verifier); the result is aligned to 16 bytes, below a page it
 * does not cross a page boundary, from PAGE_SIZE on it is page aligned. IRQL: at most
 * DISPATCH_LEVEL for non-paged, APC_LEVEL for paged pool, else bug check 0xC2/0x08 (0xC4/0x01,
 * 0x02). NULL when memory is short. A tag of 0 is 0xC2/0x9B, 'BIG ' 0xC2/0x9C. */
#ifndef EXPOOL_POOL_H
#define EXPOOL_POOL_H

#include "expool/types.h"

typedef enum _POOL_TYPE {
    NonPagedPool = 0, /* executable */
    NonPagedPoolExecute = NonPagedPool,
    PagedPool = 1,
    NonPagedPoolMustSucceed = 2, /* removed: bug check 0xC2/0x9A */
    DontUseThisType = 3,
    NonPagedPoolCacheAligned = 4,
    PagedPoolCacheAligned = 5,
    NonPagedPoolCacheAlignedMustS = 6,
    MaxPoolType = 7,
    NonPagedPoolBase = 0,
    NonPagedPoolBaseMustSucceed = 2,
    NonPagedPoolBaseCacheAligned = 4,
    NonPagedPoolBaseCacheAlignedMustS = 6,
    NonPagedPoolSession = 32,
    PagedPoolSession = 33,
    NonPagedPoolMustSucceedSession = 34,
    DontUseThisTypeSession = 35,
    NonPagedPoolCacheAlignedSession = 36,
    PagedPoolCacheAlignedSession = 37,
    NonPagedPoolCacheAlignedMustSSession = 38,
    NonPagedPoolNx = 512, /* the normal choice */
    NonPagedPoolNxCacheAligned = 516,
    NonPagedPoolSessionNx = 544
} POOL_TYPE;

/* How much must be left for the request to be served: Low not while less than a tenth of the pool's
 * limit is free, Normal not below 2 % [P]. Overrun and Underrun: the block at its page's end, or
 * start, where special pool is used anyway. [D] */
typedef enum _EX_POOL_PRIORITY {
    LowPoolPriority = 0,
    LowPoolPrioritySpecialPoolOverrun = 8,
    LowPoolPrioritySpecialPoolUnderrun = 9,
    NormalPoolPriority = 16,
    NormalPoolPrioritySpecialPoolOverrun = 24,
    NormalPoolPrioritySpecialPoolUnderrun = 25,
    HighPoolPriority = 32,
    HighPoolPrioritySpecialPoolOverrun = 40,
    HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;

/* May be OR-ed into a POOL_TYPE. */
#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION             256
#define POOL_NX_ALLOCATION               512
#define POOL_ZERO_ALLOCATION             1024

/* The lower half is required: an unknown bit fails the call. The upper half is optional. Exactly
 * one of NON_PAGED, NON_PAGED_EXECUTE and PAGED must be given. [D] */
#define POOL_FLAG_REQUIRED_START      0x0000000000000001ULL
#define POOL_FLAG_USE_QUOTA           0x0000000000000001ULL
#define POOL_FLAG_UNINITIALIZED       0x0000000000000002ULL
#define POOL_FLAG_SESSION             0x0000000000000004ULL
#define POOL_FLAG_CACHE_ALIGNED       0x0000000000000008ULL
#define POOL_FLAG_RESERVED1           0x0000000000000010ULL
#define POOL_FLAG_RAISE_ON_FAILURE    0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED           0x0000000000000040ULL /* no-execute */
#define POOL_FLAG_NON_PAGED_EXECUTE   0x0000000000000080ULL
#define POOL_FLAG_PAGED               0x0000000000000100ULL
#define POOL_FLAG_RESERVED2           0x0000000000000200ULL
#define POOL_FLAG_RESERVED3           0x0000000000000400ULL
#define POOL_FLAG_LAST_KNOWN_REQUIRED POOL_FLAG_RESERVED3
#define POOL_FLAG_REQUIRED_END        0x0000000080000000ULL
#define POOL_FLAG_OPTIONAL_START      0x0000000100000000ULL
#define POOL_FLAG_SPECIAL_POOL        0x0000000100000000ULL
#define POOL_FLAG_OPTIONAL_END        0x8000000000000000ULL
/* The first seed's words [P]: zeroing is the default; never waiting is what pool calls do. */
#define POOL_FLAG_ZERO                    0x4000000000000000ULL
#define POOL_FLAG_FAIL_ON_LOW_RESERVATION 0x2000000000000000ULL

/* OR-ed into a tag at allocation and free: the free must then give the tag. [H] */
#define PROTECTED_POOL 0x80000000

#define DrvRtPoolNxOptIn 0x00000001
#define LastDrvRtFlag    0x00000002

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Tag "None". Contents undefined. NULL when memory is short. Obsolete. [D] */
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes);

/* Contents undefined. NULL when memory is short; with POOL_RAISE_IF_ALLOCATION_FAILURE raises
 * STATUS_INSUFFICIENT_RESOURCES. With POOL_ZERO_ALLOCATION zeroed. [D] */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* As ExAllocatePoolWithTag, zeroed. [D] */
PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* As ExAllocatePoolWithTag, under the name that says so. [D] */
PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* Zeroed unless POOL_FLAG_UNINITIALIZED. NULL when memory is short, for an invalid set of flags (a
 * POOL_TYPE value is one) and for tag 0; with POOL_FLAG_RAISE_ON_FAILURE raises
 * STATUS_INSUFFICIENT_RESOURCES, or STATUS_INVALID_PARAMETER for bad flags and tag 0 [P]. [D] */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);

/* As ExAllocatePoolWithTag; fails while less is left than Priority asks for. NULL for a Priority
 * that is none [P]. [D] */
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolPriorityZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                 EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolPriorityUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                          EX_POOL_PRIORITY Priority);

/* As ExAllocatePoolWithTag, charged to the current process (expool/process.h) unless that is the
 * system's or the block has pages of its own. Raise STATUS_QUOTA_EXCEEDED, or
 * STATUS_INSUFFICIENT_RESOURCES; NULL instead with POOL_QUOTA_FAIL_INSTEAD_OF_RAISE.
 * POOL_RAISE_IF_ALLOCATION_FAILURE has no effect. [D] */
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes); /* tag "None" */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);

/* Frees a block of any routine above, whatever its tag. IRQL: DISPATCH_LEVEL, for paged pool
 * APC_LEVEL, else bug check 0xC2/0x09. NULL is 0xC2/0x46; anything that is no block in use is a bug
 * check. [D] */
VOID ExFreePool(PVOID P);

/* The same; a Tag other than 0 must be the block's, else bug check 0xC2/0x0A. [D][P] */
VOID ExFreePoolWithTag(PVOID P, ULONG Tag);

/* ExFreePool2(P, Tag, Params, Count): the WDK's form has an array of Count extended parameters, the
 * first seed's a size in the third place and Count 0; both are taken, NULL and 0 mean neither. A
 * size that is not the block's is bug check 0xC4/0x13F under the verifier. [D][P] */
VOID ExpFreePool2(PVOID P, ULONG Tag, ULONG_PTR ParametersOrSize, ULONG Count);
#define ExFreePool2(P, Tag, ParametersOrSize, Count)                                               \
    ExpFreePool2((P), (Tag), (ULONG_PTR)(ParametersOrSize), (Count))

/* What NonPagedPool means where POOL_NX_OPTIN is defined; NonPagedPool until
 * ExInitializeDriverRuntime is called. [H] */
extern POOL_TYPE ExDefaultNonPagedPoolType;

/* The usable bytes of a live block: at least what was asked for; whole pages for a block on pages
 * of its own; what was asked for under the verifier. *QuotaCharged: whether a process pays for it.
 * 0 for an address that is no live block [P]. At most DISPATCH_LEVEL, for paged pool APC_LEVEL.
 * [R] */
SIZE_T ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged);

/* TRUE once ExInitializeDriverRuntime was called: the pool zeroes, and the inline routines of
 * POOL_ZERO_DOWN_LEVEL_SUPPORT need not. It always does here. [H] */
extern BOOLEAN ExPoolZeroingNativelySupported;

/* RunTimeFlags: DrvRtPoolNxOptIn makes NonPagedPool no-execute for code compiled with
 * POOL_NX_OPTIN. PASSIVE_LEVEL, before the first allocation. [D] */
VOID ExInitializeDriverRuntime(ULONG RunTimeFlags);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#if defined(POOL_NX_OPTIN_AUTO) && !defined(POOL_NX_OPTOUT)
#define NonPagedPool             NonPagedPoolNx
#define NonPagedPoolCacheAligned NonPagedPoolNxCacheAligned
#elif defined(POOL_NX_OPTIN) && !defined(POOL_NX_OPTOUT)
#define NonPagedPool ExDefaultNonPagedPoolType
#endif

#endif
