/* run.h - one input from load to unload, and again with failures. */
#ifndef FUZZ_KIT_RUN_H
#define FUZZ_KIT_RUN_H

#include "fuzz/kit/input.h"

#include <stdint.h>

/* Once. Ends the program with 2 after one line when the target cannot be run. */
void kit_start(void);

/* As the engine has it. */
void kit_run_bytes(const uint8_t *bytes, size_t length);

void kit_run(const struct kit_input *input);

struct kit_counts {
    unsigned long inputs;
    unsigned long loads;
    unsigned long calls;   /* of operations */
    unsigned long refused; /* loads that the driver refused, of those without a failure */
};

extern struct kit_counts kit_counts;

#endif
