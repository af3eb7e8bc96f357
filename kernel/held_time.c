#include "kernel/held_time.h"

#include "expool/host.h"
#include "expool/settle.h"
#include "kernel/os_clock.h"
#include "kernel/timer_queue.h"

enum { UNREST_MS = 200, START_MS_LEAST = 1 };

static struct {
    struct thread *host; /* NULL: time is the system's */
    void (*on_hang)(void);
    uint64_t unrest; /* when the rest was first waited for in vain, by the real clock; 0: it was
                        not */
} held;

static void move_locked(uint64_t now)
{
    os_clock_hold(now);
    expool_clock_set(now / TIME_UNITS_PER_MS);
    timer_expire_due_locked();
    threads_end_waits_locked(now);
}

bool held_time_is_mine_locked(const struct thread *thread)
{
    return held.host == thread && held.host != NULL;
}

void (*held_time_on_hang(void))(void)
{
    return held.on_hang;
}

/* A thread that sleeps where nobody sees it, for a lock, must not stop the time for good. */
static bool has_rest_locked(void)
{
    if (settle_is_rest_locked()) {
        held.unrest = 0;
        return true;
    }
    if (held.unrest == 0)
        held.unrest = os_clock_real();
    return os_clock_real() - held.unrest > (uint64_t)UNREST_MS * TIME_UNITS_PER_MS;
}

bool held_time_turn_locked(void)
{
    if (!has_rest_locked())
        return true;
    bool is_rest = held.unrest == 0;
    uint64_t timer = timer_next_locked();
    uint64_t wait = threads_next_end_locked();
    uint64_t next = timer < wait ? timer : wait;
    held.unrest = 0;
    if (next == WAIT_FOREVER)
        return !is_rest;
    if (next > os_clock_awake())
        move_locked(next);
    else
        move_locked(os_clock_awake());
    return true;
}

void held_time_forked(struct thread *thread)
{
    if (held.host != NULL)
        held.host = thread;
}

void expool_time_hold(uint64_t start_ms, void (*on_hang)(void))
{
    struct thread *self = thread_current();
    lock_take(&dispatcher_lock);
    held.host = start_ms < START_MS_LEAST ? NULL : self;
    held.on_hang = on_hang;
    held.unrest = 0;
    os_clock_hold(start_ms * TIME_UNITS_PER_MS);
    expool_clock_set(start_ms);
    lock_drop(&dispatcher_lock);
}

void expool_time_pass(uint32_t ms)
{
    lock_take(&dispatcher_lock);
    if (held.host != NULL)
        move_locked(os_clock_awake() + (uint64_t)ms * TIME_UNITS_PER_MS);
    lock_drop(&dispatcher_lock);
}
