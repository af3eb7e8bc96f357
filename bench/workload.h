/* workload.h - what a workload is told, and what it tells. One workload runs in one process. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

enum { PAIRS_A_LOOK = 4096 }; /* pairs between two looks at the clock */

struct plan {
    double seconds; /* how long a workload runs that is bounded by time */
    int64_t pairs;  /* exactly so many instead, for counting instructions; 0: by time */
    bool is_quick;  /* workloads bounded by work do a part of it */
};

struct outcome {
    double nanoseconds; /* for a pair; 0 where the caller times the whole program */
    long kept_kb;       /* KEPT only */
    double live_bytes;  /* GROWN only: memory that a live block takes */
    double dead_bytes;  /* and one freed long ago */
};

typedef struct outcome workload_function(const struct plan *plan);

#define WORKLOAD(word, function, group, unit, help) workload_function function;
#define GUARDED(word, function, unit, live, help)   workload_function function;
#include "bench/pool.def"
#include "bench/verifier.def"
#undef WORKLOAD
#undef GUARDED

/* A run of pairs against the plan: loops while (span_goes_on(&span, pairs_done)). */
struct span {
    const struct plan *plan;
    double began;
    double ended;
    int64_t pairs;
};

struct span span_begin(const struct plan *plan);
bool span_goes_on(struct span *span);
/* Processor time of the process for each pair counted in span->pairs. */
struct outcome span_outcome(const struct span *span);

double cpu_seconds(void);  /* of this process */
double wall_seconds(void); /* monotonic */

/* A number of /proc/self/status in KiB, "VmHWM:"; 0 when it is not there. */
long status_kb(const char *key);

/* Lets the calling thread run on the index-th processor only, counted among those the process may
 * use, modulo their number. */
void pin_to(unsigned index);
unsigned processors(void);

/* xorshift; *state must not be 0. */
static inline uint32_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 20);
}

/* low .. high, both included. */
static inline uint32_t random_size(uint64_t *state, uint32_t low, uint32_t high)
{
    return low + random_next(state) % (high - low + 1);
}

/* Ends the program with a line when an allocation failed: a figure would be worth nothing. */
void *checked(void *block);

/* The compiler must not see that nobody reads a block. */
extern void *volatile block_escape;

#endif
