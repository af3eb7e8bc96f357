/* ex_resource.c - executive resources: what is judged; resource.c does the work. */
#include "expool/irql.h"
#include "expool/region.h"
#include "expool/resource.h"

#include "kernel/active.h"
#include "kernel/misuse.h"
#include "kernel/resource.h"
#include "kernel/thread.h"
#include "pool/hook.h"

#include <stdlib.h>
#include <string.h>

#define MARK ((uintptr_t)0x5265736f75726365)

static uint64_t apc_disable_count(void)
{
    return thread_apc_disables(thread_current());
}

static bool level_is_wrong(void)
{
    return irql_current > APC_LEVEL || (irql_current < APC_LEVEL && apc_disable_count() == 0);
}

static void refuse(enum violation_kind kind, PERESOURCE resource, const void *frame)
{
    struct misuse misuse = {.kind = kind,
                            .object = resource,
                            .found = kind == VIOLATION_RESOURCE_NOT_OWNED
                                         ? (uintptr_t)thread_current()
                                         : apc_disable_count(),
                            .expected = (uintptr_t)resource->OwnerTable,
                            .frame = frame};
    misuse_raise(&misuse);
}

struct acquisition {
    enum resource_wish wish;
    BOOLEAN may_wait;
    const void *frame;
};

static BOOLEAN acquire(PERESOURCE resource, const struct acquisition *call)
{
    if (UNLIKELY(level_is_wrong()))
        refuse(VIOLATION_RESOURCE_ACQUIRE_APCS, resource, call->frame);
    enum resource_answer answer = resource_take(resource, call->wish, call->may_wait != FALSE);
    if (UNLIKELY(answer == RESOURCE_DEADLOCK))
        refuse(VIOLATION_RESOURCE_DEADLOCK, resource, call->frame);
    return answer == RESOURCE_TAKEN;
}

static void release(PERESOURCE resource, ERESOURCE_THREAD owner, const void *frame)
{
    if (UNLIKELY(level_is_wrong()) && irql_current <= APC_LEVEL)
        refuse(VIOLATION_RESOURCE_RELEASE_APCS, resource, frame);
    if (UNLIKELY(!resource_drop(resource, owner)))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, resource, frame);
}

/* What an initialised resource holds, and nothing else does. */
static PVOID mark_of(PERESOURCE resource)
{
    return (PVOID)((uintptr_t)resource ^ MARK);
}

static void make_new(PERESOURCE resource)
{
    memset(resource, 0, sizeof *resource);
    InitializeListHead(&resource->SystemResourcesList);
    resource->Reserved2 = mark_of(resource);
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
    if (UNLIKELY(hook_column() == COLUMN_VERIFIED)) {
        if (resource_is_entered(Resource))
            MISUSE(VIOLATION_RESOURCE_REINITIALIZED, Resource);
        else
            resource_enter(Resource);
    }
    make_new(Resource);
    return STATUS_SUCCESS;
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource)
{
    MISUSE_ABOVE(DISPATCH_LEVEL);
    free(Resource->OwnerTable);
    make_new(Resource);
    return STATUS_SUCCESS;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
    MISUSE_ABOVE(DISPATCH_LEVEL);
    if (UNLIKELY(Resource->Reserved2 != mark_of(Resource))) {
        MISUSE(VIOLATION_RESOURCE_NOT_INITIALIZED, Resource);
        return STATUS_SUCCESS;
    }
    resource_forget(Resource);
    free(Resource->OwnerTable);
    memset(Resource, 0, sizeof *Resource);
    return STATUS_SUCCESS;
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, &(struct acquisition){RESOURCE_ALONE, Wait, OWN_FRAME});
}

BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource)
{
    return acquire(Resource, &(struct acquisition){RESOURCE_ALONE, FALSE, OWN_FRAME});
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, &(struct acquisition){RESOURCE_SHARED, Wait, OWN_FRAME});
}

BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, &(struct acquisition){RESOURCE_SHARED_PAST_WRITERS, Wait, OWN_FRAME});
}

BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource,
                   &(struct acquisition){RESOURCE_SHARED_BEHIND_WRITERS, Wait, OWN_FRAME});
}

VOID ExReleaseResourceLite(PERESOURCE Resource)
{
    release(Resource, ExGetCurrentResourceThread(), OWN_FRAME);
}

VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId)
{
    release(Resource, ResourceThreadId, OWN_FRAME);
}

VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource)
{
    if (!resource_share(Resource))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, Resource, OWN_FRAME);
}

VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer)
{
    if (!resource_rename(Resource, (ERESOURCE_THREAD)OwnerPointer))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, Resource, OWN_FRAME);
}

VOID ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags)
{
    (void)Flags; /* threads and pointers are kept alike */
    if (!resource_rename(Resource, (ERESOURCE_THREAD)OwnerPointer))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, Resource, OWN_FRAME);
}

VOID ExDisableResourceBoostLite(PERESOURCE Resource)
{
    (void)Resource;
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
    return resource_is_alone(Resource, ExGetCurrentResourceThread());
}

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
    return resource_count(Resource, ExGetCurrentResourceThread());
}

ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource)
{
    return resource_waiters(Resource, true);
}

ULONG ExGetSharedWaiterCount(PERESOURCE Resource)
{
    return resource_waiters(Resource, false);
}

ERESOURCE_THREAD ExGetCurrentResourceThread(VOID)
{
    return (ERESOURCE_THREAD)thread_current();
}

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    acquire(Resource, &(struct acquisition){RESOURCE_ALONE, TRUE, OWN_FRAME});
    return thread_current();
}

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    acquire(Resource, &(struct acquisition){RESOURCE_SHARED, TRUE, OWN_FRAME});
    return thread_current();
}

PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    acquire(Resource, &(struct acquisition){RESOURCE_SHARED_BEHIND_WRITERS, TRUE, OWN_FRAME});
    return thread_current();
}

VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
    release(Resource, ExGetCurrentResourceThread(), OWN_FRAME);
    KeLeaveCriticalRegion();
}
