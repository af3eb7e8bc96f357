#include "fuzz/disturb.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SIGNAL = 2, OFTEN = 3, FIRST_NS = 11000, STEP_NS = 23000, STEPS = 13, SLEEP_NS = 50000 };

static bool is_on; /* for this share of the program */

static _Thread_local timer_t timer;
static _Thread_local bool has_timer;
static _Thread_local unsigned left;  /* interruptions to come */
static _Thread_local unsigned drawn; /* so many went before: each comes after another while */

static void arm(void)
{
    struct itimerspec once = {.it_value = {.tv_nsec = FIRST_NS + STEP_NS * (drawn++ % STEPS)}};
    (void)timer_settime(timer, 0, &once, NULL);
}

static void sleep_a_moment(int number)
{
    static const struct timespec moment = {.tv_nsec = SLEEP_NS};
    int before = errno;
    (void)number;
    (void)nanosleep(&moment, NULL);
    if (left > 0 && --left > 0)
        arm();
    errno = before;
}

static void make_timer(void)
{
    struct sigaction action = {.sa_handler = sleep_a_moment, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + SIGNAL};
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    if (sigaction(SIGRTMIN + SIGNAL, &action, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
        perror("expool fuzz: a timer");
        abort();
    }
    has_timer = true;
}

void disturb_begin(unsigned threads, uint64_t seed)
{
    (void)threads;
    is_on = seed % 2 == 1;
}

void disturb_enter(unsigned thread)
{
    (void)thread;
    left = is_on ? OFTEN : 0;
    if (!is_on)
        return;
    if (!has_timer)
        make_timer();
    arm();
}

void disturb_leave(void)
{
    static const struct itimerspec never;
    left = 0;
    if (has_timer)
        (void)timer_settime(timer, 0, &never, NULL);
}

void disturb_end(void)
{
    if (has_timer)
        (void)timer_delete(timer);
    has_timer = false;
}
