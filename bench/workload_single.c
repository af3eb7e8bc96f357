/* workload_single.c - the workloads of one thread. */
#include "bench/allocator.h"
#include "bench/workload.h"

enum { BATCH = 64, BULK = 1000000, WINDOW_MAX = 10000000, SPARSE_LOOK = 64 };

struct window {
    uint32_t live;
    uint32_t low; /* bytes */
    uint32_t high;
    bool touches_pages;
    uint32_t look; /* pairs between two looks at the clock */
};

static char *blocks[WINDOW_MAX]; /* costs memory only where it is used */

struct outcome workload_pair64(const struct plan *plan)
{
    struct span span = span_begin(plan);
    while (span_goes_on(&span)) {
        for (unsigned i = 0; i < PAIRS_A_LOOK; i++) {
            char *block = block_take(64);
            block[0] = 1;
            block_escape = block;
            block_give(block);
        }
        span.pairs += PAIRS_A_LOOK;
    }
    return span_outcome(&span);
}

static void take_and_give_batch(void)
{
    for (unsigned i = 0; i < BATCH; i++) {
        blocks[i] = block_take(96);
        blocks[i][0] = 1;
    }
    for (unsigned i = 0; i < BATCH; i++)
        block_give(blocks[i]);
}

struct outcome workload_batch64(const struct plan *plan)
{
    struct span span = span_begin(plan);
    while (span_goes_on(&span)) {
        for (unsigned round = 0; round < PAIRS_A_LOOK / BATCH; round++)
            take_and_give_batch();
        span.pairs += PAIRS_A_LOOK;
    }
    return span_outcome(&span);
}

struct outcome workload_bulk1m(const struct plan *plan)
{
    uint64_t random = 77;
    struct plan all = *plan;
    all.pairs = 3 * (int64_t)BULK;
    struct span span = span_begin(&all);
    while (span_goes_on(&span)) {
        for (unsigned i = 0; i < BULK; i++) {
            blocks[i] = checked(block_take(random_size(&random, 16, 256)));
            blocks[i][0] = 1;
        }
        for (unsigned i = 0; i < BULK; i++)
            block_give(blocks[i]);
        span.pairs += BULK;
    }
    return span_outcome(&span);
}

static char *take_touched(uint32_t bytes, bool touches_pages)
{
    char *block = checked(block_take(bytes));
    block[0] = 1;
    block[bytes - 1] = 1;
    for (uint32_t offset = 4096; touches_pages && offset < bytes; offset += 4096)
        block[offset] = 1;
    return block;
}

static struct outcome window_run(const struct plan *plan, const struct window *window)
{
    uint64_t random = 88172645463325252u;
    for (uint32_t i = 0; i < window->live; i++)
        blocks[i] = take_touched(random_size(&random, window->low, window->high), false);
    struct span span = span_begin(plan);
    while (span_goes_on(&span)) {
        for (uint32_t i = 0; i < window->look; i++) {
            uint32_t victim = random_next(&random) % window->live;
            uint32_t bytes = random_size(&random, window->low, window->high);
            block_give(blocks[victim]);
            blocks[victim] = take_touched(bytes, window->touches_pages);
        }
        span.pairs += window->look;
    }
    return span_outcome(&span);
}

struct outcome workload_mixed10k(const struct plan *plan)
{
    return window_run(plan, &(struct window){10000, 16, 1024, false, PAIRS_A_LOOK});
}

struct outcome workload_large(const struct plan *plan)
{
    return window_run(plan, &(struct window){64, 4096, 1 << 20, false, SPARSE_LOOK * 4});
}

struct outcome workload_largetouch(const struct plan *plan)
{
    return window_run(plan, &(struct window){64, 4096, 1 << 20, true, SPARSE_LOOK});
}

struct outcome workload_live_1k(const struct plan *plan)
{
    return window_run(plan, &(struct window){1000, 64, 64, false, PAIRS_A_LOOK});
}

struct outcome workload_live_100k(const struct plan *plan)
{
    return window_run(plan, &(struct window){100000, 64, 64, false, PAIRS_A_LOOK});
}

struct outcome workload_live_10m(const struct plan *plan)
{
    return window_run(plan, &(struct window){10000000, 64, 64, false, PAIRS_A_LOOK});
}
