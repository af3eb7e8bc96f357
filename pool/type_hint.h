/* type_hint.h - a POOL_TYPE handed to a routine that takes POOL_FLAGS: the commonest mistake of the
 * move to ExAllocatePool2. Said once for each place in the program, under the verifier only. */
#ifndef POOL_TYPE_HINT_H
#define POOL_TYPE_HINT_H

#include <stdint.h>

/* `flags` were refused; `frame` is the API routine's. */
void type_hint(uint64_t flags, const void *frame);

#endif
