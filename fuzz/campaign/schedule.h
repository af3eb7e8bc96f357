/* schedule.h - who comes next: the time is shared equally at first, then those that still find
 * something get up to four times as much as those that do not. */
#ifndef FUZZ_CAMPAIGN_SCHEDULE_H
#define FUZZ_CAMPAIGN_SCHEDULE_H

#include "fuzz/campaign/fuzzer.h"
#include "fuzz/campaign/settings.h"

/* How long a turn is. */
double schedule_turn_seconds(const struct settings *settings);

/* The fuzzer of this build that has had least for its weight and does not run; NULL: all run. */
struct fuzzer *schedule_next(struct fuzzer *fuzzers, unsigned count, enum build build);

/* Weighs the fuzzers of a build anew by what their last turns found. */
void schedule_weigh(struct fuzzer *fuzzers, unsigned count, enum build build);

#endif
