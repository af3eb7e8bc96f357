/* ke_irql.c - the simulated IRQL of a thread: a thread-local number with rules. */
#include "expool/irql.h"

#include "pool/bugcheck.h"
#include "pool/cache.h"
#include "pool/hook.h"
#include "pool/irql_ladder.h"
#include "pool/kind.h"
#include "pool/order.h"
#include "pool/unwind.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

static NOINLINE void raise_violation(enum violation_kind kind, KIRQL asked, const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column_of(frame),
        .irql = irql_current,
        .expected = asked,
        .pc = unwind_caller(frame),
        .frame = frame,
    };
    violation_raise(&violation);
}

static NOINLINE void note(unsigned from, unsigned to, const void *frame)
{
    const struct pool_hook *hook = hook_current();
    order_hide();
    irql_ladder_note(from, to, frame);
    if (hook != NULL && hook->irql_changed != NULL)
        hook->irql_changed(from, to);
    order_show();
}

static void change(KIRQL irql, const void *frame)
{
    KIRQL before = irql_current;
    irql_current = irql;
    cache_follow_irql(before, irql);
    if (UNLIKELY(hook_current() != NULL))
        note(before, irql, frame);
}

/* Nobody watches, and the level stays where only paged pool's lookaside follows it. */
static inline bool is_every_day(KIRQL before, KIRQL irql)
{
    return LIKELY(before <= IRQL_DISPATCH && irql <= IRQL_DISPATCH && hook_current() == NULL);
}

static NOINLINE KIRQL raise_other(KIRQL irql, const void *frame)
{
    KIRQL before = irql_current;
    frame = frame != NULL ? frame : OWN_FRAME;
    if (UNLIKELY(irql < before || irql > HIGH_LEVEL))
        raise_violation(VIOLATION_RAISE_TO_LOWER, irql, frame);
    else
        change(irql, frame);
    return before;
}

static NOINLINE void lower_other(KIRQL irql, const void *frame)
{
    frame = frame != NULL ? frame : OWN_FRAME;
    if (UNLIKELY(irql > irql_current))
        raise_violation(VIOLATION_LOWER_TO_HIGHER, irql, frame);
    else
        change(irql, frame);
}

KIRQL KeGetCurrentIrql(VOID)
{
    return irql_current;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    KIRQL before = irql_current;
    if (UNLIKELY(NewIrql < before) || !is_every_day(before, NewIrql))
        return raise_other(NewIrql, FRAME_UNLESS_LAST);
    irql_current = NewIrql;
    cache_follow_irql(before, NewIrql);
    return before;
}

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    KIRQL before = irql_current;
    if (!is_every_day(before, DISPATCH_LEVEL))
        return raise_other(DISPATCH_LEVEL, FRAME_UNLESS_LAST);
    irql_current = DISPATCH_LEVEL;
    cache_follow_irql(before, DISPATCH_LEVEL);
    return before;
}

VOID KeLowerIrql(KIRQL NewIrql)
{
    KIRQL before = irql_current;
    if (UNLIKELY(NewIrql > before) || !is_every_day(before, NewIrql)) {
        lower_other(NewIrql, FRAME_UNLESS_LAST);
        return;
    }
    irql_current = NewIrql;
    cache_follow_irql(before, NewIrql);
}
