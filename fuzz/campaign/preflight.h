/* preflight.h - each program once before the start: what cannot work is said in a line. */
#ifndef FUZZ_CAMPAIGN_PREFLIGHT_H
#define FUZZ_CAMPAIGN_PREFLIGHT_H

#include "fuzz/campaign/fuzzer.h"
#include "fuzz/campaign/settings.h"

/* Starts the program with nothing to do. False after a line that says what is wrong with it. */
bool preflight_pass(const struct settings *settings, const struct fuzzer *fuzzer);

#endif
