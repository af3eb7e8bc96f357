/* ex_pool.c - Windows' allocate and free routines: their arguments to a request, the rest behind
 * it. Each routine passes its own frame, so that the caller is the first frame of every stack. */
#include "expool/pool.h"
#include "expool/status.h"

#include "pool/counters.h"
#include "pool/hook.h"
#include "pool/pool.h"
#include "pool/quick.h"
#include "pool/type_hint.h"

#include <string.h>

#define OWN_FRAME __builtin_frame_address(0)

#define TAG_NONE 0x656E6F4Eu /* 'enoN', shown as "None" */

POOL_TYPE ExDefaultNonPagedPoolType = NonPagedPool;

BOOLEAN ExPoolZeroingNativelySupported = FALSE;

VOID ExInitializeDriverRuntime(ULONG RunTimeFlags)
{
    ExPoolZeroingNativelySupported = TRUE;
    if ((RunTimeFlags & DrvRtPoolNxOptIn) != 0)
        ExDefaultNonPagedPoolType = NonPagedPoolNx;
}

static PVOID allocate_typed(ULONG pool_type, SIZE_T size_bytes, ULONG tag, const void *frame)
{
    struct request request = {.size_bytes = size_bytes, .tag = tag, .frame = frame};
    if (!request_from_type(&request, pool_type))
        return NULL;
    return pool_allocate(&request);
}

/* What does not go the quick way of every day: other flavours of it, then the whole way. */
static NOINLINE void *allocate_other(ULONG pool_type, SIZE_T size_bytes, ULONG tag,
                                     const void *frame)
{
    frame = frame != NULL ? frame : OWN_FRAME;
    void *block = NULL;
    unsigned number = cache_number(pool_type);
    const struct pool_hook *hook = hook_current();
    if (UNLIKELY(tag == TAG_NONE) && hook != NULL && hook->is_verifying)
        COUNT(allocations_without_tag);
    if ((pool_type & ~(ULONG)(PagedPool | POOL_NX_ALLOCATION)) == 0 && pool_tag_is_allowed(tag))
        switch (mode_now()) {
        case 0:
            block = quick_allocate(number, size_bytes, tag, QUICK_EVERY_DAY | QUICK_PATIENT);
            break;
        case MODE_UNSEALED:
            block = quick_allocate(number, size_bytes, tag, QUICK_COUNTED | QUICK_PATIENT);
            break;
        case MODE_UNCOUNTED:
            block = quick_allocate(number, size_bytes, tag, QUICK_SEALED | QUICK_PATIENT);
            break;
        case MODE_UNSEALED | MODE_UNCOUNTED:
            block = quick_allocate(number, size_bytes, tag, QUICK_PATIENT);
            break;
        case MODE_PORTABLE:
            block = quick_allocate(number, size_bytes, tag,
                                   QUICK_EVERY_DAY | QUICK_PORTABLE | QUICK_PATIENT);
            break;
        default: break;
        }
    return block != NULL ? block : allocate_typed(pool_type, size_bytes, tag, frame);
}

static void release(PVOID address, ULONG tag, const void *frame)
{
    struct release release = {.address = address, .tag = tag, .frame = frame};
    pool_free(&release);
}

static NOINLINE void *allocate_zeroed(ULONG pool_type, SIZE_T size_bytes, ULONG tag,
                                      const void *frame)
{
    return allocate_typed(pool_type, size_bytes, tag, frame != NULL ? frame : OWN_FRAME);
}

static NOINLINE void *allocate_by_flags(POOL_FLAGS flags, SIZE_T size_bytes, ULONG tag,
                                        const void *frame)
{
    struct request request = {
        .size_bytes = size_bytes, .tag = tag, .frame = frame != NULL ? frame : OWN_FRAME};
    bool is_valid = request_from_flags(&request, flags);
    if (!is_valid)
        type_hint(flags, request.frame);
    if (!is_valid || tag_without_protection(tag) == 0)
        return pool_fail(&request, (uint32_t)STATUS_INVALID_PARAMETER);
    return pool_allocate(&request);
}

static bool free_other(PVOID address, ULONG tag)
{
    switch (mode_now()) {
    case 0: return quick_free(address, tag, QUICK_EVERY_DAY | QUICK_PATIENT);
    case MODE_UNSEALED: return quick_free(address, tag, QUICK_COUNTED | QUICK_PATIENT);
    case MODE_UNCOUNTED: return quick_free(address, tag, QUICK_SEALED | QUICK_PATIENT);
    case MODE_UNSEALED | MODE_UNCOUNTED: return quick_free(address, tag, QUICK_PATIENT);
    case MODE_PORTABLE:
        return quick_free(address, tag, QUICK_EVERY_DAY | QUICK_PORTABLE | QUICK_PATIENT);
    default: return false;
    }
}

static NOINLINE void release_other(PVOID address, ULONG tag, const void *frame)
{
    frame = frame != NULL ? frame : OWN_FRAME;
    if (!free_other(address, tag))
        release(address, tag, frame);
}

/* seal=off:tag_stats=off has quick ways as short as every day's. */
enum { MODE_BARE = MODE_UNSEALED | MODE_UNCOUNTED };

static NOINLINE void *allocate_bare(ULONG pool_type, SIZE_T size_bytes, ULONG tag,
                                    const void *frame)
{
    if (LIKELY(mode_now() == MODE_BARE &&
               (pool_type & ~(ULONG)(PagedPool | POOL_NX_ALLOCATION)) == 0)) {
        void *block = quick_allocate(cache_number(pool_type), size_bytes, tag, 0);
        if (LIKELY(block != NULL))
            return block;
    }
    return allocate_other(pool_type, size_bytes, tag, frame);
}

static NOINLINE void release_bare(PVOID address, ULONG tag, const void *frame)
{
    if (UNLIKELY(mode_now() != MODE_BARE) || UNLIKELY(!quick_free(address, tag, 0)))
        release_other(address, tag, frame);
}

/* A POOL_TYPE without modifiers, of every day's mode. */
static inline __attribute__((always_inline)) PVOID allocate(ULONG pool_type, SIZE_T size_bytes,
                                                            ULONG tag, const void *frame)
{
    if (LIKELY(mode_now() == 0 && (pool_type & ~(ULONG)(PagedPool | POOL_NX_ALLOCATION)) == 0)) {
        void *block = quick_allocate(cache_number(pool_type), size_bytes, tag, QUICK_EVERY_DAY);
        if (LIKELY(block != NULL))
            return block;
    }
    return allocate_bare(pool_type, size_bytes, tag, frame);
}

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate((ULONG)PoolType, NumberOfBytes, TAG_NONE, FRAME_UNLESS_LAST);
}

HAS_OWN_CODE PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, FRAME_UNLESS_LAST);
}

PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    ULONG type = (ULONG)PoolType;
    if (LIKELY(mode_now() == 0 && (type & ~(ULONG)(PagedPool | POOL_NX_ALLOCATION)) == 0)) {
        void *block = quick_allocate(cache_number(type), NumberOfBytes, Tag, QUICK_EVERY_DAY);
        if (LIKELY(block != NULL))
            return memset(block, 0, NumberOfBytes);
    }
    return allocate_zeroed(type | POOL_ZERO_ALLOCATION, NumberOfBytes, Tag, FRAME_UNLESS_LAST);
}

HAS_OWN_CODE PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate((ULONG)PoolType, NumberOfBytes, Tag, FRAME_UNLESS_LAST);
}

/* Bad flags and tag 0 are failures here, not stops. */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    /* One pool and nothing else but POOL_FLAG_UNINITIALIZED: 1, 2, 4 are the pools' bits. */
    static const uint8_t number_of[] = {[1] = 2, [2] = 0, [4] = 1};
    uint64_t pool_bits = Flags >> 6;
    if (LIKELY(mode_now() == 0 && (Flags & 0x3d) == 0 &&
               (pool_bits == 1 || pool_bits == 2 || pool_bits == 4))) {
        void *block = quick_allocate(number_of[pool_bits], NumberOfBytes, Tag, QUICK_EVERY_DAY);
        if (LIKELY(block != NULL))
            return (Flags & POOL_FLAG_UNINITIALIZED) != 0 ? block : memset(block, 0, NumberOfBytes);
    }
    return allocate_by_flags(Flags, NumberOfBytes, Tag, FRAME_UNLESS_LAST);
}

VOID ExFreePool(PVOID P)
{
    if (UNLIKELY(!quick_free(P, 0, QUICK_EVERY_DAY)))
        release_bare(P, 0, FRAME_UNLESS_LAST);
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    if (UNLIKELY(!quick_free(P, Tag, QUICK_EVERY_DAY)))
        release_bare(P, Tag, FRAME_UNLESS_LAST);
}

/* Count 0 and something in the third argument: the first seed's form, a size. Parameters proper
 * have no effect on a block of the ordinary pools. */
VOID ExpFreePool2(PVOID P, ULONG Tag, ULONG_PTR ParametersOrSize, ULONG Count)
{
    struct release release = {
        .address = P,
        .tag = Tag,
        .has_size_hint = Count == 0 && ParametersOrSize != 0,
        .size_hint_bytes = ParametersOrSize,
        .frame = OWN_FRAME,
    };
    pool_free(&release);
}
