/* ke_event.c - events. */
#include "expool/event.h"
#include "expool/irql.h"

#include "kernel/dispatcher.h"
#include "kernel/misuse.h"
#include "kernel/pageable.h"
#include "pool/ddi.h"
#include "pool/kind.h"
#include "pool/touch.h"
#include "pool/util.h"

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    MISUSE_PAGEABLE(Event);
    waitable_start(&Event->Header,
                   Type == NotificationEvent ? WAITABLE_EVENT_NOTIFICATION
                                             : WAITABLE_EVENT_SYNCHRONIZATION,
                   sizeof *Event);
    Event->Header.SignalState = State != FALSE;
}

static LONG change(PRKEVENT event, LONG state, bool is_pulse)
{
    lock_take(&dispatcher_lock);
    LONG before = event->Header.SignalState;
    event->Header.SignalState = state;
    if (state != 0)
        waitable_signalled_locked(&event->Header);
    if (is_pulse)
        event->Header.SignalState = 0;
    lock_drop(&dispatcher_lock);
    return before;
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
    (void)Increment;
    if (UNLIKELY(irql_current > DISPATCH_LEVEL))
        MISUSE(VIOLATION_SET_EVENT_IRQL, Event);
    else if (Wait)
        DDI_LEVEL(KeSetEventAndWait);
    if (UNLIKELY(!waitable_is_started(Event))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Event);
        return 0;
    }
    return change(Event, 1, false);
}

LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
    DDI_LEVEL(KePulseEvent);
    (void)Increment, (void)Wait;
    if (UNLIKELY(!waitable_is_started(Event))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Event);
        return 0;
    }
    return change(Event, 1, true);
}

LONG KeResetEvent(PRKEVENT Event)
{
    DDI_LEVEL(KeResetEvent);
    (void)waitable_is_started(Event);
    return change(Event, 0, false);
}

VOID KeClearEvent(PRKEVENT Event)
{
    DDI_LEVEL(KeClearEvent);
    TOUCHES(Event);
    change(Event, 0, false);
}

LONG KeReadStateEvent(PRKEVENT Event)
{
    DDI_LEVEL(KeReadStateEvent);
    return waitable_state(&Event->Header);
}
