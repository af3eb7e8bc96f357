/* speed.h - G1 to G4: how fast the targets are, and where the time goes. */
#ifndef FUZZ_BENCH_SPEED_H
#define FUZZ_BENCH_SPEED_H

#include "fuzz/bench/goal.h"

struct speed_settings {
    unsigned seconds;   /* of one run */
    unsigned rounds;    /* of all runs one after the other */
    const char *inputs; /* folder with a folder of inputs for each target */
};

/* G1 and G3: the empty target and the others in turns, plain and under AddressSanitizer. */
void speed_throughput(struct goals *goals, const struct speed_settings *settings);

/* G2: instructions outside pool/ and verifier/ of all, by callgrind. */
void speed_share(struct goals *goals);

/* G4: nanoseconds of a bug check and of a probed fault. */
void speed_costs(struct goals *goals);

#endif
