#include "kernel/callback_watch.h"

#include "kernel/misuse.h"
#include "kernel/thread.h"
#include "pool/rules.h"

enum { IRQL_RETURN = 0x2001D }; /* the DDI rule */

static unsigned disables_now(void)
{
    return thread_self != NULL ? thread_apc_disables(thread_self) : 0;
}

struct callback_watch callback_begin(void)
{
    return (struct callback_watch){irql_current, disables_now()};
}

void callback_judge_dispatch(const struct callback_watch *before, const void *routine)
{
    uintptr_t pc = (uintptr_t)routine + 1; /* its first line */
    if (UNLIKELY(irql_current != before->irql) && rules_have(RULE_DDI))
        MISUSE_TOLD(VIOLATION_DDI_IRQL, routine, .rule = IRQL_RETURN, .pc = pc);
    if (UNLIKELY(disables_now() != before->apc_disables))
        MISUSE_TOLD(VIOLATION_DISPATCH_REGION, routine, .found = disables_now(),
                    .expected = before->apc_disables, .pc = pc);
}

void callback_judge_interrupt(const struct callback_watch *before, const void *routine)
{
    if (UNLIKELY(irql_current != before->irql))
        MISUSE_TOLD(VIOLATION_ISR_IRQL, routine, .found = irql_current, .expected = before->irql,
                    .pc = (uintptr_t)routine + 1);
}
