#include "kernel/thread.h"

#include "expool/mutex.h"
#include "kernel/deadlock.h"
#include "kernel/held_locks.h"
#include "kernel/held_time.h"
#include "kernel/misuse.h"
#include "kernel/object.h"
#include "kernel/service.h"
#include "pool/lock.h"
#include "pool/order.h"
#include "pool/os.h"

#include <stdlib.h>

enum { PRIORITY_NORMAL = 8, EXIT_NO_MEMORY = 125, STDERR = 2 };

_Thread_local struct thread *thread_self TLS_FAST;

static struct {
    struct list all; /* of dispatcher_lock */
    pthread_once_t once;
    pthread_key_t key;
} threads = {.all = {&threads.all, &threads.all}, .once = PTHREAD_ONCE_INIT};

/* A body of the object manager's, in memory of ours: a thread is no allocation of a driver's. */
struct place {
    struct object_header header;
    struct thread thread;
};

static void destroy(void *body)
{
    struct place *place = LIST_OWNER(body, struct place, thread);
    pthread_cond_destroy(&place->thread.wakeup);
    held_free(place->thread.held);
    free(place);
}

const struct object_type object_type_thread = {
    .name = "Thread",
    .brings_memory = true,
    .destroy = destroy,
};

void thread_reference(struct thread *thread)
{
    object_reference(thread);
}

void thread_release(struct thread *thread)
{
    object_release(thread);
}

/* Windows stops here too: nobody could ever take that mutex again. */
static void judge_mutexes_held(struct thread *thread)
{
    lock_take(&dispatcher_lock);
    const void *mutex = IsListEmpty(&thread->mutants)
                            ? NULL
                            : CONTAINING_RECORD(thread->mutants.Flink, KMUTANT, MutantListEntry);
    lock_drop(&dispatcher_lock);
    if (mutex != NULL)
        MISUSE_WITH(VIOLATION_MUTEX_HELD_AT_EXIT, mutex, .found = (uintptr_t)thread);
}

static void thread_end(void *argument)
{
    struct place *place = argument;
    struct thread *thread = &place->thread;
    if (deadlock_is_on())
        deadlock_thread_ends(0, OWN_FRAME);
    judge_mutexes_held(thread);
    lock_take(&dispatcher_lock);
    list_remove(&thread->all);
    thread->header.SignalState = 1;
    waitable_signalled_locked(&thread->header);
    lock_drop(&dispatcher_lock);
    thread_self = NULL;
    thread_release(thread);
}

/* The parent's other threads are not here: nothing may be handed to them, nobody waits with
 * them. */
static void fork_child(void)
{
    for (struct list *entry = threads.all.next; entry != &threads.all; entry = entry->next) {
        struct thread *thread = LIST_OWNER(entry, struct thread, all);
        if (thread == thread_self)
            thread->id = os_thread_id();
        else
            wait_forget_locked(thread);
    }
    services_forget_locked();
    held_time_forked(thread_self);
    lock_drop(&dispatcher_lock);
}

static void fork_prepare(void)
{
    lock_take(&dispatcher_lock);
}

static void fork_parent(void)
{
    lock_drop(&dispatcher_lock);
}

__attribute__((constructor(101))) static void start(void)
{
    pthread_atfork(fork_prepare, fork_parent, fork_child);
}

static void make_key(void)
{
    if (pthread_key_create(&threads.key, thread_end) != 0)
        os_abort();
}

unsigned threads_system_locked(unsigned *waiting)
{
    unsigned count = 0;
    *waiting = 0;
    for (struct list *entry = threads.all.next; entry != &threads.all; entry = entry->next) {
        const struct thread *thread = LIST_OWNER(entry, struct thread, all);
        count += thread->is_system;
        *waiting += thread->is_system && thread->wait != NULL;
    }
    return count;
}

uint64_t threads_next_end_locked(void)
{
    uint64_t next = WAIT_FOREVER;
    for (struct list *entry = threads.all.next; entry != &threads.all; entry = entry->next) {
        const struct thread *thread = LIST_OWNER(entry, struct thread, all);
        if (thread->wait != NULL && thread->wait->until < next)
            next = thread->wait->until;
    }
    return next;
}

void threads_end_waits_locked(uint64_t now)
{
    for (struct list *entry = threads.all.next; entry != &threads.all; entry = entry->next) {
        struct thread *thread = LIST_OWNER(entry, struct thread, all);
        if (thread->wait == NULL || thread->wait->until > now)
            continue;
        wait_forget_locked(thread);
        thread->wait_status = STATUS_TIMEOUT;
        pthread_cond_signal(&thread->wakeup);
    }
}

struct thread *thread_make(void)
{
    struct place *place = calloc(1, sizeof *place);
    if (place == NULL)
        return NULL;
    object_start(&place->header, &object_type_thread);
    struct thread *thread = &place->thread;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&thread->wakeup, &attributes);
    pthread_condattr_destroy(&attributes);
    waitable_start(&thread->header, WAITABLE_THREAD, sizeof thread->header);
    InitializeListHead(&thread->mutants);
    thread->priority = PRIORITY_NORMAL;
    return thread;
}

void thread_become(struct thread *thread)
{
    lock_once(&threads.once, make_key);
    lock_take(&dispatcher_lock);
    ORDER_RELEASE(&thread->id, os_thread_id());
    list_push(&threads.all, &thread->all);
    lock_drop(&dispatcher_lock);
    thread_self = thread;
    /* Its start: looking for leaks, Memcheck takes a pointer into a block for chance. */
    pthread_setspecific(threads.key, LIST_OWNER(thread, struct place, thread));
}

NOINLINE struct thread *thread_adopt(void)
{
    static const char message[] = "expool: no memory for a thread\n";
    struct thread *thread = thread_make();
    if (thread != NULL) {
        thread_become(thread);
        return thread;
    }
    os_write(STDERR, message, sizeof message - 1);
    os_exit_now(EXIT_NO_MEMORY);
}
