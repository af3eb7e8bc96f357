#include "verifier/count.h"

#include "expool/verifier.h"
#include "pool/bugcheck.h"
#include "pool/counters.h"
#include "pool/drivers.h"
#include "verifier/inject.h"
#include "verifier/modules.h"
#include "verifier/special.h"
#include "verifier/track.h"

static void count_drivers(void)
{
    struct driver_row driver;
    uint64_t loads = 0;
    uint64_t unloads = 0;
    for (unsigned i = 0; drivers_read(i, &driver); i++) {
        bool is_verified = modules_verifies(driver.entry);
        loads += is_verified ? driver.loads : 0;
        unloads += is_verified ? driver.unloads : 0;
    }
    __atomic_store_n(&counter_shared.loads, loads, __ATOMIC_RELAXED);
    __atomic_store_n(&counter_shared.unloads, unloads, __ATOMIC_RELAXED);
}

void count_refresh(void)
{
    struct expool_counter_row *shared = &counter_shared;
    uint64_t refused = COUNTED(allocations_failed) + inject_count() - COUNTED(calls_failed);
    uint64_t attempted = COUNTED(allocations_attempted);
    __atomic_store_n(&shared->allocations_succeeded, attempted > refused ? attempted - refused : 0,
                     __ATOMIC_RELAXED);
    __atomic_store_n(&shared->allocations_not_tracked, track_not_count(), __ATOMIC_RELAXED);
    count_drivers();
}

static struct expool_verifier_pool pool_of(const uint64_t *now, const uint64_t *peak,
                                           const uint64_t *bytes, const uint64_t *peak_bytes)
{
    return (struct expool_verifier_pool){counter_get(now), counter_get(peak), counter_get(bytes),
                                         counter_get(peak_bytes)};
}

void expool_verifier_counters_get(struct expool_verifier_counters *counters)
{
    struct expool_counter_row sum;
    special_note_peak();
    count_refresh();
    expool_counters_sum(&process_counters, &sum);
    *counters = (struct expool_verifier_counters){
        .tier = space.tier == NULL ? EXPOOL_TIER_NONE : space.tier->number,
        .allocations_attempted = sum.allocations_attempted,
        .allocations_special_pool = sum.allocations_special_pool,
        .allocations_not_selected = sum.allocations_not_selected,
        .allocations_fallback = sum.allocations_fallback,
        .allocations_failed = sum.allocations_failed,
        .frees = sum.frees,
        .live_blocks = sum.live_blocks,
        .live_bytes = sum.live_bytes,
        .peak_blocks = counter_get(&counter_shared.peak_blocks),
        .irql_raises = sum.irql_raises,
        .faults_injected = inject_count(),
        .violations = bugcheck_count(),
        .spin_locks_acquired = sum.spin_locks_acquired,
        .executions_synchronized = sum.executions_synchronized,
        .allocations_succeeded = sum.allocations_succeeded,
        .allocations_without_tag = sum.allocations_without_tag,
        .allocations_not_tracked = sum.allocations_not_tracked,
        .trim_requests = sum.trim_requests,
        .trims = sum.trims,
        .loads = sum.loads,
        .unloads = sum.unloads,
        .paged = pool_of(&sum.paged_allocations, &sum.paged_allocations_peak, &sum.paged_bytes,
                         &sum.paged_bytes_peak),
        .nonpaged = pool_of(&sum.nonpaged_allocations, &sum.nonpaged_allocations_peak,
                            &sum.nonpaged_bytes, &sum.nonpaged_bytes_peak),
    };
}
