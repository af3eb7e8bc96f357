#include "kernel/dispatcher.h"

#include "expool/mutex.h"
#include "kernel/held_time.h"
#include "kernel/os_clock.h"
#include "kernel/service.h"
#include "kernel/thread.h"
#include "pool/touch.h"

#include <errno.h>
#include <time.h>

enum { UNIT_BYTES = 4, BLOCK_LINKED = 1, NAP_UNITS = 300 };

struct lock dispatcher_lock = LOCK_INITIALIZER;

void waitable_start(DISPATCHER_HEADER *object, enum waitable_type type, size_t bytes)
{
    TOUCHES_BYTES(object, bytes);
    object->Type = (UCHAR)type;
    object->Signalling = 0;
    object->Size = (UCHAR)(bytes / UNIT_BYTES);
    object->Reserved1 = 0;
    object->SignalState = 0;
    InitializeListHead(&object->WaitListHead);
}

bool waitable_is_started(const void *object)
{
    const DISPATCHER_HEADER *header = object;
    TOUCHES(header);
    return __atomic_load_n(&header->Size, __ATOMIC_RELAXED) != 0;
}

static bool is_free_for(DISPATCHER_HEADER *object, struct thread *thread)
{
    if (object->SignalState > 0)
        return true;
    const KMUTANT *mutant = (KMUTANT *)object;
    return object->Type == WAITABLE_MUTANT && mutant->OwnerThread == (PKTHREAD)thread;
}

static void take_mutant(KMUTANT *mutant, struct thread *thread)
{
    if (--mutant->Header.SignalState != 0)
        return;
    mutant->OwnerThread = (PKTHREAD)thread;
    thread->critical_depth += mutant->ApcDisable;
    InsertTailList(&thread->mutants, &mutant->MutantListEntry);
}

/* What a satisfied wait does to the object. */
static void take(DISPATCHER_HEADER *object, struct thread *thread)
{
    switch (object->Type) {
    case WAITABLE_EVENT_SYNCHRONIZATION:
    case WAITABLE_TIMER_SYNCHRONIZATION: object->SignalState = 0; break;
    case WAITABLE_QUEUE:
    case WAITABLE_SEMAPHORE: object->SignalState--; break;
    case WAITABLE_MUTANT: take_mutant((KMUTANT *)object, thread); break;
    default: break;
    }
}

static bool all_are_free(const struct wait *wait, struct thread *thread)
{
    for (unsigned i = 0; i < wait->count; i++)
        if (!is_free_for(wait->objects[i], thread))
            return false;
    return true;
}

/* Takes what the wait is for, if it is to be had; `first` is the object to begin with. */
static bool try_take(const struct wait *wait, struct thread *thread, NTSTATUS *status)
{
    if (wait->is_for_all) {
        if (!all_are_free(wait, thread))
            return false;
        for (unsigned i = 0; i < wait->count; i++)
            take(wait->objects[i], thread);
        *status = STATUS_WAIT_0;
        return true;
    }
    for (unsigned i = 0; i < wait->count; i++)
        if (is_free_for(wait->objects[i], thread)) {
            take(wait->objects[i], thread);
            *status = STATUS_WAIT_0 + (NTSTATUS)i;
            return true;
        }
    return false;
}

static void link_blocks(const struct wait *wait, struct thread *thread)
{
    for (unsigned i = 0; i < wait->count; i++) {
        DISPATCHER_HEADER *object = wait->objects[i];
        KWAIT_BLOCK *block = &wait->blocks[i];
        *block = (KWAIT_BLOCK){
            .WaitType = wait->is_for_all ? WaitAll : WaitAny,
            .BlockState = BLOCK_LINKED,
            .WaitKey = (USHORT)i,
            .Thread = (PKTHREAD)thread,
            .Object = object,
        };
        InsertTailList(&object->WaitListHead, &block->WaitListEntry);
    }
    thread->wait = wait;
}

LONG waitable_state(DISPATCHER_HEADER *object)
{
    TOUCHES(object);
    lock_take(&dispatcher_lock);
    LONG state = object->SignalState;
    lock_drop(&dispatcher_lock);
    return state;
}

void wait_forget_locked(struct thread *thread)
{
    const struct wait *wait = thread->wait;
    if (wait == NULL)
        return;
    for (unsigned i = 0; i < wait->count; i++)
        RemoveEntryList(&wait->blocks[i].WaitListEntry);
    thread->wait = NULL;
}

/* Each round lets one waiter through, which takes its blocks off this and other lists: the walk
 * begins anew. */
static bool serve_one(DISPATCHER_HEADER *object)
{
    for (PLIST_ENTRY entry = object->WaitListHead.Flink; entry != &object->WaitListHead;
         entry = entry->Flink) {
        KWAIT_BLOCK *block = CONTAINING_RECORD(entry, KWAIT_BLOCK, WaitListEntry);
        struct thread *thread = (struct thread *)block->Thread;
        const struct wait *wait = thread->wait;
        if (block->WaitType == WaitAny) {
            if (!is_free_for(object, thread))
                continue;
            take(object, thread);
            thread->wait_status = STATUS_WAIT_0 + block->WaitKey;
        } else if (!try_take(wait, thread, &thread->wait_status)) {
            continue;
        }
        wait_forget_locked(thread);
        pthread_cond_signal(&thread->wakeup);
        return true;
    }
    return false;
}

void waitable_signalled_locked(DISPATCHER_HEADER *object)
{
    while (object->SignalState > 0 && serve_one(object)) {
    }
}

static struct timespec timespec_of(uint64_t units)
{
    struct timespec moment = {
        .tv_sec = (time_t)(units / TIME_UNITS_PER_SECOND),
        .tv_nsec = (long)(units % TIME_UNITS_PER_SECOND * TIME_UNIT_NS),
    };
    return moment;
}

static void nap_locked(struct thread *self)
{
    struct timespec until = timespec_of(os_clock_real() + NAP_UNITS);
    pthread_cond_timedwait(&self->wakeup, &dispatcher_lock.mutex, &until);
}

static void tell_hang_locked(struct thread *self)
{
    void (*on_hang)(void) = held_time_on_hang();
    if (on_hang == NULL) {
        pthread_cond_wait(&self->wakeup, &dispatcher_lock.mutex);
        return;
    }
    lock_drop(&dispatcher_lock);
    on_hang();
    lock_take(&dispatcher_lock);
}

/* In time that a host holds waits end when it moves on, and the host's own wait moves it. */
static NTSTATUS sleep_in_held_time_locked(struct thread *self)
{
    while (self->wait != NULL && os_clock_is_held()) {
        if (!held_time_is_mine_locked(self))
            pthread_cond_wait(&self->wakeup, &dispatcher_lock.mutex);
        else if (!held_time_turn_locked())
            tell_hang_locked(self);
        else if (self->wait != NULL)
            nap_locked(self);
    }
    if (self->wait == NULL)
        return self->wait_status;
    wait_forget_locked(self); /* the time is the system's again */
    return STATUS_TIMEOUT;
}

/* Until somebody has handed over what is waited for, or the time has come. */
static NTSTATUS sleep_locked(const struct wait *wait, struct thread *self)
{
    struct timespec until = timespec_of(wait->until);
    int error = 0;
    if (UNLIKELY(os_clock_is_held()))
        return sleep_in_held_time_locked(self);
    while (self->wait != NULL && error != ETIMEDOUT) {
        if (wait->until == WAIT_FOREVER)
            pthread_cond_wait(&self->wakeup, &dispatcher_lock.mutex);
        else
            error = pthread_cond_timedwait(&self->wakeup, &dispatcher_lock.mutex, &until);
    }
    if (self->wait == NULL)
        return self->wait_status;
    wait_forget_locked(self);
    return STATUS_TIMEOUT;
}

NTSTATUS wait_for(const struct wait *wait)
{
    struct thread *self = thread_current();
    NTSTATUS status = STATUS_TIMEOUT;
    lock_take(&dispatcher_lock);
    if (wait->count == 0 || !try_take(wait, self, &status)) {
        if (wait->until != 0) {
            if (services_are_lost)
                services_revive_locked();
            link_blocks(wait, self);
            status = sleep_locked(wait, self);
        }
    }
    lock_drop(&dispatcher_lock);
    return status;
}

uint64_t wait_deadline(const LARGE_INTEGER *timeout)
{
    if (timeout == NULL)
        return WAIT_FOREVER;
    if (timeout->QuadPart == 0)
        return 0;
    uint64_t now = os_clock_awake();
    if (timeout->QuadPart < 0) {
        uint64_t distance = 0 - (uint64_t)timeout->QuadPart;
        return distance < INT64_MAX - now ? now + distance : WAIT_FOREVER;
    }
    uint64_t system = os_clock_system();
    uint64_t until = (uint64_t)timeout->QuadPart;
    if (until <= system)
        return 1; /* long ago: waits, but not long */
    return until - system < INT64_MAX - now ? now + (until - system) : WAIT_FOREVER;
}
