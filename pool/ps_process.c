/* ps_process.c - Windows' routines about processes and their quota. */
#include "expool/process.h"

#include "pool/exception.h"
#include "pool/process.h"
#include "pool/request.h"

#define OWN_FRAME __builtin_frame_address(0)

PEPROCESS PsInitialSystemProcess = (PEPROCESS)(void *)&process_system;

static struct process *inner(PEPROCESS process)
{
    return process == NULL ? &process_system : (struct process *)(void *)process;
}

static PEPROCESS outer(struct process *process)
{
    return (PEPROCESS)(void *)process;
}

PEPROCESS PsGetCurrentProcess(VOID)
{
    return outer(process_current());
}

static int class_of(POOL_TYPE type)
{
    return ((ULONG)type & PagedPool) != 0;
}

NTSTATUS PsChargeProcessPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    bool fits = process_charge(inner(Process), class_of(PoolType), Amount);
    return fits ? STATUS_SUCCESS : STATUS_QUOTA_EXCEEDED;
}

VOID PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    if (!process_charge(inner(Process), class_of(PoolType), Amount))
        exception_raise((uint32_t)STATUS_QUOTA_EXCEEDED, (uintptr_t)__builtin_return_address(0),
                        OWN_FRAME);
}

VOID PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    if (!process_return(inner(Process), class_of(PoolType), Amount))
        exception_raise((uint32_t)STATUS_QUOTA_EXCEEDED, (uintptr_t)__builtin_return_address(0),
                        OWN_FRAME);
}

PEPROCESS expool_process_create(size_t nonpaged_limit, size_t paged_limit)
{
    const size_t limit[PROCESS_CLASSES] = {nonpaged_limit, paged_limit};
    return outer(process_create(limit));
}

void expool_process_close(PEPROCESS process)
{
    process_drop(inner(process));
}

size_t expool_process_count(void)
{
    return process_count();
}

PEPROCESS expool_process_attach(PEPROCESS process)
{
    process_hold(inner(process));
    struct process *before = process_exchange(inner(process));
    process_drop(before); /* its creator holds it, as long as the answer is of use */
    return outer(before);
}

void expool_process_quota_get(PEPROCESS process, struct expool_process_quota *quota)
{
    for (int i = 0; i < PROCESS_CLASSES; i++) {
        quota->limit[i] = inner(process)->limit[i];
        quota->used[i] = atomic_load(&inner(process)->used[i]);
        quota->peak[i] = atomic_load(&inner(process)->peak[i]);
    }
}
