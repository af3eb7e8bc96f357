/* touch.h - memory of a caller's that a routine is about to read and write. AddressSanitizer looks
 * at the accesses its compiler saw, and libexpool is compiled without it: it is asked here, so that
 * an event in a freed block is reported where it is set. Memcheck sees every access by itself.
 * Macros: reports of what faults next to them name the routine. */
#ifndef POOL_TOUCH_H
#define POOL_TOUCH_H

#include "pool/checker.h"

#define TOUCHES_BYTES(start, bytes)                                                                \
    do {                                                                                           \
        if (UNLIKELY(checker_present == CHECKER_ASAN))                                             \
            checker_touch(start, bytes);                                                           \
    } while (0)

#define TOUCHES(object) TOUCHES_BYTES(object, sizeof *(object))

#endif
