/* run_counts.c - the counts of all programs, told to whoever watches. */
#include "fuzz/cells.h"
#include "fuzz/failure.h"
#include "fuzz/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CLOCK_EVERY = 64 };

struct run_counts run_counts;

void run_write_counts(void)
{
    const char *path = getenv("EXPOOL_FUZZ_STATS");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
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
    fclose(file);
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
