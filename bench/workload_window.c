/* workload_window.c - what guard allocators are measured by: 16 .. 512 bytes, the first and the
 * last byte touched, a window of live blocks of which a random one is replaced. */
#include "bench/allocator.h"
#include "bench/resident.h"
#include "bench/workload.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum {
    LIVE_MAX = 1000000,
    SIZE_LOW = 16,
    SIZE_HIGH = 512,
    LOOK_FIRST = 64,       /* pairs before the first look at the clock; doubled while they are */
    LOOK_LAST = 4096,      /* quick, up to this */
    LIVE_A_LINE = 512,     /* blocks between two lines that tell how many are live */
    LIVE_TOLD_MAX = 65536, /* beyond, nobody dies of a map limit */
    THREADS = 2,
    THREAD_LIVE = 1000,
    GROW_LIVE = 100000,
    GROW_WINDOW = 1000,      /* left live while blocks die */
    GROW_DEAD_FIRST = 50000, /* frees that fill caches of every kind */
    GROW_DEAD = 200000,
    GROW_DEAD_QUICK = 50000,
};

static const double look_seconds = 0.001;

static char *blocks[LIVE_MAX]; /* costs memory only where it is used */

static inline char *take_touched(uint64_t *random)
{
    uint32_t size = random_size(random, SIZE_LOW, SIZE_HIGH);
    char *block = block_take(size);
    if (!block)
        return NULL;
    block[0] = 1;
    block[size - 1] = 2;
    return block;
}

/* A subject may end the program at any block: what was told last stands. */
static void tell_live(uint32_t live)
{
    char line[32];
    if (live % LIVE_A_LINE != 0 || live > LIVE_TOLD_MAX)
        return;
    int length = snprintf(line, sizeof line, "live-now %u\n", live);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(1);
}

static void fill(char **table, uint32_t live, uint64_t *random)
{
    for (uint32_t i = 0; i < live; i++) {
        tell_live(i);
        table[i] = checked(take_touched(random));
    }
}

static void replace(char **table, uint32_t live, uint32_t pairs, uint64_t *random)
{
    for (uint32_t i = 0; i < pairs; i++) {
        char **place = &table[random_next(random) % live];
        block_give(*place);
        *place = checked(take_touched(random));
    }
}

static struct outcome window_run(const struct plan *plan, uint32_t live)
{
    uint64_t random = 88172645463325252u;
    uint32_t pairs = LOOK_FIRST;
    fill(blocks, live, &random);
    struct span span = span_begin(plan);
    double looked = span.began;
    while (span_goes_on(&span)) {
        if (span.pairs > 0 && span.ended - looked < look_seconds && pairs < LOOK_LAST)
            pairs *= 2;
        replace(blocks, live, pairs, &random);
        span.pairs += pairs;
        looked = span.ended;
    }
    return span_outcome(&span);
}

struct outcome workload_window_1k(const struct plan *plan)
{
    return window_run(plan, 1000);
}

struct outcome workload_window_10k(const struct plan *plan)
{
    return window_run(plan, 10000);
}

struct outcome workload_window_30k(const struct plan *plan)
{
    return window_run(plan, 30000);
}

struct outcome workload_window_100k(const struct plan *plan)
{
    return window_run(plan, 100000);
}

struct outcome workload_window_1m(const struct plan *plan)
{
    return window_run(plan, LIVE_MAX);
}

static struct {
    pthread_barrier_t barrier;
    double seconds;
    double ns[THREADS];
} pair;

static void *window_thread(void *argument)
{
    unsigned me = (unsigned)(uintptr_t)argument;
    char **table = blocks + (size_t)me * THREAD_LIVE;
    uint64_t random = 88172645463325252u + (uint64_t)me * 12345;
    uint64_t pairs = 0;
    double now;
    pin_to(me);
    fill(table, THREAD_LIVE, &random);
    pthread_barrier_wait(&pair.barrier);
    double began = wall_seconds();
    do {
        replace(table, THREAD_LIVE, LOOK_FIRST, &random);
        pairs += LOOK_FIRST;
        now = wall_seconds();
    } while (now - began < pair.seconds);
    pair.ns[me] = (now - began) * 1e9 / (double)pairs;
    pthread_barrier_wait(&pair.barrier); /* nobody ends while another is at work */
    return NULL;
}

/* The clock's time a pair takes one of two threads that run side by side. */
struct outcome workload_window_threads(const struct plan *plan)
{
    pthread_t thread[THREADS];
    double sum = 0;
    pair.seconds = plan->seconds;
    pthread_barrier_init(&pair.barrier, NULL, THREADS);
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, window_thread, (void *)i);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        sum += pair.ns[i];
    }
    return (struct outcome){.nanoseconds = sum / THREADS};
}

/* Pages in memory and the page tables that map them. */
static double memory_bytes(void)
{
    return (double)(resident_kb() + status_kb("VmPTE:")) * 1024;
}

/* What a dead block takes is seen where many die and few live: memory at the end of the longer run
 * less that of the shorter. */
static double dead_bytes(uint64_t *random, uint32_t dead)
{
    for (uint32_t i = GROW_WINDOW; i < GROW_LIVE; i++)
        block_give(blocks[i]);
    replace(blocks, GROW_WINDOW, GROW_DEAD_FIRST, random);
    double before = memory_bytes();
    replace(blocks, GROW_WINDOW, dead, random);
    double grown = memory_bytes() - before;
    return grown > 0 ? grown / dead : 0;
}

struct outcome workload_grow(const struct plan *plan)
{
    uint64_t random = 88172645463325252u;
    uint32_t dead = plan->is_quick ? GROW_DEAD_QUICK : GROW_DEAD;
    block_give(checked(take_touched(&random))); /* the subject has started */
    for (uint32_t i = 0; i < GROW_LIVE; i++)
        blocks[i] = NULL; /* the table is in memory */
    double before = memory_bytes();
    double began = cpu_seconds();
    fill(blocks, GROW_LIVE, &random);
    double ended = cpu_seconds();
    double live = (memory_bytes() - before) / GROW_LIVE;
    return (struct outcome){.nanoseconds = (ended - began) * 1e9 / GROW_LIVE,
                            .live_bytes = live,
                            .dead_bytes = dead_bytes(&random, dead)};
}

#ifdef BENCH_POOL
static inline void raise_and_lower(void)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeLowerIrql(old);
}
#else
static _Thread_local volatile unsigned char level;

static inline void raise_and_lower(void)
{
    level = 2;
    level = 0;
}
#endif

struct outcome workload_irql(const struct plan *plan)
{
    struct span span = span_begin(plan);
    while (span_goes_on(&span)) {
        for (unsigned i = 0; i < PAIRS_A_LOOK; i++)
            raise_and_lower();
        span.pairs += PAIRS_A_LOOK;
    }
    return span_outcome(&span);
}
