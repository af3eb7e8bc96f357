/* child.h - an input run in a child process: whether it found something, and what. */
#ifndef FUZZ_KIT_CHILD_H
#define FUZZ_KIT_CHILD_H

#include "fuzz/kit/input.h"

enum { KIT_TOKEN_MAX = 256, KIT_CHILD_SECONDS = 25 };

struct kit_outcome {
    bool is_finding;
    unsigned failing;          /* the call that asked for memory and failed; 0: none, or not told */
    char token[KIT_TOKEN_MAX]; /* DEDUP_TOKEN, "AddressSanitizer:SEGV:Create", "signal 11" */
};

/* Runs it; what it writes is passed on when `shows`. False: no process to be had. */
bool kit_child_run(const struct kit_input *input, bool shows, struct kit_outcome *outcome);

#endif
