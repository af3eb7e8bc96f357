#include "tools/verifier_query.h"

#include "expool/verifier.h"

#include <jansson.h>
#include <stddef.h>
#include <time.h>

enum { TIME_BYTES = 64 };

struct title {
    const char *name;
    const char *key;
    size_t offset;
};

#define COLUMN(title, column)                                                                      \
    {                                                                                              \
        title, #column, offsetof(struct expool_counter_row, column)                                \
    }

/* In the order of verifier.exe. */
static const struct title titles[] = {
    COLUMN("IRQL Raises", irql_raises),
    COLUMN("Spinlocks Acquired", spin_locks_acquired),
    COLUMN("Executions Synchronized", executions_synchronized),
    COLUMN("Pool Allocations Attempted", allocations_attempted),
    COLUMN("Pool Allocations Succeeded", allocations_succeeded),
    COLUMN("Pool Allocations Succeeded in Special Pool", allocations_special_pool),
    COLUMN("Pool Allocations Without Tag", allocations_without_tag),
    COLUMN("Trim Requests", trim_requests),
    COLUMN("Trims", trims),
    COLUMN("Pool Allocations Failed", allocations_failed),
    COLUMN("Faults Injected", faults_injected),
    COLUMN("Loads", loads),
    COLUMN("Unloads", unloads),
    COLUMN("Pool Allocations Not Tracked", allocations_not_tracked),
    COLUMN("Current Paged Pool Allocations", paged_allocations),
    COLUMN("Current Nonpaged Pool Allocations", nonpaged_allocations),
    COLUMN("Peak Paged Pool Allocations", paged_allocations_peak),
    COLUMN("Peak Nonpaged Pool Allocations", nonpaged_allocations_peak),
    COLUMN("Current Paged Pool Bytes", paged_bytes),
    COLUMN("Current Nonpaged Pool Bytes", nonpaged_bytes),
    COLUMN("Peak Paged Pool Bytes", paged_bytes_peak),
    COLUMN("Peak Nonpaged Pool Bytes", nonpaged_bytes_peak),
};

/* What Windows does not count. */
static const struct title ours[] = {
    COLUMN("Frees in Special Pool", frees),
    COLUMN("Live Special Pool Blocks", live_blocks),
    COLUMN("Live Special Pool Bytes", live_bytes),
    COLUMN("Allocations Not Selected", allocations_not_selected),
    COLUMN("Allocations Without Guards", allocations_fallback),
    COLUMN("Violations", violations),
};

enum { TITLE_COUNT = sizeof titles / sizeof titles[0], OUR_COUNT = sizeof ours / sizeof ours[0] };

static uint64_t value_of(const struct expool_counter_row *sum, const struct title *title)
{
    return *(const uint64_t *)(const void *)((const char *)sum + title->offset);
}

/* Attempts that did not fail have succeeded, wherever they were served. */
static void read_counters(const struct process *process, struct expool_counter_row *sum)
{
    expool_counters_sum(process->counters, sum);
    uint64_t failed = sum->allocations_failed + sum->faults_injected - sum->calls_failed;
    if (sum->allocations_succeeded == 0 && sum->allocations_attempted > failed)
        sum->allocations_succeeded = sum->allocations_attempted - failed;
}

static void print_pool(const struct expool_verifier_pool *paged,
                       const struct expool_verifier_pool *nonpaged, FILE *file)
{
    (void)fprintf(file, "Current Paged Pool Allocations: %lu\n", paged->allocations);
    (void)fprintf(file, "Current Nonpaged Pool Allocations: %lu\n", nonpaged->allocations);
    (void)fprintf(file, "Peak Paged Pool Allocations: %lu\n", paged->peak_allocations);
    (void)fprintf(file, "Peak Nonpaged Pool Allocations: %lu\n", nonpaged->peak_allocations);
    (void)fprintf(file, "Current Paged Pool Bytes: %lu\n", paged->bytes);
    (void)fprintf(file, "Current Nonpaged Pool Bytes: %lu\n", nonpaged->bytes);
    (void)fprintf(file, "Peak Paged Pool Bytes: %lu\n", paged->peak_bytes);
    (void)fprintf(file, "Peak Nonpaged Pool Bytes: %lu\n", nonpaged->peak_bytes);
}

static void print_drivers(const struct expool_control *control, FILE *file)
{
    unsigned count = 0;
    (void)fprintf(file, "\nVerified drivers:\n");
    for (unsigned i = 0; i < control->driver_count && i < EXPOOL_CONTROL_DRIVERS; i++) {
        const struct expool_verifier_driver *driver = &control->driver[i];
        if (!driver->is_verified)
            continue;
        (void)fprintf(file, "\nName: %.*s, loads: %lu, unloads: %lu\n", (int)sizeof driver->name,
                      driver->name, driver->loads, driver->unloads);
        print_pool(&driver->paged, &driver->nonpaged, file);
        count++;
    }
    if (count == 0)
        (void)fprintf(file, "\n%s\n", control->drivers[0] != 0 ? control->drivers : "all");
}

void verifier_query_print(const struct process *process, FILE *file)
{
    const struct expool_control *control = process->control;
    struct expool_counter_row sum;
    char now[TIME_BYTES];
    time_t seconds = time(NULL);
    struct tm local;
    (void)strftime(now, sizeof now, "%m/%d/%Y, %I:%M:%S %p", localtime_r(&seconds, &local));
    (void)fprintf(file, "%s\n", now);
    (void)fprintf(file, "Process: %d, %.*s, guards from %s, seed %lu\n", process->pid,
                  (int)sizeof control->name, control->name, tier_name(control->tier),
                  control->seed);
    (void)fprintf(file, "Level: %08X\n", control->rules);
    read_counters(process, &sum);
    for (unsigned i = 0; i < TITLE_COUNT; i++)
        (void)fprintf(file, "%s: %lu\n", titles[i].name, value_of(&sum, &titles[i]));
    for (unsigned i = 0; i < OUR_COUNT; i++)
        (void)fprintf(file, "%s: %lu\n", ours[i].name, value_of(&sum, &ours[i]));
    print_drivers(control, file);
}

static json_t *process_json(const struct process *process)
{
    const struct expool_control *control = process->control;
    struct expool_counter_row sum;
    json_t *numbers = json_object();
    read_counters(process, &sum);
    for (unsigned i = 0; i < TITLE_COUNT; i++)
        json_object_set_new(numbers, titles[i].key,
                            json_integer((json_int_t)value_of(&sum, &titles[i])));
    for (unsigned i = 0; i < OUR_COUNT; i++)
        json_object_set_new(numbers, ours[i].key,
                            json_integer((json_int_t)value_of(&sum, &ours[i])));
    return json_pack("{s:i, s:s, s:s, s:I, s:I, s:s, s:o}", "pid", process->pid, "name",
                     control->name, "tier", tier_name(control->tier), "rules",
                     (json_int_t)control->rules, "seed", (json_int_t)control->seed, "options",
                     control->options, "counters", numbers);
}

void verifier_query_json(const struct process *list, size_t count, FILE *file)
{
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, process_json(&list[i]));
    json_t *whole = json_pack("{s:s, s:o}", "schema", "expool-verifier/1", "processes", all);
    (void)json_dumpf(whole, file, JSON_INDENT(2));
    (void)fputc('\n', file);
    json_decref(whole);
}
