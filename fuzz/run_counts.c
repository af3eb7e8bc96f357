/* run_counts.c - the counts of all programs, told to whoever watches. */
#include "fuzz/cells.h"
#include "fuzz/failure.h"
#include "fuzz/run.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CLOCK_EVERY = 64 };

struct run_counts run_counts;

/* Under another name until it is whole: who is killed in the middle leaves the one before. */
void run_write_counts(void)
{
    char unfinished[PATH_MAX];
    const char *path = getenv("EXPOOL_FUZZ_STATS");
    if (path == NULL)
        return;
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    FILE *file = fopen(unfinished, "w");
    if (file == NULL)
        return;
    fprintf(file,
            "programs %" PRIu64 "\noperations %" PRIu64 "\ninjected %" PRIu64 "\ndetected %" PRIu64
            "\nwrong %" PRIu64 "\nmissed %" PRIu64 "\nfalse_alarms %" PRIu64 "\nsilent %" PRIu64
            "\nknown %" PRIu64 "\neither %" PRIu64 "\n",
            run_counts.programs, run_counts.operations, run_counts.injected, run_counts.detected,
            run_counts.wrong, run_counts.missed, run_counts.false_alarms, run_counts.silent,
            failure_known_count(), run_counts.either);
    cells_write(file);
    if (fclose(file) == 0)
        (void)rename(unfinished, path);
}

void run_write_counts_now_and_then(void)
{
    static time_t last;
    struct timespec now;
    if (run_counts.programs % CLOCK_EVERY != 0)
        return;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    if (now.tv_sec != last)
        run_write_counts();
    last = now.tv_sec;
}
