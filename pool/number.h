/* number.h - digits to a number, for options and files. */
#ifndef POOL_NUMBER_H
#define POOL_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* All letters from `at` up to `end` are digits of `base`, 10 or 16; behind 0x they are hexadecimal
 * in any case, a leading 0 says nothing. False: they are no number, or one too large. */
bool number_read(const char *at, const char *end, unsigned base, uint64_t *number);

#endif
