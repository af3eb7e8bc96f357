/* expool/lookaside.h - lookaside lists: a bounded stack of spare blocks of one size. An
 * allocation takes the block freed last, dirty as it is, or asks the pool. Under the verifier
 * nothing is kept: every entry is a guarded block of its own. [D][H] */
#ifndef EXPOOL_LOOKASIDE_H
#define EXPOOL_LOOKASIDE_H

#include "expool/list.h"
#include "expool/pool.h"

#define EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL 0x00000001UL
#define EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE 0x00000002UL
#define EX_MAXIMUM_LOOKASIDE_DEPTH_BASE          256
#define EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT         1024
#define LOOKASIDE_MINIMUM_BLOCK_SIZE             8

struct _LOOKASIDE_LIST_EX;

typedef PVOID ALLOCATE_FUNCTION(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
typedef ALLOCATE_FUNCTION *PALLOCATE_FUNCTION;
typedef VOID FREE_FUNCTION(PVOID Buffer);
typedef FREE_FUNCTION *PFREE_FUNCTION;
typedef PVOID ALLOCATE_FUNCTION_EX(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                   struct _LOOKASIDE_LIST_EX *Lookaside);
typedef ALLOCATE_FUNCTION_EX *PALLOCATE_FUNCTION_EX;
typedef VOID FREE_FUNCTION_EX(PVOID Buffer, struct _LOOKASIDE_LIST_EX *Lookaside);
typedef FREE_FUNCTION_EX *PFREE_FUNCTION_EX;

/* Depth: how many entries are kept at most. Every second in which the list is used it follows
 * demand, between 4 and MaximumDepth. */
#define GENERAL_LOOKASIDE_LAYOUT                                                                   \
    __extension__ union {                                                                          \
        SLIST_HEADER ListHead;                                                                     \
        SINGLE_LIST_ENTRY SingleListHead;                                                          \
    };                                                                                             \
    USHORT Depth;                                                                                  \
    USHORT MaximumDepth;                                                                           \
    ULONG TotalAllocates;                                                                          \
    __extension__ union {                                                                          \
        ULONG AllocateMisses;                                                                      \
        ULONG AllocateHits;                                                                        \
    };                                                                                             \
    ULONG TotalFrees;                                                                              \
    __extension__ union {                                                                          \
        ULONG FreeMisses;                                                                          \
        ULONG FreeHits;                                                                            \
    };                                                                                             \
    POOL_TYPE Type;                                                                                \
    ULONG Tag;                                                                                     \
    ULONG Size;                                                                                    \
    __extension__ union {                                                                          \
        PALLOCATE_FUNCTION_EX AllocateEx;                                                          \
        PALLOCATE_FUNCTION Allocate;                                                               \
    };                                                                                             \
    __extension__ union {                                                                          \
        PFREE_FUNCTION_EX FreeEx;                                                                  \
        PFREE_FUNCTION Free;                                                                       \
    };                                                                                             \
    LIST_ENTRY ListEntry;                                                                          \
    ULONG LastTotalAllocates;                                                                      \
    __extension__ union {                                                                          \
        ULONG LastAllocateMisses;                                                                  \
        ULONG LastAllocateHits;                                                                    \
    };                                                                                             \
    ULONG Future[2]

typedef struct DECLSPEC_ALIGN(16) _GENERAL_LOOKASIDE_POOL {
    GENERAL_LOOKASIDE_LAYOUT;
} GENERAL_LOOKASIDE_POOL, *PGENERAL_LOOKASIDE_POOL;

typedef struct DECLSPEC_CACHEALIGN _GENERAL_LOOKASIDE {
    GENERAL_LOOKASIDE_LAYOUT;
} GENERAL_LOOKASIDE, *PGENERAL_LOOKASIDE;

typedef struct _LOOKASIDE_LIST_EX {
    GENERAL_LOOKASIDE_POOL L;
} LOOKASIDE_LIST_EX, *PLOOKASIDE_LIST_EX;

typedef struct _NPAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;

typedef struct _PAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;

#ifdef __cplusplus
static_assert(sizeof(LOOKASIDE_LIST_EX) == 0x60, "Windows' size");
static_assert(sizeof(NPAGED_LOOKASIDE_LIST) == 0x80, "Windows' size");
extern "C" {
#else
_Static_assert(sizeof(LOOKASIDE_LIST_EX) == 0x60, "Windows' size");
_Static_assert(sizeof(NPAGED_LOOKASIDE_LIST) == 0x80, "Windows' size");
_Static_assert(sizeof(PAGED_LOOKASIDE_LIST) == 0x80, "Windows' size");
_Static_assert(offsetof(GENERAL_LOOKASIDE_POOL, AllocateEx) == 0x30, "Windows' layout");
_Static_assert(offsetof(GENERAL_LOOKASIDE_POOL, ListEntry) == 0x40, "Windows' layout");
_Static_assert(offsetof(GENERAL_LOOKASIDE, LastTotalAllocates) == 0x50, "Windows' layout");
#endif
#pragma GCC visibility push(default)

/* Allocates nothing. Allocate and Free may be NULL (the pool's own). Flags: 0 or one of the two
 * above; Depth is reserved, 0. Returns STATUS_INVALID_PARAMETER_4 for a bad PoolType, _5 for bad
 * Flags, _6 for a Size above 32 bits [P]. A Size below LOOKASIDE_MINIMUM_BLOCK_SIZE is rounded up
 * (0xC4/0xCD under the verifier); a list in use is 0xC4/0xCA there. At most DISPATCH_LEVEL. [D] */
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
                                     SIZE_T Size, ULONG Tag, USHORT Depth);

/* NULL when memory is short. At most DISPATCH_LEVEL, for a paged list APC_LEVEL. [D] */
PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);

/* Keeps the entry, or frees it when the list is full. IRQL as above. [D] */
VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry);

/* Frees every entry kept. IRQL as above. [D] */
VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);

/* Frees every entry kept; entries in use stay the caller's. A list that is not initialised is
 * 0xC4/0xCB under the verifier. IRQL as above. [D] */
VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);

/* The older lists. Flags: 0, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_NX_ALLOCATION; without the last
 * a non-paged list is of executable pool. Without routines of the driver's own
 * ExAllocatePoolWithTag and ExFreePool do it. Depth is reserved, 0. Size as above, and above 32
 * bits a raise of STATUS_INVALID_PARAMETER [P]. Non-paged: at most DISPATCH_LEVEL; paged: at most
 * APC_LEVEL, while the list itself lies in non-paged memory. [D] */
VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth);
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth);

/* NULL when memory is short, or the raise that Flags ask for. [D] */
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);

/* Keeps the entry, or frees it when the list is full. [D] */
VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);

/* As ExDeleteLookasideListEx. [D] */
VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
