/* workload_main.c - bench_malloc, bench_expool and the others: one workload in one process.
 *   bench_malloc WORKLOAD [seconds] [quick] [pairs]
 * Prints "WORKLOAD ns FIGURE peak_kb KIB", and for GROWN " live_bytes B dead_bytes B"; before that
 * "live-now N" now and then, for whom the live blocks are too many. The runner starts it; see
 * docs/PERFORMANCE.md. */
#include "bench/suite.h"
#include "bench/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct row {
    const char *word;
    workload_function *function;
    enum unit unit;
} rows[] = {
#define WORKLOAD(word, function, group, unit, help) {word, function, unit},
#define GUARDED(word, function, unit, live, help)   {word, function, unit},
#include "bench/pool.def"
#include "bench/verifier.def"
#undef WORKLOAD
#undef GUARDED
};

static const struct row *find(const char *word)
{
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].word, word) == 0)
            return &rows[i];
    return NULL;
}

int main(int count, char **words)
{
    const struct row *row = count > 1 ? find(words[1]) : NULL;
    if (!row) {
        fprintf(stderr, "%s: no workload '%s'\n", words[0], count > 1 ? words[1] : "");
        return 2;
    }
    struct plan plan = {.seconds = count > 2 ? strtod(words[2], NULL) : 0.3,
                        .is_quick = count > 3 && strtol(words[3], NULL, 10) != 0,
                        .pairs = count > 4 ? strtoll(words[4], NULL, 10) : 0};
    if (row->unit != PAIR_WALL && row->unit != KEPT)
        pin_to(0);
    struct outcome outcome = row->function(&plan);
    if (row->unit == WHOLE)
        outcome.nanoseconds = cpu_seconds() * 1e9;
    long peak = row->unit == KEPT ? outcome.kept_kb : status_kb("VmHWM:");
    printf("%s ns %.3f peak_kb %ld", row->word, outcome.nanoseconds, peak);
    if (row->unit == GROWN)
        printf(" live_bytes %.1f dead_bytes %.1f", outcome.live_bytes, outcome.dead_bytes);
    printf("\n");
    fflush(stdout);
    if (row->unit != WHOLE)
        _exit(0); /* what was measured is over; ten million blocks need no end */
    return 0;
}
