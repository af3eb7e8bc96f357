/* mutate.h - new inputs out of old ones, call by call: nothing here knows an engine. The same bytes
 * and seed give the same child. */
#ifndef FUZZ_KIT_MUTATE_H
#define FUZZ_KIT_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes the input in place and returns its new length, at most `capacity`. An input longer than
 * that is only made shorter. */
size_t kit_mutate(uint8_t *bytes, size_t length, size_t capacity, uint64_t seed);

/* A new input: the front of one and the back of the other. */
size_t kit_cross(const uint8_t *const parents[2], const size_t lengths[2], uint8_t *child,
                 uint64_t seed);

/* A random input of up to `calls` operations; there is room for KIT_INPUT_BYTES_MAX. */
size_t kit_generate(uint8_t *bytes, unsigned calls, uint64_t seed);

#endif
