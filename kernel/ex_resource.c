/* ex_resource.c - executive resources: what is judged; resource.c does the work. */
#include "expool/irql.h"
#include "expool/region.h"
#include "expool/resource.h"

#include "kernel/active.h"
#include "kernel/deadlock.h"
#include "kernel/misuse.h"
#include "kernel/pageable.h"
#include "kernel/resource.h"
#include "kernel/thread.h"
#include "pool/ddi.h"
#include "pool/hook.h"
#include "pool/touch.h"

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

static struct lock_call call_of(PERESOURCE resource, enum resource_wish wish, const void *frame)
{
    static const enum lock_mode mode[] = {
        [RESOURCE_ALONE] = LOCK_ALONE,
        [RESOURCE_SHARED] = LOCK_SHARED,
        [RESOURCE_SHARED_PAST_WRITERS] = LOCK_SHARED_PAST_WRITERS,
        [RESOURCE_SHARED_BEHIND_WRITERS] = LOCK_SHARED,
    };
    return (struct lock_call){.lock = resource,
                              .kind = LOCK_RESOURCE,
                              .mode = mode[wish],
                              .frame = frame,
                              .lower = irql_current};
}

static BOOLEAN acquire(PERESOURCE resource, const struct acquisition *call)
{
    const struct lock_call lock = call_of(resource, call->wish, call->frame);
    TOUCHES(resource);
    if (UNLIKELY(((uintptr_t)resource & (sizeof(void *) - 1)) != 0))
        refuse(VIOLATION_RESOURCE_UNALIGNED, resource, call->frame);
    if (UNLIKELY(level_is_wrong()))
        refuse(VIOLATION_RESOURCE_ACQUIRE_APCS, resource, call->frame);
    if (deadlock_is_on() && call->may_wait && !deadlock_before(&lock))
        return FALSE;
    enum resource_answer answer = resource_take(resource, call->wish, call->may_wait != FALSE);
    if (UNLIKELY(answer == RESOURCE_DEADLOCK))
        refuse(VIOLATION_RESOURCE_DEADLOCK, resource, call->frame);
    if (answer == RESOURCE_TAKEN && deadlock_is_on())
        deadlock_taken(&lock);
    return answer == RESOURCE_TAKEN;
}

static void note_release(PERESOURCE resource, ERESOURCE_THREAD owner, const void *frame)
{
    const struct lock_call lock = call_of(resource, RESOURCE_ALONE, frame);
    if (owner == ExGetCurrentResourceThread())
        deadlock_dropping(&lock);
    else
        deadlock_dropped_for(resource, (const void *)owner);
}

static void release(PERESOURCE resource, ERESOURCE_THREAD owner, const void *frame)
{
    TOUCHES(resource);
    if (UNLIKELY(level_is_wrong()) && irql_current <= APC_LEVEL)
        refuse(VIOLATION_RESOURCE_RELEASE_APCS, resource, frame);
    if (deadlock_is_on())
        note_release(resource, owner, frame);
    if (UNLIKELY(!resource_drop(resource, owner)))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, resource, frame);
}

/* What an initialised resource holds, and nothing else does. */
static PVOID mark_of(const ERESOURCE *resource)
{
    return (PVOID)((uintptr_t)resource ^ MARK);
}

bool resource_is_started(const ERESOURCE *resource)
{
    return resource->Reserved2 == mark_of(resource);
}

static void make_new(PERESOURCE resource)
{
    memset(resource, 0, sizeof *resource);
    InitializeListHead(&resource->SystemResourcesList);
    resource->Reserved2 = mark_of(resource);
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
    MISUSE_PAGEABLE(Resource);
    TOUCHES(Resource);
    if (UNLIKELY(hook_column() == COLUMN_VERIFIED)) {
        if (resource_is_entered(Resource))
            MISUSE(VIOLATION_RESOURCE_REINITIALIZED, Resource);
        else
            resource_enter(Resource);
    }
    if (deadlock_is_on())
        deadlock_forget(Resource); /* a second initialisation is told above */
    make_new(Resource);
    return STATUS_SUCCESS;
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource)
{
    MISUSE_ABOVE(DISPATCH_LEVEL);
    TOUCHES(Resource);
    free(Resource->OwnerTable);
    make_new(Resource);
    return STATUS_SUCCESS;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
    MISUSE_ABOVE(DISPATCH_LEVEL);
    TOUCHES(Resource);
    if (UNLIKELY(!resource_is_started(Resource))) {
        MISUSE(VIOLATION_RESOURCE_NOT_INITIALIZED, Resource);
        return STATUS_SUCCESS;
    }
    resource_forget(Resource);
    deadlock_forget(Resource);
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
    DDI_LEVEL(ExConvertExclusiveToSharedLite);
    if (!resource_share(Resource))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, Resource, OWN_FRAME);
    else if (deadlock_is_on())
        deadlock_shared(Resource, true);
}

/* From now on it is the pointer's, and no thread's. */
static void set_owner(PERESOURCE resource, PVOID owner, const void *frame)
{
    if (!resource_rename(resource, (ERESOURCE_THREAD)owner))
        refuse(VIOLATION_RESOURCE_NOT_OWNED, resource, frame);
    else if (deadlock_is_on())
        deadlock_dropped_for(resource, thread_current());
}

VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer)
{
    set_owner(Resource, OwnerPointer, OWN_FRAME);
}

VOID ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags)
{
    (void)Flags; /* threads and pointers are kept alike */
    set_owner(Resource, OwnerPointer, OWN_FRAME);
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
