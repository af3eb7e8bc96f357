/* dbg_print.c - debugger output: Windows' conversions, on stderr, at most 512 bytes a call. */
#include "expool/dbg.h"

#include "expool/seh.h"

#include "pool/bugcheck.h"
#include "pool/dbg_text.h"
#include "pool/hook.h"
#include "pool/os.h"

#include <stdarg.h>
#include <string.h>

enum { OUTPUT_BYTES = 512, STDERR = 2 };

static void print(PCSTR format, va_list *arguments)
{
    char bytes[OUTPUT_BYTES + 1];
    struct text text = TEXT_OVER(bytes);
    dbg_text_add(&text, format, arguments);
    os_write(STDERR, text.bytes, text.length);
}

ULONG DbgPrint(PCSTR Format, ...)
{
    va_list arguments;
    va_start(arguments, Format);
    print(Format, &arguments);
    va_end(arguments);
    return (ULONG)STATUS_SUCCESS;
}

/* A level of 0 to 31 is a bit number, anything else a mask; bit 0, errors, is what Windows
 * shows. */
static BOOLEAN is_shown(ULONG level)
{
    ULONG bits = level < 32 ? (ULONG)1 << level : level & ~(ULONG)DPFLTR_MASK;
    return (bits & 1) != 0;
}

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    UNREFERENCED_PARAMETER(ComponentId);
    if (!is_shown(Level))
        return (ULONG)STATUS_SUCCESS;
    va_list arguments;
    va_start(arguments, Format);
    print(Format, &arguments);
    va_end(arguments);
    return (ULONG)STATUS_SUCCESS;
}

ULONG vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                            va_list arglist)
{
    UNREFERENCED_PARAMETER(ComponentId);
    if (!is_shown(Level))
        return (ULONG)STATUS_SUCCESS;
    char bytes[OUTPUT_BYTES + 1];
    struct text text = TEXT_OVER(bytes);
    va_list arguments;
    va_copy(arguments, arglist);
    text_add_bytes(&text, Prefix, strlen(Prefix));
    dbg_text_add(&text, Format, &arguments);
    va_end(arguments);
    os_write(STDERR, text.bytes, text.length);
    return (ULONG)STATUS_SUCCESS;
}

ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist)
{
    return vDbgPrintExWithPrefix("", ComponentId, Level, Format, arglist);
}

/* Continuable: a filter that answers EXCEPTION_CONTINUE_EXECUTION is a debugger's "go". */
VOID DbgBreakPoint(VOID)
{
    EXCEPTION_RECORD record = {.ExceptionCode = STATUS_BREAKPOINT};
    RtlRaiseException(&record);
}

VOID DbgBreakPointWithStatus(ULONG Status)
{
    UNREFERENCED_PARAMETER(Status);
    DbgBreakPoint();
}

VOID DbgRaiseAssertionFailure(VOID)
{
    EXCEPTION_RECORD record = {.ExceptionCode = STATUS_ASSERTION_FAILURE};
    RtlRaiseException(&record);
}

BOOLEAN KdRefreshDebuggerNotPresent(VOID)
{
    return TRUE;
}

VOID RtlAssert(PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message)
{
    DbgPrint("*** Assertion failed: %s%s%s\n***   Source File: %s, line %u\n",
             Message != NULL ? Message : "", Message != NULL ? ": " : "",
             (const char *)FailedAssertion, (const char *)FileName, LineNumber);
    struct violation violation = {
        .kind = VIOLATION_UNHANDLED_RAISE,
        .column = hook_column(),
        .status = (uint32_t)STATUS_ASSERTION_FAILURE,
        .irql = irql_current,
        .pc = (uintptr_t)__builtin_return_address(0),
        .frame = __builtin_frame_address(0),
    };
    violation_raise(&violation);
}

VOID ExpPagedCode(VOID)
{
    if (irql_current <= IRQL_APC)
        return;
    struct violation violation = {
        .kind = VIOLATION_PAGED_CODE_IRQL,
        .column = hook_column(),
        .irql = irql_current,
        .frame = __builtin_frame_address(0),
    };
    violation_raise(&violation);
}
