/* mm_mdl.c - the pages behind a descriptor: locked, mapped, allocated. A page's number is its
 * address divided by the page size; a mapping is the buffer itself. */
#include "expool/irql.h"
#include "expool/mdl.h"

#include "expool/pool.h"
#include "kernel/locked_pages.h"
#include "kernel/memory_kind.h"
#include "kernel/misuse.h"
#include "kernel/pool_size.h"
#include "pool/ddi.h"
#include "pool/exception.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/rules.h"
#include "pool/util.h"

#include <string.h>

enum { TAG_PAGES_MDL = ' ldM' };

/* One call, for judging. */
struct call {
    const MDL *mdl;
    uint64_t last;     /* the fourth parameter of a level's stop */
    const void *frame; /* of the public routine */
};

static void refuse_level(uint32_t subcode, unsigned highest, const struct call *call)
{
    if (UNLIKELY(irql_current > highest))
        MISUSE_TOLD(VIOLATION_MDL_LEVEL, call->mdl, .rule = subcode, .expected = call->last,
                    .frame = call->frame);
}

static void refuse_flags(uint32_t subcode, uint64_t last, const struct call *call)
{
    MISUSE_TOLD(VIOLATION_MDL_FLAGS, call->mdl, .rule = subcode,
                .found = (uint16_t)call->mdl->MdlFlags, .expected = last, .frame = call->frame);
}

/* Those of the flags that are set may not be. */
static void refuse_set(uint32_t subcode, unsigned flags, const struct call *call)
{
    unsigned wrong = (uint16_t)call->mdl->MdlFlags & flags;
    if (UNLIKELY(wrong != 0))
        refuse_flags(subcode, wrong, call);
}

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
    if (UNLIKELY(hook_column() == COLUMN_VERIFIED) &&
        memory_is_paged(MmGetMdlVirtualAddress(MemoryDescriptorList)))
        MISUSE_WITH(VIOLATION_MDL_PAGED, MemoryDescriptorList,
                    .found = (uint16_t)MemoryDescriptorList->MdlFlags);
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
    const struct call call = {MemoryDescriptorList, (uint64_t)AccessMode, OWN_FRAME};
    refuse_level(0x70, DISPATCH_LEVEL, &call);
    refuse_set(0xB0,
               MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL |
                   MDL_PARTIAL | MDL_IO_SPACE,
               &call);
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
    if (UNLIKELY(rules_have(RULE_TRACKING)))
        locked_pages_enter(
            MemoryDescriptorList,
            ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(MemoryDescriptorList),
                                           MemoryDescriptorList->ByteCount),
            OWN_FRAME);
    MemoryDescriptorList->MdlFlags |= MDL_PAGES_LOCKED;
    if (Operation != IoReadAccess)
        MemoryDescriptorList->MdlFlags |= MDL_WRITE_OPERATION;
}

VOID MmUnlockPages(PMDL MemoryDescriptorList)
{
    const struct call call = {MemoryDescriptorList, 0, OWN_FRAME};
    refuse_level(0x78, DISPATCH_LEVEL, &call);
    if ((MemoryDescriptorList->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0 &&
        hook_column() == COLUMN_VERIFIED) {
        refuse_flags(0x7D, 0, &call);
        return;
    }
    refuse_set(0xB4, MDL_PARTIAL, &call);
    if ((MemoryDescriptorList->MdlFlags & MDL_PAGES_LOCKED) == 0) {
        MISUSE_WITH(VIOLATION_MDL_NOT_LOCKED, MemoryDescriptorList,
                    .found = (uint16_t)MemoryDescriptorList->MdlFlags);
        return;
    }
    locked_pages_leave(MemoryDescriptorList);
    pager_unpin(MmGetMdlVirtualAddress(MemoryDescriptorList), MemoryDescriptorList->ByteCount);
    MemoryDescriptorList->MdlFlags &=
        (CSHORT) ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_WRITE_OPERATION);
}

/* The descriptor's pages are locked, or never leave, and it has no mapping yet. */
static void judge_map(const struct call *call, bool is_user, bool may_stop, bool is_plain)
{
    unsigned flags = (uint16_t)call->mdl->MdlFlags;
    unsigned first = is_plain ? 0x74 : 0x76;
    refuse_level(is_user ? first + 1 : first, is_user ? APC_LEVEL : DISPATCH_LEVEL, call);
    if (hook_column() != COLUMN_VERIFIED)
        return;
    if (!is_user)
        refuse_set(0xB2, MDL_MAPPED_TO_SYSTEM_VA, call);
    if ((flags & (MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL)) == 0)
        refuse_flags(0xB3, MDL_PAGES_LOCKED | MDL_PARTIAL, call);
    else if (!is_user && may_stop && (flags & MDL_MAPPING_CAN_FAIL) == 0)
        refuse_flags(is_plain ? 0x81 : 0x82, 0, call);
}

static PVOID map(PMDL mdl, bool is_user)
{
    PVOID address = (PVOID)((MmGetMdlPfnArray(mdl)[0] << PAGE_SHIFT) + mdl->ByteOffset);
    if (is_user)
        return address;
    mdl->MappedSystemVa = address;
    mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    if ((mdl->MdlFlags & MDL_PARTIAL) != 0)
        mdl->MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
    return address;
}

PVOID MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                   MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                   ULONG BugCheckOnFailure, ULONG Priority)
{
    const struct call call = {MemoryDescriptorList, (uint64_t)AccessMode, OWN_FRAME};
    (void)CacheType;
    (void)RequestedAddress;
    (void)Priority;
    judge_map(&call, AccessMode != KernelMode, BugCheckOnFailure != FALSE, false);
    if (!BugCheckOnFailure && UNLIKELY(hook_fails(OWN_FRAME)))
        return NULL;
    return map(MemoryDescriptorList, AccessMode != KernelMode);
}

PVOID MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode)
{
    const struct call call = {MemoryDescriptorList, (uint64_t)AccessMode, OWN_FRAME};
    judge_map(&call, AccessMode != KernelMode, true, true);
    return map(MemoryDescriptorList, AccessMode != KernelMode);
}

/* A mapping for user mode leaves no flag behind. */
VOID MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList)
{
    bool is_kernel = (MemoryDescriptorList->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0;
    unsigned highest = is_kernel ? DISPATCH_LEVEL : APC_LEVEL;
    if (UNLIKELY(irql_current > highest))
        MISUSE_WITH(VIOLATION_MDL_LEVEL, BaseAddress, .rule = is_kernel ? 0x79 : 0x7A,
                    .expected = (uintptr_t)MemoryDescriptorList);
    MemoryDescriptorList->MdlFlags &=
        (CSHORT) ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
}

/* C4/7E above DISPATCH_LEVEL; at it, the routine's DDI rule. */
static void judge_pages_level(enum ddi_call call, const void *frame)
{
    if (LIKELY(irql_current <= DISPATCH_LEVEL)) {
        if (UNLIKELY(rules_have(RULE_DDI)))
            ddi_judge(call, frame);
    } else if (ddi_tell_once(frame)) {
        MISUSE_TOLD(VIOLATION_MDL_LEVEL, (const void *)DISPATCH_LEVEL, .rule = 0x7E,
                    .frame = frame);
    }
}

PMDL MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                             PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                             MEMORY_CACHING_TYPE CacheType, ULONG Flags)
{
    judge_pages_level(DDI_MmAllocatePagesForMdlEx, OWN_FRAME);
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
    judge_pages_level(DDI_MmAllocatePagesForMdl, OWN_FRAME);
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, MmCached, 0);
}

VOID MmFreePagesFromMdl(PMDL MemoryDescriptorList)
{
    judge_pages_level(DDI_MmFreePagesFromMdl, OWN_FRAME);
    os_release(MemoryDescriptorList->StartVa,
               round_up(MemoryDescriptorList->ByteCount, PAGE_BYTES));
    MemoryDescriptorList->MdlFlags &= (CSHORT)~MDL_PAGES_LOCKED;
    MemoryDescriptorList->MappedSystemVa = NULL;
}
