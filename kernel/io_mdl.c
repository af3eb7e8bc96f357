/* io_mdl.c - memory descriptor lists: allocated, filled in, freed. */
#include "kernel/io_request.h"
#include "kernel/misuse.h"
#include "kernel/pool_size.h"

#include "expool/pool.h"

#include <string.h>

enum { TAG_MDL = ' ldM' };

SIZE_T MmSizeOfMdl(PVOID Base, SIZE_T Length)
{
    return sizeof(MDL) + (SIZE_T)ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Length) * sizeof(PFN_NUMBER);
}

PMDL IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
                   PIRP Irp)
{
    (void)ChargeQuota;
    SIZE_T bytes = MmSizeOfMdl(VirtualAddress, Length);
    PMDL mdl =
        ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, POOL_SIZE(bytes), TAG_MDL);
    if (mdl == NULL)
        return NULL;
    memset(mdl, 0, sizeof(*mdl));
    MmInitializeMdl(mdl, VirtualAddress, Length);
    if (Irp == NULL)
        return mdl;
    PMDL *link = &Irp->MdlAddress;
    while (SecondaryBuffer && *link != NULL)
        link = &(*link)->Next;
    *link = mdl;
    return mdl;
}

VOID IoFreeMdl(PMDL Mdl)
{
    bool is_mapped = (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED)) ==
                     (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED);
    if (UNLIKELY(is_mapped))
        MISUSE_WITH(VIOLATION_MDL_FLAGS, Mdl, .rule = 0xB8, .found = (uint16_t)Mdl->MdlFlags);
    ExFreePoolWithTag(Mdl, TAG_MDL);
}

void mdl_free_chain(PMDL mdl)
{
    while (mdl != NULL) {
        PMDL next = mdl->Next;
        if ((mdl->MdlFlags & MDL_PAGES_LOCKED) != 0)
            MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        mdl = next;
    }
}

VOID IoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length)
{
    const CSHORT kept = MDL_ALLOCATED_FIXED_SIZE | MDL_ALLOCATED_MUST_SUCCEED;
    const CSHORT inherited =
        MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_IO_PAGE_READ | MDL_IO_SPACE;
    ULONG_PTR offset = (ULONG_PTR)VirtualAddress - (ULONG_PTR)MmGetMdlVirtualAddress(SourceMdl);
    ULONG bytes = Length != 0 ? Length : SourceMdl->ByteCount - (ULONG)offset;
    TargetMdl->Process = SourceMdl->Process;
    TargetMdl->StartVa = PAGE_ALIGN(VirtualAddress);
    TargetMdl->ByteOffset = BYTE_OFFSET(VirtualAddress);
    TargetMdl->ByteCount = bytes;
    TargetMdl->MdlFlags =
        (CSHORT)((TargetMdl->MdlFlags & kept) | (SourceMdl->MdlFlags & inherited) | MDL_PARTIAL);
    TargetMdl->MappedSystemVa = (PUCHAR)SourceMdl->MappedSystemVa + offset;
    ULONG_PTR first = ((ULONG_PTR)TargetMdl->StartVa - (ULONG_PTR)SourceMdl->StartVa) >> PAGE_SHIFT;
    memcpy(MmGetMdlPfnArray(TargetMdl), MmGetMdlPfnArray(SourceMdl) + first,
           ADDRESS_AND_SIZE_TO_SPAN_PAGES(VirtualAddress, bytes) * sizeof(PFN_NUMBER));
}
