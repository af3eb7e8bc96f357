/* mm_contiguous.c - contiguous and non-cached memory: pages of non-paged pool, and a list of those
 * that were given out, because only they may be given back here. */
#include "expool/mm.h"
#include "expool/statistics.h"

#include "pool/bugcheck.h"
#include "pool/ddi.h"
#include "pool/fork.h"
#include "pool/hook.h"
#include "pool/lock.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

enum {
    TAG_CONTIGUOUS = 0x6d436d4d, /* shown as "MmCm" */
    TAG_NON_CACHED = 0x634e6d4d, /* "MmNc" */
    GIVEN_FIRST = 64,
    CACHE_ANY = -2, /* the free does not say */
};

struct given {
    uintptr_t address; /* 0: the entry is free */
    void *base;        /* as pool gave it */
    size_t size_bytes;
    uint32_t tag;
    int cache;
};

static struct {
    struct lock lock;
    struct given *given;
    size_t capacity;
} contiguous = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(contiguous.lock)

/* The entry of an address, or with 0 a free one; `capacity` when there is none. */
static size_t find_locked(uintptr_t address)
{
    size_t at = 0;
    while (at < contiguous.capacity && contiguous.given[at].address != address)
        at++;
    return at;
}

static bool grow_locked(void)
{
    size_t capacity = contiguous.capacity == 0 ? GIVEN_FIRST : 2 * contiguous.capacity;
    struct given *given = os_table(capacity * sizeof *given);
    if (given == NULL)
        return false;
    for (size_t i = 0; i < contiguous.capacity; i++)
        given[i] = contiguous.given[i];
    if (contiguous.given != NULL)
        os_release(contiguous.given, contiguous.capacity * sizeof *given);
    contiguous.given = given;
    contiguous.capacity = capacity;
    return true;
}

static bool note(const struct given *given)
{
    lock_take(&contiguous.lock);
    size_t at = find_locked(given->address); /* left over from one freed as pool */
    if (at == contiguous.capacity)
        at = find_locked(0);
    bool has_room = at < contiguous.capacity || grow_locked();
    if (has_room)
        contiguous.given[at] = *given;
    lock_drop(&contiguous.lock);
    return has_room;
}

static bool take_out(uintptr_t address, uint32_t tag, struct given *given)
{
    bool found = false;
    lock_take(&contiguous.lock);
    size_t at = address == 0 ? contiguous.capacity : find_locked(address);
    if (at < contiguous.capacity && contiguous.given[at].tag == tag) {
        found = true;
        *given = contiguous.given[at];
        contiguous.given[at].address = 0;
    }
    lock_drop(&contiguous.lock);
    return found;
}

static void give_back(void *address, uint32_t tag, const void *frame)
{
    struct release release = {.address = address, .tag = tag, .frame = frame};
    pool_free(&release);
}

static bool crosses(uintptr_t address, size_t size_bytes, uint64_t boundary)
{
    return boundary != 0 && address / boundary != (address + size_bytes - 1) / boundary;
}

/* Where a block of `bytes` would lie across a boundary, one twice as long has room behind it: that
 * is taken from the boundary on. Returns the address to hand out; *base is what pool gave. */
static void *allocate_within(struct request *request, uint64_t boundary, void **base)
{
    size_t bytes = request->size_bytes;
    *base = pool_allocate(request);
    if (*base == NULL || !crosses((uintptr_t)*base, bytes, boundary))
        return *base;
    give_back(*base, request->tag, request->frame);
    if (bytes > SIZE_MAX / 2)
        return NULL;
    request->size_bytes = 2 * bytes;
    *base = pool_allocate(request);
    if (*base == NULL || !crosses((uintptr_t)*base, bytes, boundary))
        return *base;
    return (void *)round_up((uintptr_t)*base, boundary);
}

struct wish {
    size_t size_bytes;
    uint64_t boundary;
    int cache;
    bool executable;
    uint32_t tag;
    const void *frame;
};

static void *allocate(const struct wish *wish)
{
    size_t bytes = round_up(wish->size_bytes, PAGE_BYTES);
    bool is_boundary = wish->boundary == 0 ||
                       ((wish->boundary & (wish->boundary - 1)) == 0 && wish->boundary >= bytes);
    if (wish->size_bytes == 0 || bytes < wish->size_bytes || !is_boundary)
        return NULL;
    struct request request = {.kind = wish->executable ? POOL_NONPAGED_EXECUTE : POOL_NONPAGED,
                              .size_bytes = bytes,
                              .tag = wish->tag,
                              .frame = wish->frame};
    void *base = NULL;
    void *block = allocate_within(&request, wish->boundary, &base);
    struct given given = {(uintptr_t)block, base, wish->size_bytes, wish->tag, wish->cache};
    if (block == NULL || note(&given))
        return block;
    give_back(base, wish->tag, wish->frame);
    return NULL;
}

static void raise_wrong(enum violation_kind kind, const void *address, size_t expected,
                        const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column(),
        .address = address,
        .expected = expected,
        .irql = irql_current,
        .frame = frame,
    };
    violation_raise(&violation);
}

static void free_given(void *address, size_t size_bytes, const struct wish *wish)
{
    struct given given;
    if (!take_out((uintptr_t)address, wish->tag, &given)) {
        raise_wrong(VIOLATION_FREE_NOT_CONTIGUOUS, address, 0, wish->frame);
        return;
    }
    bool fits = wish->cache == CACHE_ANY || wish->cache == given.cache;
    if (size_bytes != given.size_bytes || !fits)
        raise_wrong(VIOLATION_FREE_WRONG_SIZE, address, given.size_bytes, wish->frame);
    give_back(given.base, wish->tag, wish->frame);
}

PVOID MmAllocateContiguousMemory(SIZE_T NumberOfBytes, PHYSICAL_ADDRESS HighestAcceptableAddress)
{
    UNREFERENCED_PARAMETER(HighestAcceptableAddress);
    struct wish wish = {NumberOfBytes, 0, MmCached, true, TAG_CONTIGUOUS, OWN_FRAME};
    return allocate(&wish);
}

PVOID MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
                                             PHYSICAL_ADDRESS LowestAcceptableAddress,
                                             PHYSICAL_ADDRESS HighestAcceptableAddress,
                                             PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                             MEMORY_CACHING_TYPE CacheType)
{
    UNREFERENCED_PARAMETER(LowestAcceptableAddress);
    UNREFERENCED_PARAMETER(HighestAcceptableAddress);
    struct wish wish = {NumberOfBytes,  (uint64_t)BoundaryAddressMultiple.QuadPart,
                        (int)CacheType, true,
                        TAG_CONTIGUOUS, OWN_FRAME};
    return allocate(&wish);
}

PVOID MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
                                     PHYSICAL_ADDRESS HighestAcceptableAddress,
                                     PHYSICAL_ADDRESS BoundaryAddressMultiple, ULONG Protect,
                                     NODE_REQUIREMENT PreferredNode)
{
    UNREFERENCED_PARAMETER(LowestAcceptableAddress);
    UNREFERENCED_PARAMETER(HighestAcceptableAddress);
    const ULONG caching = PAGE_NOCACHE | PAGE_WRITECOMBINE;
    ULONG access = Protect & ~caching;
    if ((access != PAGE_READWRITE && access != PAGE_EXECUTE_READWRITE) ||
        (Protect & caching) == caching || ((PreferredNode & MM_ANY_NODE_OK) == 0 && PreferredNode))
        return NULL;
    int cache = (Protect & PAGE_NOCACHE) != 0        ? MmNonCached
                : (Protect & PAGE_WRITECOMBINE) != 0 ? MmWriteCombined
                                                     : MmCached;
    struct wish wish = {NumberOfBytes,  (uint64_t)BoundaryAddressMultiple.QuadPart,
                        cache,          access == PAGE_EXECUTE_READWRITE,
                        TAG_CONTIGUOUS, OWN_FRAME};
    return allocate(&wish);
}

static size_t given_size(const void *address)
{
    lock_take(&contiguous.lock);
    size_t at = address == NULL ? contiguous.capacity : find_locked((uintptr_t)address);
    size_t size = at < contiguous.capacity ? contiguous.given[at].size_bytes : 0;
    lock_drop(&contiguous.lock);
    return size;
}

VOID MmFreeContiguousMemory(PVOID BaseAddress)
{
    DDI_LEVEL(MmFreeContiguousMemory);
    struct wish wish = {.cache = CACHE_ANY, .tag = TAG_CONTIGUOUS, .frame = OWN_FRAME};
    free_given(BaseAddress, given_size(BaseAddress), &wish);
}

VOID MmFreeContiguousMemorySpecifyCache(PVOID BaseAddress, SIZE_T NumberOfBytes,
                                        MEMORY_CACHING_TYPE CacheType)
{
    struct wish wish = {.cache = (int)CacheType, .tag = TAG_CONTIGUOUS, .frame = OWN_FRAME};
    free_given(BaseAddress, NumberOfBytes, &wish);
}

PVOID MmAllocateNonCachedMemory(SIZE_T NumberOfBytes)
{
    DDI_LEVEL(MmAllocateNonCachedMemory);
    struct wish wish = {NumberOfBytes, 0, MmNonCached, false, TAG_NON_CACHED, OWN_FRAME};
    return allocate(&wish);
}

VOID MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    DDI_LEVEL(MmFreeNonCachedMemory);
    struct wish wish = {.cache = CACHE_ANY, .tag = TAG_NON_CACHED, .frame = OWN_FRAME};
    free_given(BaseAddress, NumberOfBytes, &wish);
}
