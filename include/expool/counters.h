/* expool/counters.h - verifier.exe's counters of a process, as they lie behind its page of
 * control.h. A thread counts in a row of its own, without an atomic instruction; threads that found
 * none share row 0, atomically. A counter is the sum of its column, what is live too: in one row it
 * may be below zero. Peaks lie in row 0 alone. */
#ifndef EXPOOL_COUNTERS_H
#define EXPOOL_COUNTERS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EXPOOL_COUNTER_ROWS 64u

/* Since the verifier was first started, in the order of verifier.exe's /query. */
struct expool_counter_row {
    uint64_t irql_raises;
    uint64_t spin_locks_acquired;
    uint64_t executions_synchronized;
    uint64_t allocations_attempted;
    uint64_t allocations_succeeded;
    uint64_t allocations_special_pool;
    uint64_t allocations_without_tag;
    uint64_t trim_requests;
    uint64_t trims;
    uint64_t allocations_failed; /* of real shortage, or by a limit */
    uint64_t faults_injected;
    uint64_t loads;   /* of verified drivers */
    uint64_t unloads; /* the same */
    uint64_t allocations_not_tracked;
    uint64_t paged_allocations; /* now; peaks of these are the threads' own, added up */
    uint64_t nonpaged_allocations;
    uint64_t paged_allocations_peak;
    uint64_t nonpaged_allocations_peak;
    uint64_t paged_bytes; /* now */
    uint64_t nonpaged_bytes;
    uint64_t paged_bytes_peak;
    uint64_t nonpaged_bytes_peak;
    /* Ours. */
    uint64_t allocations_not_selected; /* in normal pool on purpose */
    uint64_t allocations_fallback;     /* special pool was full: unguarded */
    uint64_t frees;
    uint64_t live_blocks; /* in special pool, now */
    uint64_t live_bytes;
    uint64_t live_pages;
    uint64_t peak_blocks; /* row 0 */
    uint64_t violations;  /* bug checks raised, those a host let pass included */
    uint64_t leaked_blocks;
    uint64_t reports;      /* bug checks that were reported: no host let them pass */
    uint64_t calls_failed; /* of faults_injected: calls that ask for no pool */
};

struct expool_counters {
    struct expool_counter_row row[EXPOOL_COUNTER_ROWS];
} __attribute__((aligned(4096)));

/* Adds the rows up; each number is right by itself, two of them may be a moment apart. */
static inline void expool_counters_sum(const struct expool_counters *counters,
                                       struct expool_counter_row *sum)
{
    uint64_t *to = (uint64_t *)(void *)sum; /* columns, all of one kind */
    unsigned columns = sizeof *sum / sizeof *to;
    for (unsigned column = 0; column < columns; column++)
        to[column] = 0;
    for (unsigned row = 0; row < EXPOOL_COUNTER_ROWS; row++) {
        const uint64_t *from = (const uint64_t *)(const void *)&counters->row[row];
        for (unsigned column = 0; column < columns; column++)
            to[column] += __atomic_load_n(&from[column], __ATOMIC_RELAXED);
    }
}

#ifdef __cplusplus
}
#endif
#endif
