/* workload_threads.c - the workloads of two threads; each has a processor of its own where there
 * are two, else a two-thread figure is two halves of one processor. */
#include "bench/allocator.h"
#include "bench/workload.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { TABLE = 4000, PHASE_PAIRS = 20000, RING = 4096, PAUSES = 64 };

static struct {
    char *table[2][TABLE];
    pthread_barrier_t barrier;
    unsigned phases;
} larson;

static void replace(uint64_t *random, char **place)
{
    uint32_t bytes = random_size(random, 16, 512);
    block_give(*place);
    char *block = checked(block_take(bytes));
    block[0] = 1;
    block[bytes - 1] = 1;
    *place = block;
}

/* Random replacement in a table; the tables change hands each phase, so that blocks are freed by a
 * thread that did not allocate them. */
static void *larson_thread(void *argument)
{
    unsigned me = (unsigned)(uintptr_t)argument;
    uint64_t random = 123456789 + me * 7777;
    pin_to(me);
    for (unsigned i = 0; i < TABLE; i++)
        larson.table[me][i] = checked(block_take(random_size(&random, 16, 512)));
    for (unsigned phase = 0; phase < larson.phases; phase++) {
        pthread_barrier_wait(&larson.barrier);
        char **table = larson.table[(me + phase) & 1];
        for (unsigned i = 0; i < PHASE_PAIRS; i++)
            replace(&random, &table[random_next(&random) % TABLE]);
    }
    return NULL;
}

struct outcome workload_larson2(const struct plan *plan)
{
    pthread_t other;
    larson.phases = plan->is_quick ? 16 : 62;
    pthread_barrier_init(&larson.barrier, NULL, 2);
    double began = wall_seconds();
    pthread_create(&other, NULL, larson_thread, (void *)1);
    larson_thread(NULL);
    pthread_join(other, NULL);
    double pairs = (double)larson.phases * PHASE_PAIRS; /* of each thread, side by side */
    return (struct outcome){.nanoseconds = (wall_seconds() - began) * 1e9 / pairs};
}

static struct {
    _Atomic(char *) ring[RING];
    unsigned messages;
} pipeline;

static void wait_a_bit(void)
{
    static _Thread_local unsigned times;
    if (++times % PAUSES == 0)
        sched_yield();
}

static void *consume(void *argument)
{
    pin_to(1);
    for (unsigned i = 0; i < pipeline.messages; i++) {
        char *block;
        while (!(block = atomic_load_explicit(&pipeline.ring[i % RING], memory_order_acquire)))
            wait_a_bit();
        atomic_store_explicit(&pipeline.ring[i % RING], NULL, memory_order_release);
        block[0]++;
        block_give(block);
    }
    return argument;
}

static void produce(void)
{
    uint64_t random = 99;
    pin_to(0);
    for (unsigned i = 0; i < pipeline.messages; i++) {
        char *block = checked(block_take(random_size(&random, 16, 512)));
        block[0] = 1;
        while (atomic_load_explicit(&pipeline.ring[i % RING], memory_order_acquire))
            wait_a_bit();
        atomic_store_explicit(&pipeline.ring[i % RING], block, memory_order_release);
    }
}

struct outcome workload_prodcons(const struct plan *plan)
{
    pthread_t consumer;
    pipeline.messages = plan->is_quick ? 300000 : 2000000;
    double began = wall_seconds();
    pthread_create(&consumer, NULL, consume, NULL);
    produce();
    pthread_join(consumer, NULL);
    return (struct outcome){.nanoseconds = (wall_seconds() - began) * 1e9 / pipeline.messages};
}
