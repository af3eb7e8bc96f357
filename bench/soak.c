#include "bench/soak.h"

#include "bench/resident.h"
#include "bench/soak_piece.h"
#include "expool/statistics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

enum {
    PIECES = 512, /* live at most, each worker */
    SHELF = 256,  /* places where workers leave blocks for each other */
    GREEDY = 192, /* blocks of 1 MiB taken in a row, until memory is short */
    LIFE_S = 2,   /* then a worker's thread ends and another takes over its pieces */
    PROGRESS_S = 30,
};

/* What one thread does at a time; its pieces outlive the thread. */
struct worker {
    pthread_t thread;
    atomic_bool stop;
    uint64_t random;
    uint64_t operations;
    uint64_t refusals; /* NULL for want of memory */
    struct piece pieces[PIECES];
    struct piece greedy[GREEDY];
};

static struct worker workers[SOAK_THREADS];

static struct {
    pthread_mutex_t lock; /* guards piece */
    struct piece piece;
} shelf[SHELF];

/* Leaves the piece on the shelf and takes what lay there, by whomever. */
static void exchange(struct piece *piece, uint64_t *random)
{
    unsigned place = soak_random(random) % SHELF;
    pthread_mutex_lock(&shelf[place].lock);
    struct piece other = shelf[place].piece;
    shelf[place].piece = *piece;
    pthread_mutex_unlock(&shelf[place].lock);
    *piece = other;
}

static void give_quarter(struct worker *worker)
{
    for (unsigned i = 0; i < PIECES / 4; i++)
        piece_give(&worker->pieces[soak_random(&worker->random) % PIECES], &worker->random);
}

/* Takes until there is no more, and gives it all back. */
static void be_greedy(struct worker *worker)
{
    unsigned taken = 0;
    while (taken < GREEDY && piece_take_large(&worker->greedy[taken], &worker->random))
        taken++;
    worker->refusals += taken < GREEDY;
    worker->operations += 2ull * taken;
    while (taken > 0)
        piece_give(&worker->greedy[--taken], &worker->random);
}

static void step(struct worker *worker)
{
    uint32_t choice = soak_random(&worker->random);
    struct piece *piece = &worker->pieces[choice % PIECES];
    if (choice >> 16 == 0) {
        be_greedy(worker);
        return;
    }
    if (choice >> 14 == 5)
        expool_pool_trim();
    if (choice >> 29 == 0)
        exchange(piece, &worker->random);
    piece_give(piece, &worker->random);
    if (!piece_take(piece, &worker->random)) {
        worker->refusals++;
        give_quarter(worker);
    }
    worker->operations += 2;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    while (!atomic_load_explicit(&worker->stop, memory_order_relaxed))
        for (unsigned i = 0; i < 64; i++)
            step(worker);
    return NULL;
}

static void start(struct worker *worker)
{
    atomic_store(&worker->stop, false);
    pthread_create(&worker->thread, NULL, work, worker);
}

static void end(struct worker *worker)
{
    atomic_store(&worker->stop, true);
    pthread_join(worker->thread, NULL);
}

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void tell_progress(double seconds)
{
    struct expool_class_statistics nonpaged;
    struct expool_class_statistics paged;
    expool_class_statistics_get(EXPOOL_CLASS_NONPAGED, &nonpaged);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &paged);
    printf("soak: %.0f s, %" PRIu64 " allocations, %" PRIu64 " MiB non-paged, %" PRIu64
           " MiB paged, %ld MiB resident\n",
           seconds, nonpaged.allocations + paged.allocations, nonpaged.bytes >> 20,
           paged.bytes >> 20, resident_kb() >> 10);
}

/* Threads work, end and are replaced; the pool is asked if it is sound. False when it is not. */
static bool run_workers(unsigned seconds)
{
    double began = now_seconds();
    unsigned second = 0;
    bool is_sound = true;
    for (unsigned i = 0; i < SOAK_THREADS; i++)
        start(&workers[i]);
    while (is_sound && now_seconds() - began < seconds) {
        nanosleep(&(struct timespec){0, 250000000}, NULL);
        const char *wrong = expool_pool_check();
        if (wrong)
            printf("soak: expool_pool_check says: %s\n", wrong);
        is_sound = wrong == NULL;
        if (now_seconds() - began < second + 1)
            continue;
        second++;
        if (second % LIFE_S == 0) {
            struct worker *worker = &workers[second / LIFE_S % SOAK_THREADS];
            end(worker);
            start(worker);
        }
        if (second % PROGRESS_S == 0)
            tell_progress(now_seconds() - began);
    }
    for (unsigned i = 0; i < SOAK_THREADS; i++)
        end(&workers[i]);
    return is_sound;
}

static void give_all(void)
{
    for (unsigned i = 0; i < SHELF; i++)
        piece_give(&shelf[i].piece, &workers[0].random);
    for (unsigned i = 0; i < SOAK_THREADS; i++)
        for (unsigned j = 0; j < PIECES; j++)
            piece_give(&workers[i].pieces[j], &workers[0].random);
    piece_lists_end();
}

/* How many counters did not come back; each is named. */
static unsigned judge_counters(void)
{
    unsigned wrong = 0;
    for (unsigned pool = 0; pool < EXPOOL_CLASS_COUNT; pool++) {
        struct expool_class_statistics all;
        expool_class_statistics_get(pool, &all);
        if (all.bytes == 0 && all.allocations == all.frees)
            continue;
        printf("soak: %s pool still counts %" PRIu64 " bytes, %" PRIu64 " allocations, %" PRIu64
               " frees\n",
               pool == EXPOOL_CLASS_PAGED ? "paged" : "non-paged", all.bytes, all.allocations,
               all.frees);
        wrong++;
    }
    for (unsigned i = 0; i < SOAK_TAGS; i++) {
        struct expool_tag_statistics tag;
        uint32_t name = piece_tag(i);
        expool_tag_statistics_get(name, &tag);
        for (unsigned pool = 0; pool < EXPOOL_CLASS_COUNT; pool++)
            if (tag.pool[pool].bytes != 0 || tag.pool[pool].allocations != tag.pool[pool].frees) {
                printf("soak: tag %.4s still counts %" PRIu64 " bytes\n", (const char *)&name,
                       tag.pool[pool].bytes);
                wrong++;
            }
    }
    return wrong;
}

/* Sanitizers keep shadow pages of what was touched: memory says nothing then. */
static bool judge_memory(long before_kb)
{
#ifdef SANITIZED
    printf("soak: memory is not judged under a sanitizer (%ld KiB before)\n", before_kb);
    return true;
#else
    expool_pool_trim();
    long grown_kb = resident_kb() - before_kb;
    printf("soak: resident memory is %ld KiB above the start, allowed are %d\n", grown_kb,
           SOAK_RSS_TOLERANCE_KB);
    return grown_kb <= SOAK_RSS_TOLERANCE_KB;
#endif
}

int soak_run(unsigned seconds, uint64_t seed)
{
    uint64_t operations = 0;
    uint64_t refusals = 0;
    memset(workers, 1, sizeof workers); /* ours is resident before the start, theirs is not */
    memset(workers, 0, sizeof workers);
    for (unsigned i = 0; i < SHELF; i++)
        pthread_mutex_init(&shelf[i].lock, NULL);
    for (unsigned i = 0; i < SOAK_THREADS; i++)
        workers[i].random = (seed + i) * 0x9E3779B97F4A7C15u | 1;
    long before_kb = resident_kb();
    piece_lists_begin();
    bool is_good = run_workers(seconds);
    give_all();
    for (unsigned i = 0; i < SOAK_THREADS; i++) {
        operations += workers[i].operations;
        refusals += workers[i].refusals;
    }
    const char *wrong = expool_pool_check();
    if (wrong)
        printf("soak: at the end expool_pool_check says: %s\n", wrong);
    is_good &= wrong == NULL;
    is_good &= judge_counters() == 0;
    is_good &= judge_memory(before_kb);
    printf("soak: %s: %" PRIu64 " operations, %u threads at a time, %" PRIu64
           " refused for want of memory, %u s, seed %" PRIu64 "\n",
           is_good ? "sound" : "NOT SOUND", operations, SOAK_THREADS, refusals, seconds, seed);
    return is_good ? 0 : 1;
}
