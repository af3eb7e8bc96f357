#include "tests/expect.h"

#include "expool/paging.h"
#include "pool/pager.h"

#include <wdm.h>

enum { TAG = 'tldM' };

TEST(a_descriptor_says_which_pages_a_buffer_spans)
{
    unsigned char *buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * PAGE_SIZE, TAG);
    PMDL mdl = IoAllocateMdl(buffer + 100, 2 * PAGE_SIZE, FALSE, FALSE, NULL);
    EXPECT_EQUAL(mdl->Size, (CSHORT)(sizeof(MDL) + 3 * sizeof(PFN_NUMBER)));
    EXPECT_EQUAL(MmSizeOfMdl(buffer + 100, 2 * PAGE_SIZE), mdl->Size);
    EXPECT_EQUAL(MmGetMdlByteCount(mdl), 2 * PAGE_SIZE);
    EXPECT_EQUAL(MmGetMdlByteOffset(mdl), BYTE_OFFSET(buffer + 100));
    EXPECT(MmGetMdlVirtualAddress(mdl) == buffer + 100);
    MmBuildMdlForNonPagedPool(mdl);
    EXPECT_EQUAL(MmGetMdlPfnArray(mdl)[1], ((uintptr_t)buffer >> PAGE_SHIFT) + 1);
    EXPECT(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == buffer + 100);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(buffer, TAG);
}

TEST(locked_pages_are_not_paged_out)
{
    unsigned char *buffer = ExAllocatePool2(POOL_FLAG_PAGED, 2 * PAGE_SIZE, TAG);
    PMDL mdl = IoAllocateMdl(buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    buffer[0] = buffer[PAGE_SIZE] = 1;
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    expool_trim();
    EXPECT(!pager_has_out(buffer) && pager_has_out(buffer + PAGE_SIZE));
    MmUnlockPages(mdl);
    expool_trim();
    EXPECT(pager_has_out(buffer));
    IoFreeMdl(mdl);
    ExFreePoolWithTag(buffer, TAG);
}

TEST(locking_maps_and_unlocking_forgets)
{
    unsigned char *buffer = ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG);
    memset(buffer, 0x5A, 100);
    PMDL mdl = IoAllocateMdl(buffer, 100, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    EXPECT_EQUAL(mdl->MdlFlags, MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
    unsigned char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    EXPECT_EQUAL(mapped[99], 0x5A);
    EXPECT((mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0);
    MmUnmapLockedPages(mapped, mdl);
    EXPECT((mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0);
    EXPECT(MmMapLockedPages(mdl, KernelMode) == mapped);
    MmUnlockPages(mdl);
    EXPECT_EQUAL(mdl->MdlFlags, 0);
    EXPECT_BUGCHECK(0x4E, 0x07)
    {
        MmUnlockPages(mdl);
    }
    IoFreeMdl(mdl);
    ExFreePoolWithTag(buffer, TAG);
}

TEST(descriptors_hang_on_their_request)
{
    static unsigned char memory[64];
    PIRP irp = IoAllocateIrp(1, FALSE);
    PMDL first = IoAllocateMdl(memory, 32, FALSE, FALSE, irp);
    PMDL second = IoAllocateMdl(memory + 32, 32, TRUE, FALSE, irp);
    EXPECT(irp->MdlAddress == first && first->Next == second && second->Next == NULL);
    IoFreeMdl(second);
    IoFreeMdl(first);
    IoFreeIrp(irp);
}

TEST(a_partial_descriptor_is_a_window)
{
    unsigned char *buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * PAGE_SIZE, TAG);
    PMDL whole = IoAllocateMdl(buffer, 3 * PAGE_SIZE, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(whole);
    unsigned char *middle = buffer + PAGE_SIZE + 16;
    PMDL part = IoAllocateMdl(middle, PAGE_SIZE, FALSE, FALSE, NULL);
    IoBuildPartialMdl(whole, part, middle, 0);
    EXPECT_EQUAL(MmGetMdlByteCount(part), 2 * PAGE_SIZE - 16);
    IoBuildPartialMdl(whole, part, middle, PAGE_SIZE);
    EXPECT_EQUAL(MmGetMdlByteCount(part), PAGE_SIZE);
    EXPECT_EQUAL(MmGetMdlPfnArray(part)[0], ((uintptr_t)buffer >> PAGE_SHIFT) + 1);
    EXPECT(MmGetSystemAddressForMdlSafe(part, LowPagePriority) == middle);
    IoFreeMdl(part);
    IoFreeMdl(whole);
    ExFreePoolWithTag(buffer, TAG);
}

TEST(pages_outside_the_pools_come_zeroed_and_go)
{
    PHYSICAL_ADDRESS zero = {.QuadPart = 0};
    PHYSICAL_ADDRESS any = {.QuadPart = -1};
    PMDL mdl = MmAllocatePagesForMdl(zero, any, zero, 2 * PAGE_SIZE + 1);
    EXPECT(mdl != NULL);
    EXPECT_EQUAL(MmGetMdlByteCount(mdl), 3 * PAGE_SIZE);
    unsigned char *memory =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    EXPECT_EQUAL(memory[2 * PAGE_SIZE], 0);
    memory[3 * PAGE_SIZE - 1] = 1;
    MmUnmapLockedPages(memory, mdl);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    EXPECT(MmAllocatePagesForMdlEx(zero, any, zero, 0, MmCached, 0) == NULL);
}

TESTS_MAIN("mdl")
