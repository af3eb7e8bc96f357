/* ke_bugcheck.c - stops that driver code asks for itself, and statuses it raises. */
#include "expool/bugcheck.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/os.h"

#define OWN_FRAME __builtin_frame_address(0)

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
    const uint64_t parameter[4] = {BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                                   BugCheckParameter4};
    bugcheck_stop(BugCheckCode, parameter, OWN_FRAME);
}

VOID KeBugCheck(ULONG BugCheckCode)
{
    const uint64_t parameter[4] = {0, 0, 0, 0};
    bugcheck_stop(BugCheckCode, parameter, OWN_FRAME);
}

/* Nothing catches a status in C: the stop that Windows makes of an exception nobody handles. */
VOID ExRaiseStatus(NTSTATUS Status)
{
    struct violation violation = {
        .kind = VIOLATION_UNHANDLED_RAISE,
        .column = hook_column(),
        .status = (uint32_t)Status,
        .irql = irql_current,
        .pc = (uintptr_t)__builtin_return_address(0),
        .frame = OWN_FRAME,
    };
    violation_raise(&violation);
    os_abort(); /* the raise cannot return, whatever the host said */
}
