/* pageable.h - is an object in memory that may leave? What synchronises must not be: whoever waits
 * or signals at DISPATCH_LEVEL would touch it. Asked under Force IRQL checking. */
#ifndef KERNEL_PAGEABLE_H
#define KERNEL_PAGEABLE_H

#include "kernel/memory_kind.h"
#include "kernel/misuse.h"
#include "pool/rules.h"

/* Stands at the start of the routine that initialises the object. */
#define MISUSE_PAGEABLE(object)                                                                    \
    do {                                                                                           \
        if (UNLIKELY(rules_have(RULE_IRQL)) && UNLIKELY(memory_is_paged(object)))                  \
            MISUSE(VIOLATION_OBJECT_PAGEABLE, object);                                             \
    } while (0)

#endif
