/* ke_timer.c - timers: a list in the order of expiry, and a thread that keeps to it. */
#include "expool/timer.h"

#include "kernel/active.h"
#include "kernel/dispatcher.h"
#include "kernel/misuse.h"
#include "kernel/os_clock.h"
#include "kernel/pageable.h"
#include "kernel/service.h"
#include "kernel/timer_queue.h"
#include "pool/ddi.h"
#include "pool/util.h"

enum { DWORD_BITS = 32 };

static bool expire_one_locked(void);
static uint64_t due_locked(void);

static struct service service = {
    .name = "expool timer",
    .step_locked = expire_one_locked,
    .due_locked = due_locked,
    .threads_most = 1,
};

static LIST_ENTRY timers = {&timers, &timers};

static PKTIMER first_timer(void)
{
    return CONTAINING_RECORD(timers.Flink, KTIMER, TimerListEntry);
}

uint64_t timer_next_locked(void)
{
    return IsListEmpty(&timers) ? WAIT_FOREVER : first_timer()->DueTime.QuadPart;
}

/* In time that a host holds nothing becomes due while the thread sleeps. */
static uint64_t due_locked(void)
{
    uint64_t next = timer_next_locked();
    return os_clock_is_held() && next > os_clock_awake() ? WAIT_FOREVER : next;
}

bool timer_is_set(const KTIMER *timer)
{
    return timer->Header.Reserved1 != 0;
}

/* From the end: a new timer usually expires last. */
static void insert_locked(PKTIMER timer, uint64_t due)
{
    PLIST_ENTRY after = timers.Blink;
    while (after != &timers &&
           CONTAINING_RECORD(after, KTIMER, TimerListEntry)->DueTime.QuadPart > due)
        after = after->Blink;
    timer->DueTime.QuadPart = due;
    timer->Header.Reserved1 = 1;
    active_begin();
    InsertHeadList(after, &timer->TimerListEntry);
    if (timers.Flink == &timer->TimerListEntry && !os_clock_is_held())
        service_kick_locked(&service);
}

bool timer_cancel_locked(PKTIMER timer)
{
    if (!timer_is_set(timer))
        return false;
    RemoveEntryList(&timer->TimerListEntry);
    timer->Header.Reserved1 = 0;
    active_end();
    return true;
}

void *timer_take_within(uintptr_t start, uintptr_t end)
{
    PKTIMER found = NULL;
    lock_take(&dispatcher_lock);
    for (PLIST_ENTRY entry = timers.Flink; entry != &timers && found == NULL; entry = entry->Flink)
        if ((uintptr_t)entry >= start && (uintptr_t)entry < end)
            found = CONTAINING_RECORD(entry, KTIMER, TimerListEntry);
    if (found != NULL)
        timer_cancel_locked(found);
    lock_drop(&dispatcher_lock);
    return found;
}

void *timer_take_calling(uintptr_t start, uintptr_t end)
{
    PKTIMER found = NULL;
    void *owner = NULL;
    lock_take(&dispatcher_lock);
    for (PLIST_ENTRY entry = timers.Flink; entry != &timers && found == NULL;
         entry = entry->Flink) {
        PKTIMER timer = CONTAINING_RECORD(entry, KTIMER, TimerListEntry);
        uintptr_t routine = timer->Dpc == NULL ? 0 : (uintptr_t)timer->Dpc->DeferredRoutine;
        if (routine >= start && routine < end) {
            found = timer;
            owner = (void *)routine;
        }
    }
    if (found != NULL)
        timer_cancel_locked(found);
    lock_drop(&dispatcher_lock);
    return owner;
}

/* A timer that is late by more than a period does not make up for what it missed. */
static void set_again_locked(PKTIMER timer, uint64_t now)
{
    uint64_t period = (uint64_t)timer->Period * TIME_UNITS_PER_MS;
    uint64_t due = timer->DueTime.QuadPart + period;
    insert_locked(timer, due > now ? due : now + period);
}

static void expire_locked(PKTIMER timer, uint64_t now)
{
    PKDPC dpc = timer->Dpc;
    if (timer->Period != 0)
        set_again_locked(timer, now);
    timer->Header.SignalState = 1;
    waitable_signalled_locked(&timer->Header);
    if (dpc == NULL)
        return;
    uint64_t system = os_clock_system();
    dpc_insert_locked(dpc, (PVOID)(uintptr_t)(uint32_t)system,
                      (PVOID)(uintptr_t)(system >> DWORD_BITS));
}

unsigned timer_count_locked(void)
{
    unsigned count = 0;
    for (PLIST_ENTRY entry = timers.Flink; entry != &timers; entry = entry->Flink)
        count++;
    return count;
}

/* Those that set themselves again go to the end, behind the ones counted here. */
unsigned timer_expire_all_locked(void)
{
    unsigned count = timer_count_locked();
    uint64_t now = os_clock_awake();
    for (unsigned i = 0; i < count && !IsListEmpty(&timers); i++) {
        PKTIMER timer = first_timer();
        timer_cancel_locked(timer);
        timer->DueTime.QuadPart = now;
        expire_locked(timer, now);
    }
    return count;
}

static bool expire_one_locked(void)
{
    uint64_t now = os_clock_awake();
    if (due_locked() > now)
        return false;
    PKTIMER timer = first_timer();
    timer_cancel_locked(timer);
    expire_locked(timer, now);
    return true;
}

void timer_expire_due_locked(void)
{
    while (expire_one_locked()) {
    }
}

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    MISUSE_PAGEABLE(Timer);
    DDI_LEVEL(KeInitializeTimerEx);
    *Timer = (KTIMER){.Period = 0};
    waitable_start(&Timer->Header,
                   Type == NotificationTimer ? WAITABLE_TIMER_NOTIFICATION
                                             : WAITABLE_TIMER_SYNCHRONIZATION,
                   sizeof *Timer);
}

VOID KeInitializeTimer(PKTIMER Timer)
{
    DDI_LEVEL(KeInitializeTimer);
    KeInitializeTimerEx(Timer, NotificationTimer);
}

/* A due time of 0 is the year 1601: it expires at once. */
static uint64_t due_of(LARGE_INTEGER due_time)
{
    return due_time.QuadPart == 0 ? 1 : wait_deadline(&due_time);
}

bool timer_set_locked(PKTIMER timer, LARGE_INTEGER due_time, ULONG period, PKDPC dpc)
{
    uint64_t due = due_of(due_time);
    uint64_t now = os_clock_awake();
    bool was_set = timer_cancel_locked(timer);
    timer->Header.SignalState = 0;
    timer->Period = period;
    timer->Dpc = dpc;
    if (due > now) {
        insert_locked(timer, due);
    } else {
        timer->DueTime.QuadPart = now;
        expire_locked(timer, now);
    }
    return was_set;
}

static bool set(PKTIMER timer, LARGE_INTEGER due_time, ULONG period, PKDPC dpc)
{
    lock_take(&dispatcher_lock);
    bool was_set = timer_set_locked(timer, due_time, period, dpc);
    lock_drop(&dispatcher_lock);
    return was_set;
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    DDI_LEVEL(KeSetTimerEx);
    if (UNLIKELY(!waitable_is_started(Timer))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Timer);
        return FALSE;
    }
    return set(Timer, DueTime, (ULONG)Period, Dpc);
}

BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    DDI_LEVEL(KeSetTimer);
    if (UNLIKELY(!waitable_is_started(Timer))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Timer);
        return FALSE;
    }
    return set(Timer, DueTime, 0, Dpc);
}

BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                              ULONG TolerableDelay, PKDPC Dpc)
{
    DDI_LEVEL(KeSetCoalescableTimer);
    (void)TolerableDelay;
    if (UNLIKELY(!waitable_is_started(Timer))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Timer);
        return FALSE;
    }
    return set(Timer, DueTime, Period, Dpc);
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
    DDI_LEVEL(KeCancelTimer);
    if (UNLIKELY(!waitable_is_started(Timer))) {
        MISUSE(VIOLATION_OBJECT_NOT_INITIALIZED, Timer);
        return FALSE;
    }
    lock_take(&dispatcher_lock);
    bool was_set = timer_cancel_locked(Timer);
    lock_drop(&dispatcher_lock);
    return was_set;
}

BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
    DDI_LEVEL(KeReadStateTimer);
    return waitable_state(&Timer->Header) != 0;
}
