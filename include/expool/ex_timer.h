/* expool/ex_timer.h - timers that the system allocates: they call a routine at DISPATCH_LEVEL when
 * they expire, and can be waited for like the others. */
#ifndef EXPOOL_EX_TIMER_H
#define EXPOOL_EX_TIMER_H

#include "expool/types.h"

typedef struct _EX_TIMER *PEX_TIMER;

typedef VOID EXT_CALLBACK(PEX_TIMER Timer, PVOID Context);
typedef EXT_CALLBACK *PEXT_CALLBACK;
typedef VOID EXT_DELETE_CALLBACK(PVOID Context);
typedef EXT_DELETE_CALLBACK *PEXT_DELETE_CALLBACK;

typedef struct _EXT_SET_PARAMETERS_V0 {
    ULONG Version;
    ULONG Reserved;
    LONGLONG NoWakeTolerance;
} EXT_SET_PARAMETERS, *PEXT_SET_PARAMETERS;

typedef PVOID PEXT_CANCEL_PARAMETERS;

typedef struct _EXT_DELETE_PARAMETERS {
    ULONG Version;
    ULONG Reserved;
    PEXT_DELETE_CALLBACK DeleteCallback;
    PVOID DeleteContext;
} EXT_DELETE_PARAMETERS, *PEXT_DELETE_PARAMETERS;

#define EX_TIMER_HIGH_RESOLUTION 0x00000004
#define EX_TIMER_NO_WAKE         0x00000008
#define EX_TIMER_NOTIFICATION    0x80000000 /* stays signalled; else lets one waiter through */

#ifdef __cplusplus
extern "C" {
#endif

/* Each fills a structure with its defaults, to be changed and passed on. Any IRQL. [D] */
FORCEINLINE VOID ExInitializeSetTimerParameters(PEXT_SET_PARAMETERS Parameters)
{
    Parameters->Version = 0;
    Parameters->Reserved = 0;
    Parameters->NoWakeTolerance = 0;
}

FORCEINLINE VOID ExInitializeDeleteTimerParameters(PEXT_DELETE_PARAMETERS Parameters)
{
    Parameters->Version = 0;
    Parameters->Reserved = 0;
    Parameters->DeleteCallback = NULL;
    Parameters->DeleteContext = NULL;
}

#pragma GCC visibility push(default)

/* Callback may be NULL. NULL when memory is short or Attributes has an unknown bit; resolution and
 * waking are all the same here [P]. At most DISPATCH_LEVEL. [D] */
PEX_TIMER ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes);

/* Expires at DueTime, counted as a timeout, and from then on every Period units of 100 ns (rounded
 * up to whole ms [P]) unless that is 0. TRUE: it was set already. Parameters may be NULL. At most
 * DISPATCH_LEVEL. [D] */
BOOLEAN ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
                   PEXT_SET_PARAMETERS Parameters);

/* TRUE: it was set, and is no more. Parameters: NULL. At most DISPATCH_LEVEL. [D] */
BOOLEAN ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters);

/* Frees it, at the latest when its callback has run. Cancel: first cancelled, and what cancelling
 * said is returned; else it may still expire once. Wait, only with Cancel: returns when it is gone,
 * at most at APC_LEVEL and not from its callback. DeleteCallback is called when it is gone. [D] */
BOOLEAN ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
                      PEXT_DELETE_PARAMETERS Parameters);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
