/* expool/mm.h - memory that is not from pool's front door: contiguous and non-cached pages, probing
 * a caller's buffer, asking what an address is. A physical address is the address itself here: no
 * bus looks at it, and a page's number is its address divided by the page size, as in an MDL.
 * [P] */
#ifndef EXPOOL_MM_H
#define EXPOOL_MM_H

#include "expool/mdl.h"
#include "expool/pool_parameter.h"
#include "expool/types.h"
#include "expool/unicode_string.h"

#ifndef PAGE_READWRITE
#define PAGE_READWRITE         0x04
#define PAGE_EXECUTE_READWRITE 0x40
#define PAGE_NOCACHE           0x200
#define PAGE_WRITECOMBINE      0x400
#endif

typedef enum _MM_SYSTEM_SIZE { MmSmallSystem, MmMediumSystem, MmLargeSystem } MM_SYSTEMSIZE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Whole pages, contents undefined, executable; NULL when there is no memory, for 0 bytes, and for a
 * BoundaryAddressMultiple that is neither 0 nor a power of two of at least NumberOfBytes [P]. Tag
 * "MmCm". The lowest and highest address have no effect: there is no bus to be reached [P]. At most
 * DISPATCH_LEVEL. [D] */
PVOID MmAllocateContiguousMemory(SIZE_T NumberOfBytes, PHYSICAL_ADDRESS HighestAcceptableAddress);
PVOID MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
                                             PHYSICAL_ADDRESS LowestAcceptableAddress,
                                             PHYSICAL_ADDRESS HighestAcceptableAddress,
                                             PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                             MEMORY_CACHING_TYPE CacheType);

/* Protect: PAGE_READWRITE (no-execute) or PAGE_EXECUTE_READWRITE, with at most one of PAGE_NOCACHE
 * and PAGE_WRITECOMBINE; anything else is NULL. There is node 0; another needs MM_ANY_NODE_OK. */
PVOID MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
                                     PHYSICAL_ADDRESS HighestAcceptableAddress,
                                     PHYSICAL_ADDRESS BoundaryAddressMultiple, ULONG Protect,
                                     NODE_REQUIREMENT PreferredNode);

/* Anything but the start of such a block is bug check 0xC2/0x60. At most DISPATCH_LEVEL. [D] */
VOID MmFreeContiguousMemory(PVOID BaseAddress);
/* Size and type must be the allocation's: else 0xC4/0x13F under the verifier, no effect without it
 * [P]. */
VOID MmFreeContiguousMemorySpecifyCache(PVOID BaseAddress, SIZE_T NumberOfBytes,
                                        MEMORY_CACHING_TYPE CacheType);

/* Whole pages, no-execute, tag "MmNc" [P]; NULL when there is no memory. The free must give the
 * same size. At most APC_LEVEL. [D] */
PVOID MmAllocateNonCachedMemory(SIZE_T NumberOfBytes);
VOID MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T NumberOfBytes);

/* TRUE when a read of the address would not fault now: no promise for later, and costs a few system
 * calls. At most DISPATCH_LEVEL. [D] */
BOOLEAN MmIsAddressValid(PVOID VirtualAddress);

/* By the machine's memory: below 1 GiB small, below 4 GiB medium [P]. Any IRQL. [D] */
MM_SYSTEMSIZE MmQuerySystemSize(VOID);
BOOLEAN MmIsThisAnNtAsSystem(VOID); /* FALSE: a workstation, as RtlGetVersion says [P] */

/* The address itself, both ways: stable, and good for nothing but comparing [P]. Any IRQL. */
PHYSICAL_ADDRESS MmGetPhysicalAddress(PVOID BaseAddress);
PVOID MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress);

/* The address of a routine of these headers by name; NULL when there is none. PASSIVE_LEVEL. [D] */
PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName);

/* Raise when [Address, Address + Length) cannot be a caller's buffer: STATUS_DATATYPE_MISALIGNMENT
 * when it is not aligned, STATUS_ACCESS_VIOLATION when it wraps, reaches beyond
 * MmUserProbeAddress or lies in pool, which is the system's memory. ProbeForWrite also writes to
 * each page, and a page that cannot be written raises. Length 0 is never wrong. At most APC_LEVEL,
 * inside a __try. [D][P] */
VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment);
VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment);

extern ULONG_PTR MmUserProbeAddress;
extern PVOID MmHighestUserAddress;

/* A driver's code and data are never paged here: these give and take a handle and change nothing.
 * [P] */
PVOID MmLockPagableDataSection(PVOID AddressWithinSection);
VOID MmLockPagableSectionByHandle(PVOID ImageSectionHandle);
VOID MmUnlockPagableImageSection(PVOID ImageSectionHandle);
PVOID MmPageEntireDriver(PVOID AddressWithinSection);
VOID MmResetDriverPaging(PVOID AddressWithinSection);

#pragma GCC visibility pop

#define MmLockPagableCodeSection(AddressWithinSection)                                             \
    MmLockPagableDataSection(AddressWithinSection)
#define MmLockPageableCodeSection(AddressWithinSection)                                            \
    MmLockPagableDataSection(AddressWithinSection)
#define MmLockPageableDataSection(AddressWithinSection)                                            \
    MmLockPagableDataSection(AddressWithinSection)
#define MmUnlockPageableImageSection(ImageSectionHandle)                                           \
    MmUnlockPagableImageSection(ImageSectionHandle)

#ifdef __cplusplus
}
#endif
#endif
