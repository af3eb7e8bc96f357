/* workload_scale.c - what more threads cost, and what idle ones keep. */
#include "bench/allocator.h"
#include "bench/resident.h"
#include "bench/workload.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS_MAX = 16, SMALL_WINDOW = 64, CHURN_LIVE = 2000, CHURN_PAIRS = 20000 };

static struct {
    pthread_barrier_t barrier;
    atomic_bool stop;
    int64_t pairs[THREADS_MAX];
} crowd;

static void *crowd_thread(void *argument)
{
    unsigned me = (unsigned)(uintptr_t)argument;
    uint64_t random = 4711 + me;
    char *mine[SMALL_WINDOW];
    int64_t pairs = 0;
    pin_to(me);
    for (unsigned i = 0; i < SMALL_WINDOW; i++)
        mine[i] = checked(block_take(random_size(&random, 16, 512)));
    pthread_barrier_wait(&crowd.barrier);
    while (!atomic_load_explicit(&crowd.stop, memory_order_relaxed)) {
        for (unsigned i = 0; i < PAIRS_A_LOOK; i++) {
            char **place = &mine[random_next(&random) % SMALL_WINDOW];
            block_give(*place);
            *place = checked(block_take(random_size(&random, 16, 512)));
            (*place)[0] = 1;
        }
        pairs += PAIRS_A_LOOK;
    }
    crowd.pairs[me] = pairs;
    return NULL;
}

static void sleep_seconds(double seconds)
{
    double until = wall_seconds() + seconds;
    while (wall_seconds() < until)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
}

/* The clock's time for a pair, as one processor sees it: flat when threads do not stand in each
 * other's way. */
static struct outcome crowd_run(const struct plan *plan, unsigned threads)
{
    pthread_t thread[THREADS_MAX];
    int64_t pairs = 0;
    pthread_barrier_init(&crowd.barrier, NULL, threads + 1);
    for (uintptr_t i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, crowd_thread, (void *)i);
    pthread_barrier_wait(&crowd.barrier);
    double began = wall_seconds();
    sleep_seconds(plan->seconds);
    atomic_store(&crowd.stop, true);
    double lasted = wall_seconds() - began;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
        pairs += crowd.pairs[i];
    }
    unsigned side_by_side = threads < processors() ? threads : processors();
    return (struct outcome){.nanoseconds = lasted * 1e9 * side_by_side / (double)pairs};
}

struct outcome workload_threads_1(const struct plan *plan)
{
    return crowd_run(plan, 1);
}

struct outcome workload_threads_2(const struct plan *plan)
{
    return crowd_run(plan, 2);
}

struct outcome workload_threads_8(const struct plan *plan)
{
    return crowd_run(plan, 8);
}

static struct {
    pthread_mutex_t turn; /* guards blocks: one thread works at a time */
    pthread_barrier_t barrier;
    char *blocks[CHURN_LIVE];
} idle = {.turn = PTHREAD_MUTEX_INITIALIZER};

static void churn(void)
{
    uint64_t random = 20011;
    for (unsigned i = 0; i < CHURN_LIVE; i++)
        idle.blocks[i] = checked(block_take(random_size(&random, 16, 2048)));
    for (unsigned i = 0; i < CHURN_PAIRS; i++) {
        char **place = &idle.blocks[random_next(&random) % CHURN_LIVE];
        block_give(*place);
        *place = checked(block_take(random_size(&random, 16, 2048)));
        **place = 1;
    }
    for (unsigned i = 0; i < CHURN_LIVE; i++)
        block_give(idle.blocks[i]);
}

static void *idle_thread(void *argument)
{
    pthread_barrier_wait(&idle.barrier); /* created, stack touched */
    pthread_mutex_lock(&idle.turn);
    churn();
    pthread_mutex_unlock(&idle.turn);
    pthread_barrier_wait(&idle.barrier); /* all have worked */
    pthread_barrier_wait(&idle.barrier); /* all has been measured */
    return argument;
}

/* One thread after another allocates, frees everything and stays. What the first leaves in common
 * serves the next; so memory grows by what each keeps for itself. */
struct outcome workload_idle_cache(const struct plan *plan)
{
    pthread_t thread[THREADS_MAX];
    (void)plan;
    churn();
    pthread_barrier_init(&idle.barrier, NULL, THREADS_MAX + 1);
    pthread_mutex_lock(&idle.turn);
    for (unsigned i = 0; i < THREADS_MAX; i++)
        pthread_create(&thread[i], NULL, idle_thread, NULL);
    pthread_barrier_wait(&idle.barrier);
    long before = resident_kb();
    pthread_mutex_unlock(&idle.turn);
    pthread_barrier_wait(&idle.barrier);
    long grown = resident_kb() - before;
    pthread_barrier_wait(&idle.barrier);
    for (unsigned i = 0; i < THREADS_MAX; i++)
        pthread_join(thread[i], NULL);
    return (struct outcome){.kept_kb = grown > 0 ? 1 + grown / THREADS_MAX : 1};
}
