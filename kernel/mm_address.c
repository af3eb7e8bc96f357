/* mm_address.c - what an address is: whether it can be touched, its number on a bus that is not
 * there, whose memory it is; and routines about paging of drivers, which are never paged. */
#include "expool/mm.h"
#include "expool/seh.h"

#include "pool/ddi.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/os_guard.h"
#include "pool/pool.h"

#define USER_PROBE_ADDRESS UINT64_C(0x7FFFFFFF0000)
#define GIB                ((uint64_t)1 << 30)

enum { MEDIUM_GIB = 1, LARGE_GIB = 4 };

ULONG_PTR MmUserProbeAddress = USER_PROBE_ADDRESS;
PVOID MmHighestUserAddress = (PVOID)(USER_PROBE_ADDRESS - 1);

BOOLEAN MmIsAddressValid(PVOID VirtualAddress)
{
    return !os_is_dead(VirtualAddress);
}

MM_SYSTEMSIZE MmQuerySystemSize(VOID)
{
    uint64_t bytes = os_ram_bytes();
    if (bytes < MEDIUM_GIB * GIB)
        return MmSmallSystem;
    return bytes < LARGE_GIB * GIB ? MmMediumSystem : MmLargeSystem;
}

BOOLEAN MmIsThisAnNtAsSystem(VOID)
{
    return FALSE;
}

PHYSICAL_ADDRESS MmGetPhysicalAddress(PVOID BaseAddress)
{
    PHYSICAL_ADDRESS physical;
    physical.QuadPart = (LONGLONG)(ULONG_PTR)BaseAddress;
    return physical;
}

PVOID MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress)
{
    return (PVOID)(ULONG_PTR)PhysicalAddress.QuadPart;
}

static bool is_systems(const void *address)
{
    enum pool_kind kind;
    struct story story;
    const struct pool_hook *hook = hook_current();
    return pool_has(address, &kind) || (hook != NULL && hook->tell(address, &story));
}

/* The ends are enough: what lies between two addresses of the program's is the program's, or
 * faults. */
static void judge(const volatile void *address, SIZE_T length, ULONG alignment)
{
    uintptr_t start = (uintptr_t)address;
    uintptr_t last = start + length - 1;
    if (alignment != 0 && (start & (alignment - 1)) != 0)
        ExRaiseDatatypeMisalignment();
    if (last < start || last >= MmUserProbeAddress || is_systems((const void *)start) ||
        is_systems((const void *)last))
        ExRaiseAccessViolation();
}

VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    DDI_LEVEL(ProbeForRead);
    if (Length != 0)
        judge(Address, Length, Alignment);
}

/* Adding nothing is a write that changes nothing, whoever else writes meanwhile; only volatile
 * keeps a compiler from reading instead. */
static void touch(volatile unsigned char *at)
{
#if defined(__x86_64__)
    __asm__ volatile("lock; addb $0, %0" : "+m"(*at) : : "cc");
#else
    __atomic_fetch_add(at, 0, __ATOMIC_RELAXED);
#endif
}

VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    DDI_LEVEL(ProbeForWrite);
    if (Length == 0)
        return;
    judge(Address, Length, Alignment);
    volatile unsigned char *at = Address;
    volatile unsigned char *last = at + (Length - 1);
    for (; at < last; at = (volatile unsigned char *)PAGE_ALIGN(at) + PAGE_SIZE)
        touch(at);
    touch(last);
}

PVOID MmLockPagableDataSection(PVOID AddressWithinSection)
{
    DDI_LEVEL(MmLockPagableDataSection);
    return AddressWithinSection;
}

VOID MmLockPagableSectionByHandle(PVOID ImageSectionHandle)
{
    DDI_LEVEL(MmLockPagableSectionByHandle);
    UNREFERENCED_PARAMETER(ImageSectionHandle);
}

VOID MmUnlockPagableImageSection(PVOID ImageSectionHandle)
{
    DDI_LEVEL(MmUnlockPagableImageSection);
    UNREFERENCED_PARAMETER(ImageSectionHandle);
}

PVOID MmPageEntireDriver(PVOID AddressWithinSection)
{
    DDI_LEVEL(MmPageEntireDriver);
    return AddressWithinSection;
}

VOID MmResetDriverPaging(PVOID AddressWithinSection)
{
    DDI_LEVEL(MmResetDriverPaging);
    UNREFERENCED_PARAMETER(AddressWithinSection);
}
