/* pool_rules.c - what may be asked for, when, and by whom: the rules of a request, in the order in
 * which the kernel asks. */
#include "pool/pool.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/process.h"
#include "pool/rules.h"
#include "pool/unwind.h"
#include "pool/util.h"

#define TAG_BIG 0x00474942u /* "BIG\0" as it lies in memory */

static bool tag_is_readable(uint32_t tag)
{
    for (unsigned i = 0; i < 4; i++, tag >>= 8) {
        unsigned char letter = (unsigned char)(tag & 0xffu);
        unsigned char folded = (unsigned char)(letter | 0x20u);
        if ((folded >= 'a' && folded <= 'z') || (letter >= '0' && letter <= '9'))
            return true;
    }
    return false;
}

static bool tag_is_reserved(uint32_t tag)
{
    return tag == TAG_BIG || tag == (TAG_BIG | (uint32_t)' ' << 24);
}

bool pool_tag_is_allowed(uint32_t tag)
{
    tag = tag_without_protection(tag);
    return tag != 0 && !tag_is_reserved(tag);
}

/* Of a verified caller's. */
static enum violation_kind broken_verified_rule(const struct request *request)
{
    if (!tag_is_readable(tag_without_protection(request->tag)))
        return VIOLATION_TAG_UNREADABLE;
    if (request->size_bytes == 0)
        return VIOLATION_ALLOCATE_ZERO_BYTES;
    if (request->kind == POOL_NONPAGED_EXECUTE && rules_have(RULE_CODE_INTEGRITY))
        return VIOLATION_ALLOCATE_EXECUTABLE;
    if (request->quota && process_is_in_dpc && rules_have(RULE_TRACKING))
        return VIOLATION_QUOTA_IN_DPC;
    return VIOLATION_KIND_COUNT;
}

/* Which rule the request breaks; VIOLATION_KIND_COUNT: none. */
static enum violation_kind broken_rule(const struct request *request)
{
    uint32_t tag = tag_without_protection(request->tag);
    if (request->must_succeed)
        return request->size_bytes > PAGE_BYTES ? VIOLATION_ALLOCATE_MUST_SUCCEED_BIG
                                                : VIOLATION_ALLOCATE_MUST_SUCCEED;
    if (tag == 0)
        return VIOLATION_TAG_ZERO;
    if (tag_is_reserved(tag))
        return VIOLATION_TAG_BIG;
    if (pool_is_paged(request->kind) && irql_current > IRQL_APC)
        return VIOLATION_ALLOCATE_PAGED_IRQL;
    if (irql_current > IRQL_DISPATCH)
        return VIOLATION_ALLOCATE_NONPAGED_IRQL;
    if (hook_column_of(request->frame) == COLUMN_PLAIN)
        return VIOLATION_KIND_COUNT;
    return broken_verified_rule(request);
}

static NOINLINE void raise_broken_rule(const struct request *request, enum violation_kind kind)
{
    uint32_t type = pool_type_of(request->kind) | (request->must_succeed ? 2u : 0u) |
                    (request_is_aligned(request) ? 4u : 0u);
    struct violation violation = {
        .kind = kind,
        .column = hook_column_of(request->frame),
        .size_bytes = request->size_bytes,
        .pool_type = type,
        .tag = tag_without_protection(request->tag),
        .irql = irql_current,
        .pc = unwind_caller(request->frame),
        .frame = request->frame,
    };
    violation_raise(&violation);
}

bool pool_refuses(const struct request *request)
{
    if (request->is_malloc)
        return false;
    enum violation_kind kind = broken_rule(request);
    if (LIKELY(kind == VIOLATION_KIND_COUNT))
        return false;
    raise_broken_rule(request, kind);
    return true;
}
