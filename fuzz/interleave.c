/* interleave.c - disturb.h, one thread at a time. Linked with --wrap of ThreadSanitizer's atomic
 * accesses, of mutexes and of sched_yield: each is a place where the next thread may have its turn.
 * Not instrumented, so that turns order nothing for ThreadSanitizer. A thread that waits inside the
 * C library (pthread_once) holds its turn: after a while without a step another takes it. */
#include "fuzz/disturb.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STUCK_NS = 100000000, BUSIEST = 8, STEPS_OF_BUSY = 3, LOUDER = 8 };

static struct {
    struct place {
        uint32_t has_turn; /* a futex */
        uint32_t is_in;
    } place[DISTURB_THREADS_MAX];
    uint64_t random;
    uint32_t often; /* a turn is so many steps at most */
    uint32_t left;  /* of this turn */
    uint32_t steps; /* of all: shows that somebody runs */
} turns;

static _Thread_local int me = -1; /* no thread of the program's */

static uint32_t read_word(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void write_word(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static uint32_t draw(uint32_t below)
{
    turns.random = turns.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((turns.random >> 32) * below >> 32);
}

static void give_turn(unsigned thread)
{
    write_word(&turns.place[thread].has_turn, 1);
    (void)syscall(SYS_futex, &turns.place[thread].has_turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void await_turn(void)
{
    static const struct timespec while_stuck = {.tv_nsec = STUCK_NS};
    struct place *mine = &turns.place[me];
    while (read_word(&mine->has_turn) == 0) {
        uint32_t steps = read_word(&turns.steps);
        long woken =
            syscall(SYS_futex, &mine->has_turn, FUTEX_WAIT_PRIVATE, 0, &while_stuck, NULL, 0);
        if (woken < 0 && errno == ETIMEDOUT && steps == read_word(&turns.steps))
            write_word(&mine->has_turn, 1);
    }
}

/* Somebody else who is in, from a place drawn on; negative: nobody. */
static int next(void)
{
    unsigned first = draw(DISTURB_THREADS_MAX);
    for (unsigned i = 0; i < DISTURB_THREADS_MAX; i++) {
        unsigned thread = (first + i) % DISTURB_THREADS_MAX;
        if ((int)thread != me && read_word(&turns.place[thread].is_in) != 0)
            return (int)thread;
    }
    return -1;
}

static void pass_turn(void)
{
    int saved = errno;
    turns.left = 1 + draw(turns.often);
    int other = next();
    if (other >= 0) {
        write_word(&turns.place[me].has_turn, 0);
        give_turn((unsigned)other);
        await_turn();
    }
    errno = saved;
}

static void step(void)
{
    if (me < 0)
        return;
    if (read_word(&turns.place[me].has_turn) == 0)
        await_turn();
    write_word(&turns.steps, turns.steps + 1);
    if (--turns.left == 0)
        pass_turn();
}

void disturb_begin(unsigned threads, uint64_t seed)
{
    turns.random = seed;
    turns.often = BUSIEST;
    for (uint32_t i = draw(STEPS_OF_BUSY); i > 0; i--)
        turns.often *= LOUDER;
    turns.left = 1 + draw(turns.often);
    for (unsigned i = 0; i < threads; i++)
        turns.place[i] = (struct place){.is_in = 1};
    give_turn(draw(threads));
}

void disturb_enter(unsigned thread)
{
    me = (int)thread;
    await_turn();
}

void disturb_leave(void)
{
    await_turn();
    write_word(&turns.place[me].is_in, 0);
    write_word(&turns.place[me].has_turn, 0);
    int other = next();
    me = -1;
    if (other >= 0)
        give_turn((unsigned)other);
}

void disturb_end(void)
{
}

/* What the linker puts in place of the real ones, and these. Types want no parentheses.
 * NOLINTBEGIN(bugprone-macro-parentheses) */
#define REAL(name) __real_##name
#define WRAP(name) __wrap_##name

#define STEP_BEFORE(result, name, parameters, arguments)                                           \
    result REAL(name) parameters;                                                                  \
    result WRAP(name) parameters;                                                                  \
    result WRAP(name) parameters                                                                   \
    {                                                                                              \
        step();                                                                                    \
        return REAL(name) arguments;                                                               \
    }

#define ATOMIC_CHANGE(bits, type, what)                                                            \
    STEP_BEFORE(type, __tsan_atomic##bits##_##what, (volatile type * at, type value, int order),   \
                (at, value, order))

#define STORE_AFTER_STEP(bits, type)                                                               \
    void REAL(__tsan_atomic##bits##_store)(volatile type * at, type value, int order);             \
    void WRAP(__tsan_atomic##bits##_store)(volatile type * at, type value, int order);             \
    void WRAP(__tsan_atomic##bits##_store)(volatile type * at, type value, int order)              \
    {                                                                                              \
        step();                                                                                    \
        REAL(__tsan_atomic##bits##_store)(at, value, order);                                       \
    }

#define ATOMICS(bits, type)                                                                        \
    STEP_BEFORE(type, __tsan_atomic##bits##_load, (const volatile type *at, int order),            \
                (at, order))                                                                       \
    STORE_AFTER_STEP(bits, type)                                                                   \
    ATOMIC_CHANGE(bits, type, exchange)                                                            \
    ATOMIC_CHANGE(bits, type, fetch_add)                                                           \
    ATOMIC_CHANGE(bits, type, fetch_sub)                                                           \
    ATOMIC_CHANGE(bits, type, fetch_and)                                                           \
    ATOMIC_CHANGE(bits, type, fetch_or)                                                            \
    STEP_BEFORE(type, __tsan_atomic##bits##_compare_exchange_val,                                  \
                (volatile type * at, type before, type value, int order, int failed),              \
                (at, before, value, order, failed))                                                \
    STEP_BEFORE(int, __tsan_atomic##bits##_compare_exchange_strong,                                \
                (volatile type * at, type * before, type value, int order, int failed),            \
                (at, before, value, order, failed))                                                \
    STEP_BEFORE(int, __tsan_atomic##bits##_compare_exchange_weak,                                  \
                (volatile type * at, type * before, type value, int order, int failed),            \
                (at, before, value, order, failed))

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
/* NOLINTEND(bugprone-macro-parentheses) */

int REAL(pthread_mutex_lock)(pthread_mutex_t *mutex);
int WRAP(pthread_mutex_lock)(pthread_mutex_t *mutex);
int WRAP(pthread_mutex_lock)(pthread_mutex_t *mutex)
{
    step();
    if (me < 0)
        return REAL(pthread_mutex_lock)(mutex);
    while (pthread_mutex_trylock(mutex) != 0)
        pass_turn();
    return 0;
}

int REAL(pthread_mutex_unlock)(pthread_mutex_t *mutex);
int WRAP(pthread_mutex_unlock)(pthread_mutex_t *mutex);
int WRAP(pthread_mutex_unlock)(pthread_mutex_t *mutex)
{
    int result = REAL(pthread_mutex_unlock)(mutex);
    step();
    return result;
}

int REAL(sched_yield)(void);
int WRAP(sched_yield)(void);
int WRAP(sched_yield)(void)
{
    if (me < 0)
        return REAL(sched_yield)();
    pass_turn();
    return 0;
}
