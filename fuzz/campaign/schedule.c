#include "fuzz/campaign/schedule.h"

enum { TURN_SECONDS_LEAST = 10, TURNS = 4, WEIGHT_MOST = 4 };

double schedule_turn_seconds(const struct settings *settings)
{
    double slots = (double)settings->build_count * settings->target_count;
    double share = (double)settings->seconds * settings->jobs / slots;
    if (share > settings->seconds)
        share = settings->seconds;
    if (settings->target_count == 1)
        return share;
    if (share <= TURN_SECONDS_LEAST) /* a part is for starting, or the last would have no turn */
        return share * 4 / 5;
    return share / TURNS > TURN_SECONDS_LEAST ? share / TURNS : TURN_SECONDS_LEAST;
}

struct fuzzer *schedule_next(struct fuzzer *fuzzers, unsigned count, enum build build)
{
    struct fuzzer *next = NULL;
    for (unsigned i = 0; i < count; i++) {
        if (fuzzers[i].turns != build || fuzzer_is_running(&fuzzers[i]))
            continue;
        if (next == NULL || fuzzers[i].share < next->share)
            next = &fuzzers[i];
    }
    return next;
}

/* Features a second in its last turn, of which `features_before` knows the beginning. */
static double rate(const struct fuzzer *fuzzer)
{
    if (fuzzer->features <= fuzzer->features_before || fuzzer->seconds <= 0)
        return 0;
    return (double)(fuzzer->features - fuzzer->features_before);
}

void schedule_weigh(struct fuzzer *fuzzers, unsigned count, enum build build)
{
    double most = 0;
    for (unsigned i = 0; i < count; i++)
        if (fuzzers[i].turns == build && rate(&fuzzers[i]) > most)
            most = rate(&fuzzers[i]);
    for (unsigned i = 0; i < count; i++)
        if (fuzzers[i].turns == build)
            fuzzers[i].weight = most > 0 ? 1 + (WEIGHT_MOST - 1) * rate(&fuzzers[i]) / most : 1;
}
