/* ke_irql.c - the simulated IRQL of a thread: a thread-local number with rules. */
#include "expool/irql.h"

#include "pool/bugcheck.h"
#include "pool/cache.h"
#include "pool/hook.h"
#include "pool/irql_ladder.h"
#include "pool/kind.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

static NOINLINE void raise_violation(enum violation_kind kind, KIRQL asked, const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column_of(frame),
        .irql = irql_current,
        .expected = asked,
        .pc = ((const uintptr_t *)frame)[1],
        .frame = frame,
    };
    violation_raise(&violation);
}

static NOINLINE void note(unsigned from, unsigned to, const void *frame)
{
    const struct pool_hook *hook = hook_current();
    irql_ladder_note(from, to, frame);
    if (hook != NULL && hook->irql_changed != NULL)
        hook->irql_changed(from, to);
}

static void change(KIRQL irql, const void *frame)
{
    KIRQL before = irql_current;
    irql_current = irql;
    if ((before <= IRQL_APC) != (irql <= IRQL_APC) ||
        (before <= IRQL_DISPATCH) != (irql <= IRQL_DISPATCH))
        cache_follow_irql(irql);
    if (UNLIKELY(hook_current() != NULL))
        note(before, irql, frame);
}

static KIRQL raise_to(KIRQL irql, const void *frame)
{
    KIRQL before = irql_current;
    if (UNLIKELY(irql < before || irql > HIGH_LEVEL))
        raise_violation(VIOLATION_RAISE_TO_LOWER, irql, frame);
    else
        change(irql, frame);
    return before;
}

KIRQL KeGetCurrentIrql(VOID)
{
    return irql_current;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    return raise_to(NewIrql, OWN_FRAME);
}

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    return raise_to(DISPATCH_LEVEL, OWN_FRAME);
}

VOID KeLowerIrql(KIRQL NewIrql)
{
    if (UNLIKELY(NewIrql > irql_current))
        raise_violation(VIOLATION_LOWER_TO_HIGHER, NewIrql, OWN_FRAME);
    else
        change(NewIrql, OWN_FRAME);
}
