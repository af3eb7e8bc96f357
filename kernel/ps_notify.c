/* ps_notify.c - the routines that are told of processes, threads and images. They are called with
 * no lock held, from a copy of the list. */
#include "expool/process_notify.h"
#include "expool/thread.h"

#include "kernel/driver_name.h"
#include "pool/ddi.h"
#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/os.h"

enum { ROUTINES_MAX = 64, SYSTEM_PROCESS_ID = 4 };

typedef void any_routine(void);

enum kind { OF_PROCESS, OF_PROCESS_EX, OF_THREAD, OF_IMAGE, KIND_COUNT };

struct routines {
    any_routine *routine[ROUTINES_MAX];
    unsigned count;
};

static struct {
    struct lock lock;
    struct routines kind[KIND_COUNT];
} told = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(told.lock)

static NTSTATUS add(enum kind kind, any_routine *routine)
{
    NTSTATUS status = STATUS_SUCCESS;
    struct routines *routines = &told.kind[kind];
    lock_take(&told.lock);
    for (unsigned i = 0; i < routines->count; i++)
        if (routines->routine[i] == routine)
            status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && routines->count == ROUTINES_MAX)
        status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(status))
        routines->routine[routines->count++] = routine;
    lock_drop(&told.lock);
    return status;
}

static NTSTATUS take_away(enum kind kind, any_routine *routine)
{
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    struct routines *routines = &told.kind[kind];
    lock_take(&told.lock);
    for (unsigned i = 0; i < routines->count && !NT_SUCCESS(status); i++) {
        if (routines->routine[i] != routine)
            continue;
        routines->count--;
        for (unsigned k = i; k < routines->count; k++)
            routines->routine[k] = routines->routine[k + 1];
        status = STATUS_SUCCESS;
    }
    lock_drop(&told.lock);
    return status;
}

static struct routines copy_of(enum kind kind)
{
    lock_take(&told.lock);
    struct routines copy = told.kind[kind];
    lock_drop(&told.lock);
    return copy;
}

NTSTATUS PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
                                         BOOLEAN Remove)
{
    DDI_LEVEL(PsSetCreateProcessNotifyRoutine);
    any_routine *routine = (any_routine *)NotifyRoutine;
    return Remove ? take_away(OF_PROCESS, routine) : add(OF_PROCESS, routine);
}

NTSTATUS PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine,
                                           BOOLEAN Remove)
{
    any_routine *routine = (any_routine *)NotifyRoutine;
    return Remove ? take_away(OF_PROCESS_EX, routine) : add(OF_PROCESS_EX, routine);
}

NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine)
{
    DDI_LEVEL(PsSetCreateThreadNotifyRoutine);
    return add(OF_THREAD, (any_routine *)NotifyRoutine);
}

NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine)
{
    NTSTATUS status = take_away(OF_THREAD, (any_routine *)NotifyRoutine);
    return NT_SUCCESS(status) ? status : STATUS_PROCEDURE_NOT_FOUND;
}

NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine)
{
    DDI_LEVEL(PsSetLoadImageNotifyRoutine);
    return add(OF_IMAGE, (any_routine *)NotifyRoutine);
}

NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine)
{
    NTSTATUS status = take_away(OF_IMAGE, (any_routine *)NotifyRoutine);
    return NT_SUCCESS(status) ? status : STATUS_PROCEDURE_NOT_FOUND;
}

NTSTATUS expool_notify_process(HANDLE parent, HANDLE process, int is_created, const char *image)
{
    struct wide_name name = {0};
    const struct routines plain = copy_of(OF_PROCESS);
    const struct routines extended = copy_of(OF_PROCESS_EX);
    PS_CREATE_NOTIFY_INFO info = {.Size = sizeof(info), .ParentProcessId = parent};
    if (image != NULL && wide_name_make(&name, image, ""))
        info.ImageFileName = info.CommandLine = &name.text;
    for (unsigned i = 0; i < extended.count && NT_SUCCESS(info.CreationStatus); i++)
        ((PCREATE_PROCESS_NOTIFY_ROUTINE_EX)extended.routine[i])(PsGetCurrentProcess(), process,
                                                                 is_created ? &info : NULL);
    for (unsigned i = 0; i < plain.count && NT_SUCCESS(info.CreationStatus); i++)
        ((PCREATE_PROCESS_NOTIFY_ROUTINE)plain.routine[i])(parent, process, is_created != 0);
    wide_name_free(&name);
    return info.CreationStatus;
}

void expool_notify_thread(HANDLE process, HANDLE thread, int is_created)
{
    const struct routines routines = copy_of(OF_THREAD);
    for (unsigned i = 0; i < routines.count; i++)
        ((PCREATE_THREAD_NOTIFY_ROUTINE)routines.routine[i])(process, thread, is_created != 0);
}

void expool_notify_image(HANDLE process, const char *name, PIMAGE_INFO image)
{
    struct wide_name wide;
    if (!wide_name_make(&wide, name, ""))
        return;
    const struct routines routines = copy_of(OF_IMAGE);
    for (unsigned i = 0; i < routines.count; i++)
        ((PLOAD_IMAGE_NOTIFY_ROUTINE)routines.routine[i])(&wide.text, process, image);
    wide_name_free(&wide);
}

HANDLE PsGetCurrentProcessId(VOID)
{
    return (HANDLE)(uintptr_t)os_process_id();
}

HANDLE PsGetThreadProcessId(PETHREAD Thread)
{
    (void)Thread;
    return PsGetCurrentProcessId();
}

HANDLE PsGetProcessId(PEPROCESS Process)
{
    return Process == PsInitialSystemProcess ? (HANDLE)SYSTEM_PROCESS_ID : PsGetCurrentProcessId();
}

PEPROCESS IoThreadToProcess(PETHREAD Thread)
{
    return Thread == PsGetCurrentThread() ? PsGetCurrentProcess() : PsInitialSystemProcess;
}

NTSTATUS PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process)
{
    if (ProcessId == (HANDLE)SYSTEM_PROCESS_ID)
        *Process = PsInitialSystemProcess;
    else if (ProcessId == PsGetCurrentProcessId())
        *Process = PsGetCurrentProcess();
    else
        return STATUS_INVALID_PARAMETER;
    ObfReferenceObject(*Process);
    return STATUS_SUCCESS;
}
