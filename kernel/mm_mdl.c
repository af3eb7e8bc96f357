/* mm_mdl.c - the pages behind a descriptor: locked, mapped, allocated. A page's number is its
 * address divided by the page size; a mapping is the buffer itself. */
#include "expool/mdl.h"

#include "expool/pool.h"
#include "kernel/misuse.h"
#include "kernel/pool_size.h"
#include "pool/ddi.h"
#include "pool/exception.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/util.h"

#include <string.h>

enum { TAG_PAGES_MDL = ' ldM' };

static void fill(PMDL mdl)
{
    PPFN_NUMBER pages = MmGetMdlPfnArray(mdl);
    ULONG count = ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(mdl), mdl->ByteCount);
    ULONG_PTR first = (ULONG_PTR)mdl->StartVa >> PAGE_SHIFT;
    for (ULONG i = 0; i < count; i++)
        pages[i] = first + i;
}

VOID MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList)
{
    fill(MemoryDescriptorList);
    MemoryDescriptorList->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    MemoryDescriptorList->MappedSystemVa = MmGetMdlVirtualAddress(MemoryDescriptorList);
}

/* As the transfer would: a fault here is what Windows raises. */
static void touch(const MDL *mdl, bool is_write)
{
    volatile unsigned char *start = MmGetMdlVirtualAddress(mdl);
    volatile unsigned char *end = start + mdl->ByteCount;
    for (volatile unsigned char *at = start; at < end;
         at = (volatile unsigned char *)PAGE_ALIGN(at) + PAGE_SIZE) {
        if (is_write)
            __atomic_fetch_or(at, 0, __ATOMIC_RELAXED);
        else
            (void)*at;
    }
    if (mdl->ByteCount != 0)
        (void)*(end - 1);
}

VOID MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                         LOCK_OPERATION Operation)
{
    (void)AccessMode;
    if (UNLIKELY(hook_fails(OWN_FRAME))) {
        exception_raise((uint32_t)STATUS_INSUFFICIENT_RESOURCES,
                        (uintptr_t)__builtin_return_address(0), OWN_FRAME);
        return;
    }
    touch(MemoryDescriptorList, Operation != IoReadAccess);
    if ((MemoryDescriptorList->MdlFlags & MDL_PAGES_LOCKED) ==
        0) /* paged pool stays from here on */
        pager_pin(MmGetMdlVirtualAddress(MemoryDescriptorList), MemoryDescriptorList->ByteCount);
    fill(MemoryDescriptorList);
    MemoryDescriptorList->MdlFlags |= MDL_PAGES_LOCKED;
    if (Operation != IoReadAccess)
        MemoryDescriptorList->MdlFlags |= MDL_WRITE_OPERATION;
}

VOID MmUnlockPages(PMDL MemoryDescriptorList)
{
    if ((MemoryDescriptorList->MdlFlags & MDL_PAGES_LOCKED) == 0) {
        MISUSE_WITH(VIOLATION_MDL_NOT_LOCKED, MemoryDescriptorList,
                    .found = (uint16_t)MemoryDescriptorList->MdlFlags);
        return;
    }
    pager_unpin(MmGetMdlVirtualAddress(MemoryDescriptorList), MemoryDescriptorList->ByteCount);
    MemoryDescriptorList->MdlFlags &=
        (CSHORT) ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_WRITE_OPERATION);
}

PVOID MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                   MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                   ULONG BugCheckOnFailure, ULONG Priority)
{
    (void)CacheType;
    (void)RequestedAddress;
    (void)Priority;
    if (!BugCheckOnFailure && UNLIKELY(hook_fails(OWN_FRAME)))
        return NULL;
    PVOID address = (PVOID)((MmGetMdlPfnArray(MemoryDescriptorList)[0] << PAGE_SHIFT) +
                            MemoryDescriptorList->ByteOffset);
    if (AccessMode != KernelMode)
        return address;
    MemoryDescriptorList->MappedSystemVa = address;
    MemoryDescriptorList->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    if ((MemoryDescriptorList->MdlFlags & MDL_PARTIAL) != 0)
        MemoryDescriptorList->MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
    return address;
}

PVOID MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode)
{
    return MmMapLockedPagesSpecifyCache(MemoryDescriptorList, AccessMode, MmCached, NULL, TRUE,
                                        HighPagePriority);
}

VOID MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList)
{
    (void)BaseAddress;
    MemoryDescriptorList->MdlFlags &=
        (CSHORT) ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
}

PMDL MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                             PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                             MEMORY_CACHING_TYPE CacheType, ULONG Flags)
{
    DDI_LEVEL(MmAllocatePagesForMdlEx);
    (void)LowAddress;
    (void)HighAddress;
    (void)SkipBytes;
    (void)CacheType;
    (void)Flags;
    size_t bytes = round_up(TotalBytes, PAGE_BYTES);
    if (bytes == 0 || bytes > UINT32_MAX)
        return NULL;
    void *pages = os_reserve(bytes, PAGE_BYTES);
    PMDL mdl =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(MmSizeOfMdl(pages, bytes)), TAG_PAGES_MDL);
    if (pages == NULL || mdl == NULL || !os_allow(pages, bytes, false)) {
        if (pages != NULL)
            os_release(pages, bytes);
        if (mdl != NULL)
            ExFreePoolWithTag(mdl, TAG_PAGES_MDL);
        return NULL;
    }
    MmInitializeMdl(mdl, pages, bytes);
    fill(mdl);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    return mdl;
}

PMDL MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                           PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes)
{
    DDI_LEVEL(MmAllocatePagesForMdl);
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, MmCached, 0);
}

VOID MmFreePagesFromMdl(PMDL MemoryDescriptorList)
{
    DDI_LEVEL(MmFreePagesFromMdl);
    os_release(MemoryDescriptorList->StartVa,
               round_up(MemoryDescriptorList->ByteCount, PAGE_BYTES));
    MemoryDescriptorList->MdlFlags &= (CSHORT)~MDL_PAGES_LOCKED;
    MemoryDescriptorList->MappedSystemVa = NULL;
}
