#include "kernel/service.h"

#include "kernel/dispatcher.h"
#include "kernel/os_clock.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/util.h"

#include <signal.h>
#include <time.h>

enum { IDLE_SECONDS = 2, EXIT_NO_THREAD = 125, STDERR = 2 };

bool services_are_lost;
static struct service *services;

/* Signals that the thread's own code raises must reach its handlers; all others are the
 * program's. */
static void block_signals(sigset_t *saved)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    sigset_t blocked;
    sigfillset(&blocked);
    for (unsigned i = 0; i < COUNT_OF(own); i++)
        sigdelset(&blocked, own[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, saved);
}

/* True: woken, or it is time to look again. False: nothing came for a while. */
static bool doze_locked(struct service *service)
{
    uint64_t due = service->due_locked();
    uint64_t bored = os_clock_real() + (uint64_t)IDLE_SECONDS * TIME_UNITS_PER_SECOND;
    uint64_t until = due != WAIT_FOREVER ? due : bored;
    struct timespec moment = {
        .tv_sec = (time_t)(until / TIME_UNITS_PER_SECOND),
        .tv_nsec = (long)(until % TIME_UNITS_PER_SECOND * TIME_UNIT_NS),
    };
    service->idle++;
    int error = pthread_cond_timedwait(&service->wakeup, &dispatcher_lock.mutex, &moment);
    if (service->called > 0) {
        service->called--;
        return true;
    }
    service->idle--;
    return error == 0 || due != WAIT_FOREVER || service->due_locked() != WAIT_FOREVER;
}

static void *serve(void *argument)
{
    const void *volatile vector = service_thread_vector();
    struct service *service = argument;
    (void)vector;
    pthread_setname_np(pthread_self(), service->name);
    lock_take(&dispatcher_lock);
    do {
        while (service->step_locked()) {
        }
    } while (doze_locked(service) || service->step_locked());
    service->threads--;
    lock_drop(&dispatcher_lock);
    return NULL;
}

static void start_wakeup(struct service *service)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&service->wakeup, &attributes);
    pthread_condattr_destroy(&attributes);
}

static _Noreturn void end_without_thread(void)
{
    static const char message[] = "expool: no thread for DPCs, timers and work items\n";
    os_write(STDERR, message, sizeof message - 1);
    os_exit_now(EXIT_NO_THREAD);
}

bool service_start_thread(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t saved;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    block_signals(&saved);
    int error = pthread_create(&thread, &attributes, body, argument);
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    pthread_attr_destroy(&attributes);
    return error == 0;
}

static void start_thread_locked(struct service *service)
{
    if (service_start_thread(serve, service))
        service->threads++;
    else if (service->threads == 0)
        end_without_thread();
}

void service_kick_locked(struct service *service)
{
    if (!service->is_known) {
        service->is_known = true;
        start_wakeup(service);
        service->next = services;
        services = service;
    }
    if (UNLIKELY(services_are_lost))
        services_revive_locked();
    if (service->idle > 0) {
        service->idle--; /* it is no longer, even before it wakes */
        service->called++;
        pthread_cond_signal(&service->wakeup);
    } else if (service->threads < service->threads_most) {
        start_thread_locked(service);
    }
}

unsigned services_running_locked(void)
{
    unsigned running = 0;
    for (struct service *service = services; service != NULL; service = service->next)
        running += service->threads - service->idle;
    return running;
}

void services_forget_locked(void)
{
    for (struct service *service = services; service != NULL; service = service->next) {
        service->threads = 0;
        service->idle = 0;
        service->called = 0;
        order_forget(&service->wakeup, sizeof service->wakeup);
        start_wakeup(service); /* the old one still counts sleepers that are not here */
        services_are_lost = true;
    }
}

void services_revive_locked(void)
{
    services_are_lost = false;
    for (struct service *service = services; service != NULL; service = service->next)
        if (service->due_locked() != WAIT_FOREVER && service->threads == 0)
            start_thread_locked(service);
}
