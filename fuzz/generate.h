/* generate.h - random programs, no feedback: the control that a fuzzer has to beat, and a source of
 * seeds. The same number gives the same program everywhere. */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "fuzz/program.h"

#include <stdint.h>

void generate(struct program *program, uint64_t seed);

#endif
