/* generate.h - random programs, no feedback: the control that a fuzzer has to beat, and a source of
 * seeds. The same number gives the same program everywhere. */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "fuzz/program.h"

#include <stdint.h>

/* The program as an input; `bytes` has room for PROGRAM_BYTES_MAX. Returns its length. */
size_t generate_bytes(uint8_t *bytes, uint64_t seed);

void generate(struct program *program, uint64_t seed);

/* Only records, of one shape: few handles, busy, or neither. */
void generate_records(uint8_t *records, unsigned count, uint64_t seed);

#endif
