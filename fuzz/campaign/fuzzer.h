/* fuzzer.h - one target in one build: its process, what it says, and its figures so far. */
#ifndef FUZZ_CAMPAIGN_FUZZER_H
#define FUZZ_CAMPAIGN_FUZZER_H

#include "fuzz/campaign/child.h"
#include "fuzz/campaign/counts.h"
#include "fuzz/campaign/said.h"
#include "fuzz/campaign/series.h"
#include "fuzz/campaign/settings.h"

/* How one process ended. */
enum fuzzer_end {
    END_TIME,    /* its turn was over */
    END_BUG,     /* it died of an input */
    END_HANG,    /* it had to be killed */
    END_TROUBLE, /* it could not run */
};

struct fuzzer {
    const char *target;
    enum build build;
    enum build turns; /* it runs in the turns of that build */
    enum engine engine;
    char program[PATH_BYTES];
    char corpus[PATH_BYTES];
    char artefacts[PATH_BYTES]; /* what names of inputs that crash begin with */
    char log[PATH_BYTES];       /* what the last process said */
    char stats[PATH_BYTES];
    char known[PATH_BYTES];
    char history[PATH_BYTES]; /* the inputs that the last process ran last */

    struct child child;
    struct said said;
    struct counts counts; /* of the process that runs */
    double process_began;
    double turn_ends;
    bool was_asked; /* to end */
    bool log_failed;
    unsigned repeats; /* of bugs already known, since the last new one of this turn */

    struct counts total; /* of those that have ended */
    uint64_t executions;
    uint64_t features_before; /* when its turn began */
    uint64_t coverage;
    uint64_t features;
    uint64_t corpus_size;
    double seconds; /* that its processes had */
    double share;   /* seconds by its weight: who has least comes next */
    double weight;
    double last_new; /* when it last found coverage; 0: not yet */
    unsigned starts;
    unsigned found; /* times a process died of a bug */
    struct series series;
};

bool fuzzer_is_running(const struct fuzzer *fuzzer);

/* Starts a process that lasts until `turn_ends`. False, with errno. */
bool fuzzer_start(struct fuzzer *fuzzer, double now);

/* Reads what it says. */
void fuzzer_listen(struct fuzzer *fuzzer, double now);

/* True when its process has ended: the figures are added up. */
bool fuzzer_has_ended(struct fuzzer *fuzzer, double now, enum fuzzer_end *end);

/* Asks it to end; kills it when it was asked before. */
void fuzzer_stop(struct fuzzer *fuzzer);

uint64_t fuzzer_executions(const struct fuzzer *fuzzer);
uint64_t fuzzer_count(const struct fuzzer *fuzzer, enum count count);

/* A point of its series. */
void fuzzer_sample(struct fuzzer *fuzzer, double seconds);

#endif
