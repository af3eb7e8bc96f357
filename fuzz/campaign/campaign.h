/* campaign.h - one run of the fuzzers: which targets in which builds take turns on the processors,
 * and what came of it.
 *
 *   job 0   | pool_seq plain | verifier_seq plain | ...
 *   job 1   | pool_seq asan  | verifier_seq asan  | ...
 *             a turn is one libFuzzer process, or several when it dies of a bug */
#ifndef FUZZ_CAMPAIGN_CAMPAIGN_H
#define FUZZ_CAMPAIGN_CAMPAIGN_H

#include "fuzz/campaign/bugs.h"
#include "fuzz/campaign/counts.h"
#include "fuzz/campaign/fuzzer.h"
#include "fuzz/campaign/settings.h"

enum { FUZZERS_MAX = TARGETS_MAX * BUILD_COUNT };

struct campaign {
    struct settings settings;
    double began; /* of the monotonic clock */
    double ended; /* 0: it goes on */
    struct fuzzer *fuzzers;
    unsigned fuzzer_count;
    struct bugs bugs;
    struct matrix matrix;
    char trouble[PATH_BYTES]; /* what ended it before its time; "" */
    bool was_interrupted;
};

double seconds_now(void);

/* Fuzzes until the time is up, somebody interrupts it, or `trouble` says what went wrong. */
void campaign_run(struct campaign *campaign);

struct totals {
    struct counts counts;
    uint64_t executions;
    unsigned idle; /* targets that executed or checked nothing */
};

void campaign_totals(const struct campaign *campaign, struct totals *totals);

/* Whether any build of this target checked anything. */
bool campaign_has_checked(const struct campaign *campaign, const char *target);

/* EXIT_FOUND_NOTHING, EXIT_FOUND or EXIT_TROUBLE. */
int campaign_status(const struct campaign *campaign);

#endif
