#include "kernel/misuse.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/unwind.h"
#include "pool/util.h"

NOINLINE void misuse_raise(const struct misuse *misuse)
{
    struct violation violation = {
        .kind = misuse->kind,
        .column =
            misuse->frame != NULL ? hook_column_of(misuse->frame) : hook_column_at(misuse->pc),
        .irql = irql_current,
        .other = (const void *)(uintptr_t)misuse->object,
        .expected = misuse->expected,
        .found = misuse->found,
        .pc = misuse->frame != NULL ? unwind_caller(misuse->frame) : misuse->pc,
        .frame = misuse->frame,
        .sides = misuse->sides,
        .side_count = misuse->side_count,
        .rule = misuse->rule,
        .detail = misuse->detail,
    };
    violation_raise(&violation);
}
