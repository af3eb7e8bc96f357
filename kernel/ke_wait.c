/* ke_wait.c - KeWait... and sleeping: the arguments are judged here, dispatcher.c waits. */
#include "expool/dispatcher.h"
#include "expool/irql.h"

#include "kernel/deadlock.h"
#include "kernel/dispatcher.h"
#include "kernel/memory_kind.h"
#include "kernel/misuse.h"
#include "kernel/thread.h"
#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/util.h"

/* One call of KeWait..., for judging. */
struct call {
    const void *object;
    PLARGE_INTEGER timeout;
    const void *frame;
};

static bool is_poll(const LARGE_INTEGER *timeout)
{
    return timeout != NULL && timeout->QuadPart == 0;
}

static void refuse(enum violation_kind kind, const struct call *call)
{
    struct misuse misuse = {.kind = kind,
                            .object = call->object,
                            .expected = (uintptr_t)call->timeout,
                            .found = (uintptr_t)&irql_current,
                            .frame = call->frame};
    misuse_raise(&misuse);
}

/* True: the level is one to wait at. Under the verifier the call is judged; without it only what
 * would go wrong for sure: waiting, not finding the object signalled. */
static bool judge_level(const struct call *call)
{
    if (irql_current > DISPATCH_LEVEL) {
        refuse(VIOLATION_WAIT_ABOVE_DISPATCH, call);
        return false;
    }
    if (irql_current < DISPATCH_LEVEL || is_poll(call->timeout))
        return true;
    if (hook_column() == COLUMN_VERIFIED)
        refuse(VIOLATION_WAIT_AT_DISPATCH, call);
    return false;
}

static bool is_mutex(const void *object)
{
    return ((const DISPATCHER_HEADER *)object)->Type == WAITABLE_MUTANT;
}

static struct lock_call mutex_call(const void *mutex, const struct call *call)
{
    return (struct lock_call){.lock = mutex, .kind = LOCK_MUTEX, .frame = call->frame};
}

/* Only who waits for one object, or for all, without an end waits for a mutex's owner for sure. */
static void note_wait(const struct wait *wait, const struct call *call)
{
    if (wait->until != WAIT_FOREVER || (wait->count > 1 && !wait->is_for_all))
        return;
    for (unsigned i = 0; i < wait->count; i++) {
        const struct lock_call lock = mutex_call(wait->objects[i], call);
        if (is_mutex(wait->objects[i]))
            deadlock_before(&lock);
    }
}

static void note_mutexes(const struct wait *wait, const struct call *call, NTSTATUS status)
{
    for (unsigned i = 0; i < wait->count && status != STATUS_TIMEOUT; i++) {
        const struct lock_call lock = mutex_call(wait->objects[i], call);
        bool is_taken = wait->is_for_all || status == STATUS_WAIT_0 + (NTSTATUS)i;
        if (is_taken && is_mutex(wait->objects[i]))
            deadlock_taken(&lock);
    }
}

static NTSTATUS wait_judged(struct wait *wait, const struct call *call)
{
    bool may_wait = judge_level(call);
    wait->until = may_wait ? wait_deadline(call->timeout) : 0;
    bool is_watched = deadlock_is_on();
    if (is_watched)
        note_wait(wait, call);
    NTSTATUS status = wait_for(wait);
    if (is_watched)
        note_mutexes(wait, call, status);
    if (!may_wait && status == STATUS_TIMEOUT && hook_column() == COLUMN_PLAIN)
        refuse(VIOLATION_WAIT_AT_DISPATCH, call);
    return status;
}

NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    (void)WaitReason, (void)Alertable;
    if (UNLIKELY(WaitMode == UserMode) && memory_is_stack(Object))
        MISUSE(VIOLATION_WAIT_ON_STACK, Object);
    if (UNLIKELY(!waitable_is_started(Object))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Object);
        return STATUS_TIMEOUT;
    }
    struct wait wait = {.objects = &Object, .count = 1, .blocks = thread_current()->blocks};
    struct call call = {.object = Object, .timeout = Timeout, .frame = OWN_FRAME};
    return wait_judged(&wait, &call);
}

/* NOLINTNEXTLINE(readability-function-size): Windows' signature */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray)
{
    (void)WaitReason, (void)WaitMode, (void)Alertable;
    unsigned most = WaitBlockArray != NULL ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS;
    if (Count == 0 || Count > most) {
        MISUSE(VIOLATION_WAIT_TOO_MANY, Object);
        return STATUS_INVALID_PARAMETER_1;
    }
    for (ULONG i = 0; i < Count; i++)
        if (!waitable_is_started(Object[i])) {
            MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Object[i]);
            return STATUS_TIMEOUT;
        }
    struct wait wait = {
        .objects = Object,
        .count = Count,
        .is_for_all = WaitType == WaitAll,
        .blocks = WaitBlockArray != NULL ? WaitBlockArray : thread_current()->blocks,
    };
    struct call call = {.object = Object[0], .timeout = Timeout, .frame = OWN_FRAME};
    return wait_judged(&wait, &call);
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval)
{
    (void)WaitMode, (void)Alertable;
    struct call call = {.timeout = Interval, .frame = OWN_FRAME};
    if (UNLIKELY(irql_current >= DISPATCH_LEVEL)) {
        refuse(VIOLATION_WAIT_AT_DISPATCH, &call);
        return STATUS_SUCCESS;
    }
    struct wait wait = {.until = wait_deadline(Interval)};
    if (wait.until == 0)
        os_yield();
    else
        wait_for(&wait);
    return STATUS_SUCCESS;
}
