/* ps_thread.c - threads of drivers: started on Linux' own, ended by returning. */
#include "expool/irql.h"
#include "expool/thread.h"

#include "kernel/deadlock.h"
#include "kernel/misuse.h"
#include "kernel/object.h"
#include "kernel/os_park.h"
#include "kernel/service.h"
#include "kernel/thread.h"
#include "pool/hook.h"
#include "pool/order.h"
#include "pool/os.h"

#include <setjmp.h>

/* Handed to the new thread, on the creator's stack until the thread has an id. */
struct birth {
    struct thread *thread;
    PKSTART_ROUTINE routine;
    PVOID context;
};

static _Thread_local jmp_buf *way_out TLS_FAST;

static struct thread *of(const void *thread)
{
    return (struct thread *)(uintptr_t)thread;
}

static void announce(const struct thread *thread)
{
    os_unpark_all(&thread->id); /* which thread_become has set */
}

static void await_id(const struct thread *thread)
{
    while (__atomic_load_n(&thread->id, __ATOMIC_ACQUIRE) == 0)
        os_park(&thread->id, 0);
    order_after(&thread->id);
}

/* Told of the thread's routine: the stack it ran on is gone. */
static void judge_end(PKSTART_ROUTINE routine)
{
    struct thread *self = thread_current();
    struct misuse misuse = {.kind = VIOLATION_THREAD_END,
                            .object = self,
                            .found = thread_apc_disables(self),
                            .pc = (uintptr_t)routine + 1};
    if (deadlock_is_on())
        deadlock_thread_ends(misuse.pc, NULL);
    bool has_mutexes = !IsListEmpty(&self->mutants); /* a stop of their own, in thread.c */
    if (!has_mutexes && (irql_current > 0 || misuse.found != 0))
        misuse_raise(&misuse);
    KeLowerIrql(PASSIVE_LEVEL);
}

static void *run(void *argument)
{
    const void *volatile vector = service_thread_vector();
    struct birth birth = *(struct birth *)argument;
    jmp_buf here;
    (void)vector;
    way_out = &here;
    thread_become(birth.thread);
    announce(birth.thread);
    if (setjmp(here) == 0)
        birth.routine(birth.context);
    judge_end(birth.routine);
    return NULL;
}

static NTSTATUS start(struct thread *thread, const struct birth *birth)
{
    thread->is_system = true;
    thread_reference(thread); /* the thread's own */
    if (!service_start_thread(run, (void *)(uintptr_t)birth)) {
        thread_release(thread);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    await_id(thread);
    return STATUS_SUCCESS;
}

static void tell_ids(PCLIENT_ID ids, const struct thread *thread)
{
    if (ids == NULL)
        return;
    ids->UniqueProcess = (HANDLE)(uintptr_t)os_process_id();
    ids->UniqueThread = (HANDLE)(uintptr_t)thread->id;
}

/* NOLINTNEXTLINE(readability-function-size): Windows' signature */
NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine, PVOID StartContext)
{
    MISUSE_ABOVE(PASSIVE_LEVEL);
    if (ProcessHandle != NULL)
        return STATUS_INVALID_HANDLE;
    struct thread *thread = thread_make();
    if (thread == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    struct birth birth = {thread, StartRoutine, StartContext};
    NTSTATUS status = start(thread, &birth);
    if (NT_SUCCESS(status)) {
        ULONG attributes = ObjectAttributes != NULL ? ObjectAttributes->Attributes : 0;
        *ThreadHandle = handle_open(thread, DesiredAccess, attributes);
        tell_ids(ClientId, thread);
    }
    thread_release(thread);
    return status;
}

NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    struct thread *self = thread_current();
    MISUSE_ABOVE(PASSIVE_LEVEL);
    if (!self->is_system)
        return STATUS_INVALID_PARAMETER;
    self->exit_status = ExitStatus;
    longjmp(*way_out, 1);
}

PETHREAD PsGetCurrentThread(VOID)
{
    return (PETHREAD)thread_current();
}

PKTHREAD KeGetCurrentThread(VOID)
{
    return (PKTHREAD)thread_current();
}

HANDLE PsGetCurrentThreadId(VOID)
{
    return (HANDLE)(uintptr_t)os_thread_id();
}

HANDLE PsGetThreadId(PETHREAD Thread)
{
    return (HANDLE)(uintptr_t)of(Thread)->id;
}

BOOLEAN PsIsSystemThread(PETHREAD Thread)
{
    return of(Thread)->is_system;
}

BOOLEAN PsIsThreadTerminating(PETHREAD Thread)
{
    return waitable_state(&of(Thread)->header) != 0;
}

KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
    return __atomic_exchange_n(&of(Thread)->priority, Priority, __ATOMIC_RELAXED);
}

KPRIORITY KeQueryPriorityThread(PKTHREAD Thread)
{
    return __atomic_load_n(&of(Thread)->priority, __ATOMIC_RELAXED);
}

LONG KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment)
{
    return __atomic_exchange_n(&of(Thread)->base_increment, Increment, __ATOMIC_RELAXED);
}
