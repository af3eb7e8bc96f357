/* expool/dbg.h - debugger output and assertions. KdPrint, PAGED_CODE and ASSERT do something where
 * DBG is 1 only, as in the WDK. Output goes to stderr. */
#ifndef EXPOOL_DBG_H
#define EXPOOL_DBG_H

#include "expool/irql.h"
#include "expool/status.h"

#include <stdarg.h>

#ifndef DBG
#define DBG 0
#endif

#define DPFLTR_SYSTEM_ID       0
#define DPFLTR_IHVDRIVER_ID    77
#define DPFLTR_IHVVIDEO_ID     78
#define DPFLTR_IHVAUDIO_ID     79
#define DPFLTR_IHVNETWORK_ID   80
#define DPFLTR_IHVSTREAMING_ID 81
#define DPFLTR_IHVBUS_ID       82
#define DPFLTR_DEFAULT_ID      101
#define DPFLTR_ERROR_LEVEL     0
#define DPFLTR_WARNING_LEVEL   1
#define DPFLTR_TRACE_LEVEL     2
#define DPFLTR_INFO_LEVEL      3
#define DPFLTR_MASK            0x80000000

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Prints at most 512 bytes. Knows printf's conversions without floating point, width and precision
 * included; l is 32 bits as on Windows, I64 and ll 64; %wZ and %Z print counted strings, %ws and %S
 * 16-bit ones, letters outside ASCII as '?'. DbgPrint prints always (Windows hides it by default,
 * docs/COMPATIBILITY.md); DbgPrintEx prints level DPFLTR_ERROR_LEVEL. Returns STATUS_SUCCESS. Any
 * IRQL. [D][P] */
ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
/* The same with a list of arguments, and Prefix in front. */
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist);
ULONG vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                            va_list arglist);

/* There is no debugger: STATUS_BREAKPOINT is raised, as on Windows without one; nobody's is bug
 * check 0x1E. Any IRQL. [D] */
VOID DbgBreakPoint(VOID);
VOID DbgBreakPointWithStatus(ULONG Status);
/* STATUS_ASSERTION_FAILURE is raised; nobody's is bug check 0x1E. Any IRQL. [H] */
VOID DbgRaiseAssertionFailure(VOID);
/* TRUE: there is none. */
BOOLEAN KdRefreshDebuggerNotPresent(VOID);

/* What a failed ASSERT does: says so and stops with bug check 0x1E, STATUS_ASSERTION_FAILURE. */
VOID RtlAssert(PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message);

/* PAGED_CODE()'s question; above APC_LEVEL bug check 0xC4/0xE5 under the verifier. */
VOID ExpPagedCode(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define KD_DEBUGGER_ENABLED     FALSE
#define KD_DEBUGGER_NOT_PRESENT TRUE

#define EXPOOL_FAILED(Expression)                                                                  \
    RtlAssert((PVOID)(ULONG_PTR) #Expression, (PVOID)(ULONG_PTR)__FILE__, __LINE__, NULL)
/* In every build. */
#define NT_FRE_ASSERT(Expression) ((Expression) ? (void)0 : EXPOOL_FAILED(Expression))

#if DBG
#define KdPrint(Arguments)   DbgPrint Arguments
#define KdPrintEx(Arguments) DbgPrintEx Arguments
#define PAGED_CODE()                                                                               \
    do {                                                                                           \
        ExpPagedCode();                                                                            \
        NT_ASSERT(KeGetCurrentIrql() <= APC_LEVEL);                                                \
    } while (0)
#define ASSERT(Expression)                                                                         \
    ((Expression)                                                                                  \
         ? (void)0                                                                                 \
         : RtlAssert((PVOID)(ULONG_PTR) #Expression, (PVOID)(ULONG_PTR)__FILE__, __LINE__, NULL))
#define NT_ASSERT(Expression)                                                                      \
    ((Expression)                                                                                  \
         ? (void)0                                                                                 \
         : RtlAssert((PVOID)(ULONG_PTR) #Expression, (PVOID)(ULONG_PTR)__FILE__, __LINE__, NULL))
#define ASSERTMSG(Message, Expression)                                                             \
    ((Expression) ? (void)0                                                                        \
                  : RtlAssert((PVOID)(ULONG_PTR) #Expression, (PVOID)(ULONG_PTR)__FILE__,          \
                              __LINE__, (PSTR)(ULONG_PTR)(Message)))
#define NT_VERIFY(Expression)      ((Expression) ? TRUE : (EXPOOL_FAILED(Expression), FALSE))
#define KdBreakPoint()             DbgBreakPoint()
#define KdBreakPointWithStatus(St) DbgBreakPointWithStatus(St)
#else
#define NT_VERIFY(Expression)          ((Expression) ? TRUE : FALSE)
#define KdBreakPoint()                 ((void)0)
#define KdBreakPointWithStatus(Status) ((void)0)
#define KdPrint(Arguments)             ((void)0)
#define KdPrintEx(Arguments)           ((void)0)
#define PAGED_CODE()                   ExpPagedCode()
#define ASSERT(Expression)             ((void)0)
#define NT_ASSERT(Expression)          ((void)0)
#define ASSERTMSG(Message, Expression) ((void)0)
#endif

#define PAGED_CODE_LOCKED()                     PAGED_CODE()
#define NT_ASSERTMSG(Message, Expression)       ASSERTMSG(Message, Expression)
#define NT_ASSERTMSGW(Message, Expression)      NT_ASSERT(Expression)
#define NT_ASSERT_ASSUME(Expression)            NT_ASSERT(Expression)
#define NT_ANALYSIS_ASSUME(Expression)          ((void)0)
#define RTL_VERIFY(Expression)                  NT_VERIFY(Expression)
#define RTL_VERIFYMSG(Message, Expression)      NT_VERIFY(Expression)
#define RTL_SOFT_VERIFY(Expression)             NT_VERIFY(Expression)
#define RTL_SOFT_ASSERT(Expression)             ASSERT(Expression)
#define RTL_SOFT_ASSERTMSG(Message, Expression) ASSERTMSG(Message, Expression)

#endif
