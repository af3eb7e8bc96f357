/* leaks.h - verified blocks that were not freed, grouped by who allocated them.
 *   group: | tag | pool | size | allocation stack | blocks | oldest |   in a table of its own */
#ifndef VERIFIER_LEAKS_H
#define VERIFIER_LEAKS_H

#include <stddef.h>
#include <stdint.h>

/* Writes the table to stderr when there are leaks; how many blocks. Not from a signal handler. */
size_t leaks_print(void);

/* Raises VIOLATION_LEAK when there are any; how many blocks. */
size_t leaks_raise(const void *frame);

/* Raises VIOLATION_LEAK_AT_UNLOAD when blocks of the driver's are left; how many. */
size_t leaks_of_driver(uint16_t driver, const void *frame);

/* What a forked child inherited is its parent's to free. */
void leaks_forget_older(void);

#endif
