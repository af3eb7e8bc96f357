/* pattern.h - the bytes that fill what does not belong to a block, and where they were changed.
 *   | fill fill fill | block ... | fill |        A memory checker has them closed
 * (checker.h); looking at them here is no finding. */
#ifndef VERIFIER_PATTERN_H
#define VERIFIER_PATTERN_H

#include "pool/checker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern_damage {
    const unsigned char *first; /* NULL: none */
    const unsigned char *last;
    size_t count; /* changed bytes */
    size_t bits;  /* changed bits */
};

/* Does every byte carry the pattern? */
bool pattern_is_whole(const unsigned char *start, size_t bytes, uint8_t fill);

/* Adds the changed bytes of the stretch to *damage; stretches come in rising order. */
void pattern_look(const unsigned char *start, size_t bytes, uint8_t fill,
                  struct pattern_damage *damage);

/* Fills without regard to poison. */
void pattern_fill(unsigned char *start, size_t bytes, uint8_t fill);

#endif
