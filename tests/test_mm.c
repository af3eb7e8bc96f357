#include "tests/raised.h"
#include "tests/verified.h"

#include "expool/mm.h"
#include "expool/pool.h"
#include "expool/seh.h"
#include "expool/statistics.h"
#include "expool/version.h"

#include <sys/mman.h>

static PHYSICAL_ADDRESS address(ULONGLONG value)
{
    PHYSICAL_ADDRESS physical;
    physical.QuadPart = (LONGLONG)value;
    return physical;
}

static uint64_t live(ULONG tag)
{
    struct expool_tag_statistics statistics;
    expool_tag_statistics_get(tag, &statistics);
    return statistics.pool[0].bytes;
}

TEST(contiguous_memory_is_whole_pages_tagged_mmcm)
{
    const SIZE_T sizes[] = {1, 0xF18, 4096, 4097, 100000};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = MmAllocateContiguousMemory(sizes[i], address(UINT64_MAX));
        EXPECT_EQUAL((ULONG_PTR)block % PAGE_SIZE, 0);
        memset(block, 0x5a, sizes[i]);
        EXPECT_EQUAL(live('mCmM'), ROUND_TO_PAGES(sizes[i]));
        MmFreeContiguousMemory(block);
        EXPECT_EQUAL(live('mCmM'), 0);
    }
    EXPECT(MmAllocateContiguousMemory(0, address(UINT64_MAX)) == NULL);
    EXPECT(MmAllocateContiguousMemory(SIZE_MAX, address(UINT64_MAX)) == NULL);
    EXPECT(MmAllocateContiguousMemory(SIZE_MAX - 4095, address(UINT64_MAX)) == NULL);
}

TEST(a_boundary_is_not_crossed)
{
    enum { SIZE = 3 * PAGE_SIZE, BOUNDARY = 4 * PAGE_SIZE };
    unsigned char *blocks[20];
    for (unsigned i = 0; i < 20; i++) {
        blocks[i] = MmAllocateContiguousMemorySpecifyCache(SIZE, address(0), address(UINT64_MAX),
                                                           address(BOUNDARY), MmCached);
        EXPECT(blocks[i] != NULL);
        ULONGLONG first = (ULONGLONG)MmGetPhysicalAddress(blocks[i]).QuadPart;
        ULONGLONG last = (ULONGLONG)MmGetPhysicalAddress(blocks[i] + SIZE - 1).QuadPart;
        EXPECT_EQUAL(first / BOUNDARY, last / BOUNDARY);
        EXPECT_EQUAL(last - first, SIZE - 1);
    }
    for (unsigned i = 0; i < 20; i++)
        MmFreeContiguousMemorySpecifyCache(blocks[i], SIZE, MmCached);
    EXPECT_EQUAL(live('mCmM'), 0);
    EXPECT(MmAllocateContiguousMemorySpecifyCache(SIZE, address(0), address(UINT64_MAX),
                                                  address(3 * PAGE_SIZE), MmCached) == NULL);
    EXPECT(MmAllocateContiguousMemorySpecifyCache(SIZE, address(0), address(UINT64_MAX),
                                                  address(PAGE_SIZE), MmCached) == NULL);
}

TEST(node_memory_takes_two_protections)
{
    const ULONG right[] = {PAGE_READWRITE, PAGE_EXECUTE_READWRITE, PAGE_READWRITE | PAGE_NOCACHE,
                           PAGE_READWRITE | PAGE_WRITECOMBINE};
    const ULONG wrong[] = {0, 0x02, 0x20, PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE,
                           PAGE_READWRITE | PAGE_EXECUTE_READWRITE};
    const PHYSICAL_ADDRESS none = address(0);
    for (unsigned i = 0; i < sizeof right / sizeof right[0]; i++) {
        void *block = MmAllocateContiguousNodeMemory(100, none, address(UINT64_MAX), none, right[i],
                                                     MM_ANY_NODE_OK);
        EXPECT(block != NULL);
        MmFreeContiguousMemory(block);
    }
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(MmAllocateContiguousNodeMemory(100, none, address(UINT64_MAX), none, wrong[i], 0) ==
               NULL);
    EXPECT(MmAllocateContiguousNodeMemory(100, none, address(UINT64_MAX), none, PAGE_READWRITE,
                                          3) == NULL);
}

TEST(what_is_not_contiguous_memory_is_stop_c2_60)
{
    char *block = MmAllocateContiguousMemory(3 * PAGE_SIZE, address(UINT64_MAX));
    void *noncached = MmAllocateNonCachedMemory(100);
    void *pool = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, TAG);
    void *const wrong[] = {NULL, block + PAGE_SIZE, noncached, pool};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_BUGCHECK(0xC2, 0x60)
        {
            MmFreeContiguousMemory(wrong[i]);
        }
        EXPECT_EQUAL(last_bugcheck()->parameter[1], (ULONG_PTR)wrong[i]);
    }
    MmFreeContiguousMemory(block);
    EXPECT_BUGCHECK(0xC2, 0x60)
    {
        MmFreeContiguousMemory(block);
    }
    EXPECT_BUGCHECK(0xC2, 0x60)
    {
        MmFreeNonCachedMemory(pool, PAGE_SIZE);
    }
    MmFreeNonCachedMemory(noncached, 100);
    ExFreePool(pool);
}

TEST(size_and_cache_type_are_compared_under_the_verifier)
{
    verified("tier=mprotect");
    const PHYSICAL_ADDRESS none = address(0);
    char *block =
        MmAllocateContiguousMemorySpecifyCache(5000, none, address(UINT64_MAX), none, MmNonCached);
    EXPECT_EQUAL(touch(block + 8192, true), 0xD6);
    MmFreeContiguousMemorySpecifyCache(block, 5001, MmNonCached);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x13F);
    block = MmAllocateContiguousMemorySpecifyCache(5000, none, address(UINT64_MAX), none, MmCached);
    MmFreeContiguousMemorySpecifyCache(block, 5000, MmNonCached);
    EXPECT_EQUAL(passed.last.subcode, 0x13F);
    void *noncached = MmAllocateNonCachedMemory(100);
    forget();
    MmFreeNonCachedMemory(noncached, 100);
    EXPECT_EQUAL(passed.count, 0);
    MmFreeNonCachedMemory(MmAllocateNonCachedMemory(100), 101);
    EXPECT_EQUAL(passed.last.subcode, 0x13F);
}

TEST(an_address_is_valid_while_it_can_be_touched)
{
    int local = 0;
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(MmIsAddressValid(&local) && MmIsAddressValid(page));
    EXPECT(!MmIsAddressValid(NULL));
    EXPECT(!MmIsAddressValid((PVOID)0x1230000));
    munmap(page, 4096);
    EXPECT(!MmIsAddressValid(page));
}

TEST(a_physical_address_leads_back)
{
    static int place;
    EXPECT(MmGetVirtualForPhysical(MmGetPhysicalAddress(&place)) == &place);
    EXPECT(MmQuerySystemSize() <= MmLargeSystem);
}

TEST(routines_are_found_by_name)
{
    static const char *const names[] = {"ExAllocatePool2", "ExFreePoolWithTag", "ZwClose",
                                        "MmGetSystemRoutineAddress", "CmNoSuchRoutine"};
    PVOID found[5];
    for (unsigned i = 0; i < 5; i++) {
        WCHAR letters[40];
        UNICODE_STRING name = {.Buffer = letters};
        for (unsigned at = 0; names[i][at] != 0; at++, name.Length += 2)
            letters[at] = (WCHAR)names[i][at];
        name.MaximumLength = name.Length;
        found[i] = MmGetSystemRoutineAddress(&name);
        name.Length -= 2;
        EXPECT(MmGetSystemRoutineAddress(&name) == NULL || i == 0); /* ExAllocatePool is one */
    }
    EXPECT(found[0] == (PVOID)(ULONG_PTR)ExAllocatePool2);
    EXPECT(found[1] == (PVOID)(ULONG_PTR)ExFreePoolWithTag);
    EXPECT(found[2] != NULL);
    EXPECT(found[3] == (PVOID)(ULONG_PTR)MmGetSystemRoutineAddress);
    EXPECT(found[4] == NULL);
}

TEST(probing_judges_range_and_alignment)
{
    static ULONG buffer[4];
    void *pool = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead(buffer, sizeof buffer, 4)), 0);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(buffer, sizeof buffer, 4)), 0);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead((char *)buffer + 1, 4, 4)), 0x80000002);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead((char *)buffer + 1, 0, 4)), 0);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead(buffer, SIZE_MAX, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead((PVOID)MmUserProbeAddress, 1, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead((PVOID)(ULONG_PTR)0xffff800000000000, 8, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead(pool, 100, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(pool, 100, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForRead((PVOID)0x1230000, 8, 1)), 0); /* it touches nothing */
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite((PVOID)0x1230000, 8, 1)), 0xC0000005);
    ExFreePool(pool);
}

TEST(probing_for_write_touches_every_page_and_changes_none)
{
    char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(pages, 7, 3 * 4096);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(pages, 3 * 4096, 1)), 0);
    EXPECT_EQUAL(pages[0] + pages[4096] + pages[3 * 4096 - 1], 21);
    mprotect(pages + 4096, 4096, PROT_READ);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(pages, 3 * 4096, 1)), 0xC0000005);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(pages, 4096, 1)), 0);
    EXPECT_EQUAL(STATUS_OF(ProbeForWrite(pages + 4095, 2, 1)), 0xC0000005);
    munmap(pages, 3 * 4096);
}

TEST(a_drivers_sections_are_never_paged)
{
    PVOID handle = MmLockPagableCodeSection((PVOID)(ULONG_PTR)address);
    EXPECT(handle != NULL);
    MmLockPagableSectionByHandle(handle);
    MmUnlockPagableImageSection(handle);
}

TEST(the_machine_is_a_workstation_by_either_routine)
{
    RTL_OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    EXPECT_EQUAL(RtlGetVersion((PRTL_OSVERSIONINFOW)&version), 0);
    EXPECT_EQUAL(version.wProductType, VER_NT_WORKSTATION);
    EXPECT(!MmIsThisAnNtAsSystem());
}

TESTS_MAIN("mm")
