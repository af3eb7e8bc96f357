/* ke_region.c - critical and guarded regions: two counters of the thread. */
#include "expool/irql.h"
#include "expool/region.h"

#include "kernel/misuse.h"
#include "kernel/thread.h"

enum { GUARDED_REGIONS = 0x4000E }; /* the DDI rule */

VOID KeEnterCriticalRegion(VOID)
{
    if (UNLIKELY(irql_current > APC_LEVEL))
        MISUSE(VIOLATION_REGION_ENTER_IRQL, NULL);
    thread_current()->critical_depth++;
}

VOID KeLeaveCriticalRegion(VOID)
{
    struct thread *self = thread_current();
    if (UNLIKELY(irql_current > APC_LEVEL))
        MISUSE(VIOLATION_REGION_LEAVE_IRQL, NULL);
    if (UNLIKELY(self->critical_depth == 0))
        MISUSE(VIOLATION_REGION_LEAVE, NULL);
    else
        self->critical_depth--;
}

VOID KeEnterGuardedRegion(VOID)
{
    if (UNLIKELY(irql_current > APC_LEVEL))
        MISUSE(VIOLATION_REGION_ENTER_IRQL, NULL);
    thread_current()->guarded_depth++;
}

VOID KeLeaveGuardedRegion(VOID)
{
    struct thread *self = thread_current();
    if (UNLIKELY(irql_current > APC_LEVEL))
        MISUSE(VIOLATION_REGION_LEAVE_IRQL, NULL);
    if (UNLIKELY(self->guarded_depth == 0))
        MISUSE_WITH(VIOLATION_REGION_LEAVE, NULL, .rule = GUARDED_REGIONS);
    else
        self->guarded_depth--;
}

BOOLEAN KeAreApcsDisabled(VOID)
{
    const struct thread *self = thread_current();
    return thread_apc_disables(self) != 0;
}

BOOLEAN KeAreAllApcsDisabled(VOID)
{
    return thread_current()->guarded_depth != 0 || irql_current >= APC_LEVEL;
}
