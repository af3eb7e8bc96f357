/* ex_raise.c - exceptions that driver code raises itself, and those that a fault is. */
#include "expool/seh.h"
#include "expool/status.h"

#include "pool/bugcheck.h"
#include "pool/ddi.h"
#include "pool/exception.h"
#include "pool/exception_thread.h"
#include "pool/hook.h"
#include "pool/pool.h"

#define OWN_FRAME __builtin_frame_address(0)

enum { STACK_REACH = 64 * 1024 };

static void raise_unhandled(const EXCEPTION_RECORD *record, const void *frame,
                            const void *fault_frame)
{
    struct violation violation = {
        .kind = VIOLATION_UNHANDLED_RAISE,
        .column = hook_column(),
        .status = (uint32_t)record->ExceptionCode,
        .irql = irql_current,
        .pc = (uintptr_t)record->ExceptionAddress,
        .frame = frame,
        .fault_frame = fault_frame,
    };
    if (record->NumberParameters == 2) {
        violation.access = (unsigned)record->ExceptionInformation[0];
        violation.address = (const void *)record->ExceptionInformation[1];
    }
    violation_raise(&violation);
}

/* A filter would go on where nothing can: that is an exception itself. */
static void offer_noncontinuable(const EXCEPTION_RECORD *record, const void *frame)
{
    EXCEPTION_RECORD first = *record;
    EXCEPTION_RECORD second = {.ExceptionCode = STATUS_NONCONTINUABLE_EXCEPTION,
                               .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
                               .ExceptionRecord = &first,
                               .ExceptionAddress = record->ExceptionAddress};
    if (exception_offer(record) == EXCEPTION_NOBODY) {
        raise_unhandled(record, frame, NULL);
        return;
    }
    exception_offer(&second);
    raise_unhandled(&second, frame, NULL);
}

void exception_raise(uint32_t status, uintptr_t pc, const void *frame)
{
    EXCEPTION_RECORD record = {.ExceptionCode = (NTSTATUS)status,
                               .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
                               .ExceptionAddress = (PVOID)pc};
    offer_noncontinuable(&record, frame);
}

VOID ExRaiseStatus(NTSTATUS Status)
{
    DDI_LEVEL(ExRaiseStatus);
    exception_raise((uint32_t)Status, (uintptr_t)__builtin_return_address(0), OWN_FRAME);
    os_abort(); /* the raise cannot return, whatever the host said */
}

VOID ExRaiseAccessViolation(VOID)
{
    DDI_LEVEL(ExRaiseAccessViolation);
    exception_raise((uint32_t)STATUS_ACCESS_VIOLATION, (uintptr_t)__builtin_return_address(0),
                    OWN_FRAME);
    os_abort();
}

VOID ExRaiseDatatypeMisalignment(VOID)
{
    DDI_LEVEL(ExRaiseDatatypeMisalignment);
    exception_raise((uint32_t)STATUS_DATATYPE_MISALIGNMENT, (uintptr_t)__builtin_return_address(0),
                    OWN_FRAME);
    os_abort();
}

VOID RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord)
{
    ExceptionRecord->ExceptionAddress = __builtin_return_address(0);
    if ((ExceptionRecord->ExceptionFlags & EXCEPTION_NONCONTINUABLE) != 0)
        offer_noncontinuable(ExceptionRecord, OWN_FRAME);
    else if (exception_offer(ExceptionRecord) == EXCEPTION_NOBODY)
        raise_unhandled(ExceptionRecord, OWN_FRAME, NULL);
    else
        return;
    os_abort();
}

/* Runs on the faulting code's own stack, as if it had called this. The registers of that moment are
 * gone, so there is no going on. */
static _Noreturn void exception_of_fault(void)
{
    struct os_fault fault = exception_thread.fault;
    EXCEPTION_RECORD record = {
        .ExceptionCode = STATUS_ACCESS_VIOLATION,
        .ExceptionAddress = (PVOID)fault.pc,
        .NumberParameters = 2,
        .ExceptionInformation = {(ULONG_PTR)fault.access, fault.address},
    };
    EXCEPTION_RECORD second = {.ExceptionCode = STATUS_NONCONTINUABLE_EXCEPTION,
                               .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
                               .ExceptionRecord = &record,
                               .ExceptionAddress = (PVOID)fault.pc};
    const EXCEPTION_RECORD *unhandled = &record;
    if (exception_offer(&record) == EXCEPTION_GO_ON) {
        exception_offer(&second);
        unhandled = &second;
    }
    raise_unhandled(unhandled, NULL, (const void *)fault.frame);
    os_abort();
}

enum os_fault_verdict exception_on_fault(const struct os_fault *fault, uintptr_t *resume)
{
    const struct expool_try *frame = exception_thread.innermost;
    enum pool_kind kind;
    while (frame != NULL && frame->kind != EXPOOL_TRY_EXCEPT)
        frame = frame->outer;
    /* A bad pool address is the system's affair and no exception; so is a stack that is full. */
    if (frame == NULL || irql_current >= IRQL_DISPATCH ||
        pool_has((const void *)fault->address, &kind) ||
        fault->address - (fault->sp - STACK_REACH) < (uintptr_t)2 * STACK_REACH)
        return OS_FAULT_NOT_OURS;
    exception_thread.fault = *fault;
    *resume = (uintptr_t)exception_of_fault;
    return OS_FAULT_CALL;
}
