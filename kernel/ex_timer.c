/* ex_timer.c - allocated timers: a KTIMER, a DPC that calls back, and an end that waits for
 * both. */
#include "expool/ex_timer.h"
#include "expool/event.h"
#include "expool/timer.h"

#include "kernel/dispatcher.h"
#include "kernel/os_clock.h"
#include "kernel/timer_queue.h"

#include <stdlib.h>

#define ATTRIBUTES (EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE | EX_TIMER_NOTIFICATION)

struct _EX_TIMER {
    KTIMER timer; /* first: it is waited for */
    KDPC dpc;
    KDPC end; /* frees it, behind every DPC that may still know it */
    PEXT_CALLBACK callback;
    PVOID context;
    /* of dispatcher_lock */
    unsigned running; /* callbacks */
    bool is_deleted;
    bool is_ending;
    EXT_DELETE_PARAMETERS farewell;
    PKEVENT gone; /* who waits for the end; NULL: nobody */
};

static void end_if_unused_locked(PEX_TIMER timer)
{
    if (!timer->is_deleted || timer->is_ending || timer->running > 0)
        return;
    if (timer_is_set(&timer->timer) || timer->dpc.DpcData != NULL)
        return;
    timer->is_ending = true;
    dpc_insert_locked(&timer->end, NULL, NULL);
}

static VOID end(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    PEX_TIMER timer = context;
    PKEVENT gone = timer->gone;
    EXT_DELETE_PARAMETERS farewell = timer->farewell;
    (void)dpc, (void)argument1, (void)argument2;
    free(timer);
    if (farewell.DeleteCallback != NULL)
        farewell.DeleteCallback(farewell.DeleteContext);
    if (gone != NULL)
        KeSetEvent(gone, IO_NO_INCREMENT, FALSE);
}

static VOID call_back(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    PEX_TIMER timer = context;
    (void)dpc, (void)argument1, (void)argument2;
    lock_take(&dispatcher_lock);
    bool is_ending = timer->is_ending; /* cancelled while this DPC was being called */
    timer->running += !is_ending;
    lock_drop(&dispatcher_lock);
    if (is_ending)
        return;
    timer->callback(timer, timer->context);
    lock_take(&dispatcher_lock);
    timer->running--;
    end_if_unused_locked(timer);
    lock_drop(&dispatcher_lock);
}

PEX_TIMER ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes)
{
    if ((Attributes & ~ATTRIBUTES) != 0)
        return NULL;
    PEX_TIMER timer = calloc(1, sizeof *timer);
    if (timer == NULL)
        return NULL;
    bool stays = (Attributes & EX_TIMER_NOTIFICATION) != 0;
    KeInitializeTimerEx(&timer->timer, stays ? NotificationTimer : SynchronizationTimer);
    KeInitializeDpc(&timer->dpc, call_back, timer);
    timer->callback = Callback;
    timer->context = CallbackContext;
    KeInitializeDpc(&timer->end, end, timer);
    return timer;
}

static ULONG whole_ms(LONGLONG units)
{
    return (ULONG)((units + TIME_UNITS_PER_MS - 1) / TIME_UNITS_PER_MS);
}

BOOLEAN ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
                   PEXT_SET_PARAMETERS Parameters)
{
    LARGE_INTEGER due = {.QuadPart = DueTime};
    PKDPC dpc = Timer->callback != NULL ? &Timer->dpc : NULL;
    (void)Parameters;
    lock_take(&dispatcher_lock);
    bool was_set = timer_set_locked(&Timer->timer, due, whole_ms(Period), dpc);
    lock_drop(&dispatcher_lock);
    return was_set;
}

static bool cancel_locked(PEX_TIMER timer)
{
    dpc_remove_locked(&timer->dpc);
    return timer_cancel_locked(&timer->timer);
}

BOOLEAN ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters)
{
    (void)Parameters;
    lock_take(&dispatcher_lock);
    bool was_set = cancel_locked(Timer);
    lock_drop(&dispatcher_lock);
    return was_set;
}

BOOLEAN ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
                      PEXT_DELETE_PARAMETERS Parameters)
{
    KEVENT gone;
    KeInitializeEvent(&gone, NotificationEvent, FALSE);
    EXT_DELETE_PARAMETERS farewell = {.DeleteCallback = NULL};
    if (Parameters != NULL)
        farewell = *Parameters;
    lock_take(&dispatcher_lock);
    Timer->farewell = farewell;
    Timer->gone = Wait ? &gone : NULL;
    Timer->is_deleted = true;
    Timer->timer.Period = 0; /* not again and again, whatever happens */
    bool was_set = (Cancel || Timer->callback == NULL) && cancel_locked(Timer);
    end_if_unused_locked(Timer);
    lock_drop(&dispatcher_lock);
    if (Wait)
        KeWaitForSingleObject(&gone, Executive, KernelMode, FALSE, NULL);
    return was_set && Cancel;
}
