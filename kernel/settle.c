#include "expool/settle.h"

#include "kernel/active.h"
#include "kernel/dispatcher.h"
#include "kernel/held_time.h"
#include "kernel/object.h"
#include "kernel/os_clock.h"
#include "kernel/service.h"
#include "kernel/thread.h"
#include "kernel/timer_queue.h"
#include "kernel/work_queue.h"

#include <sched.h>
#include <time.h>

enum { YIELDS = 50, STEP_NS = 50000 };

static void look_locked(struct expool_background *background)
{
    unsigned waiting;
    background->dpcs = dpc_count_locked();
    background->timers = timer_count_locked();
    background->work_items = work_count_locked();
    background->threads = threads_system_locked(&waiting);
    background->running = services_running_locked() + background->threads - waiting;
}

void expool_background_get(struct expool_background *background)
{
    lock_take(&dispatcher_lock);
    look_locked(background);
    lock_drop(&dispatcher_lock);
    background->names = object_name_count();
    background->handles = handle_count();
}

bool settle_is_rest_locked(void)
{
    struct expool_background background;
    look_locked(&background);
    return background.dpcs == 0 && background.work_items == 0 && background.running == 0;
}

static bool is_settled(void)
{
    lock_take(&dispatcher_lock);
    bool is_rest = settle_is_rest_locked();
    lock_drop(&dispatcher_lock);
    return is_rest;
}

bool expool_settle(uint32_t most_ms)
{
    const struct timespec step = {.tv_nsec = STEP_NS};
    uint64_t until = os_clock_real() + (uint64_t)most_ms * TIME_UNITS_PER_MS;
    for (unsigned i = 0; !is_settled(); i++) {
        if (os_clock_real() >= until)
            return false;
        if (i < YIELDS)
            sched_yield();
        else
            nanosleep(&step, NULL);
    }
    return true;
}

uint32_t expool_timers_expire(void)
{
    lock_take(&dispatcher_lock);
    unsigned count = timer_expire_all_locked();
    lock_drop(&dispatcher_lock);
    return count;
}

uint32_t expool_background_drop(void)
{
    uint32_t count = 0;
    while (timer_take_within(0, UINTPTR_MAX) != NULL)
        count++;
    while (dpc_take_within(0, UINTPTR_MAX) != NULL)
        count++;
    while (work_take_within(0, UINTPTR_MAX) != NULL)
        count++;
    return count;
}
