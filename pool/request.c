#include "pool/request.h"

#include "pool/util.h"

/* Windows' bits, which the shell's headers also spell; here they are only taken apart. */
enum {
    TYPE_PAGED = 0x1,
    TYPE_MUST_SUCCEED = 0x2,
    TYPE_CACHE_ALIGNED = 0x4,
    TYPE_QUOTA_NO_RAISE = 0x8,
    TYPE_RAISE = 0x10,
    TYPE_SESSION = 0x20,
    TYPE_COLD = 0x100,
    TYPE_NX = 0x200,
    TYPE_ZERO = 0x400,
    TYPE_KNOWN = TYPE_PAGED | TYPE_MUST_SUCCEED | TYPE_CACHE_ALIGNED | TYPE_QUOTA_NO_RAISE |
                 TYPE_RAISE | TYPE_SESSION | TYPE_COLD | TYPE_NX | TYPE_ZERO,
};

#define FLAG_USE_QUOTA         UINT64_C(0x1)
#define FLAG_UNINITIALIZED     UINT64_C(0x2)
#define FLAG_CACHE_ALIGNED     UINT64_C(0x8)
#define FLAG_RAISE_ON_FAILURE  UINT64_C(0x20)
#define FLAG_NON_PAGED         UINT64_C(0x40)
#define FLAG_NON_PAGED_EXECUTE UINT64_C(0x80)
#define FLAG_PAGED             UINT64_C(0x100)
#define FLAG_POOLS             (FLAG_NON_PAGED | FLAG_NON_PAGED_EXECUTE | FLAG_PAGED)
#define FLAG_SPECIAL_POOL      UINT64_C(0x100000000)
#define FLAG_ZERO              UINT64_C(0x4000000000000000) /* the first seed's */
#define FLAG_LOW_RESERVATION   UINT64_C(0x2000000000000000) /* the first seed's */
#define FLAGS_REQUIRED         UINT64_C(0xffffffff)
#define FLAGS_REQUIRED_KNOWN                                                                       \
    (FLAG_USE_QUOTA | FLAG_UNINITIALIZED | FLAG_CACHE_ALIGNED | FLAG_RAISE_ON_FAILURE | FLAG_POOLS)

bool request_from_type(struct request *request, uint32_t pool_type)
{
    if ((pool_type & ~(uint32_t)TYPE_KNOWN) != 0)
        return false;
    if ((pool_type & (TYPE_PAGED | TYPE_MUST_SUCCEED)) == (TYPE_PAGED | TYPE_MUST_SUCCEED))
        return false; /* DontUseThisType */
    request->must_succeed = (pool_type & TYPE_MUST_SUCCEED) != 0;
    request->alignment_log2 = (pool_type & TYPE_CACHE_ALIGNED) != 0 ? ALIGNMENT_LOG2_CACHE : 0;
    request->raise = (pool_type & TYPE_RAISE) != 0;
    request->zero = (pool_type & TYPE_ZERO) != 0;
    if ((pool_type & TYPE_PAGED) != 0)
        request->kind = POOL_PAGED; /* never executable, so NX says nothing here */
    else
        request->kind = (pool_type & TYPE_NX) != 0 ? POOL_NONPAGED : POOL_NONPAGED_EXECUTE;
    return true;
}

bool request_from_flags(struct request *request, uint64_t flags)
{
    request->raise = (flags & FLAG_RAISE_ON_FAILURE) != 0;
    request->alignment_log2 = (flags & FLAG_CACHE_ALIGNED) != 0 ? ALIGNMENT_LOG2_CACHE : 0;
    request->quota = (flags & FLAG_USE_QUOTA) != 0;
    request->low_reservation = (flags & FLAG_LOW_RESERVATION) != 0;
    request->special = (flags & FLAG_SPECIAL_POOL) != 0;
    request->zero = (flags & FLAG_UNINITIALIZED) == 0 || (flags & FLAG_ZERO) != 0;
    if ((flags & FLAGS_REQUIRED & ~FLAGS_REQUIRED_KNOWN) != 0)
        return false;
    switch (flags & FLAG_POOLS) {
    case FLAG_NON_PAGED: request->kind = POOL_NONPAGED; return true;
    case FLAG_NON_PAGED_EXECUTE: request->kind = POOL_NONPAGED_EXECUTE; return true;
    case FLAG_PAGED: request->kind = POOL_PAGED; return true;
    default: return false; /* none, or several */
    }
}

bool request_set_priority(struct request *request, uint32_t priority)
{
    static const enum request_priority levels[] = {PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH};
    enum { LEVEL_SHIFT = 4, PREFERS = 0x8, UNDERRUN = 0x1 };
    uint32_t level = priority >> LEVEL_SHIFT;
    uint32_t wish = priority & ((1u << LEVEL_SHIFT) - 1);
    if (level >= COUNT_OF(levels))
        return false;
    if (wish != 0 && wish != PREFERS && wish != (PREFERS | UNDERRUN))
        return false;
    request->priority = levels[level];
    if (wish != 0)
        request->placement = (wish & UNDERRUN) != 0 ? PLACEMENT_START : PLACEMENT_END;
    return true;
}
