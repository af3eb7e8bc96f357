/* coverage.h - what libFuzzer counts besides edges: each operation with the status its request came
 * back with, so that an input that is refused in a new way is kept. */
#ifndef FUZZ_KIT_COVERAGE_H
#define FUZZ_KIT_COVERAGE_H

#include <stdint.h>

/* Also once an input with 0, 0: one that does nothing is interesting once. */
void kit_coverage(uint32_t operation, uint32_t status);

#endif
