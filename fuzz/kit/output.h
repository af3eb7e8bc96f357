/* output.h - bytes of an answer that nobody wrote: what the pool held goes to the application.
 * Special pool fills a block with one byte, another for each. Where an answer holds a run of such a
 * byte the input runs again: another byte in the same place was never the driver's. */
#ifndef FUZZ_KIT_OUTPUT_H
#define FUZZ_KIT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KIT_OUTPUT_TRIES = 4 };

/* A run of the input begins; `again`: to look at what the one before was suspected of. */
void kit_output_begin(bool again);

/* The answer to a request, which `what` stands for. Does not return from one that is found. */
void kit_output_look(uint32_t what, const uint8_t *bytes, size_t length);

/* Something is suspected, and has not been cleared. */
bool kit_output_is_suspected(void);

/* It is what the driver writes: no more of it. */
void kit_output_clear(void);

#endif
