/* parameters.h - the extended parameters of ExAllocatePool3: which lists of them programs give. */
#ifndef FUZZ_PARAMETERS_H
#define FUZZ_PARAMETERS_H

#include <stdint.h>

enum parameters {
    PARAMETERS_NONE,
    PARAMETERS_PRIORITY, /* the form's */
    PARAMETERS_PRIORITY_OPTIONAL,
    PARAMETERS_LAST_COUNTS, /* low, then the form's */
    PARAMETERS_NODE,
    PARAMETERS_ANY_NODE,
    PARAMETERS_SECURE_OPTIONAL,
    /* what cannot be met, and is optional */
    PARAMETERS_PASSED_OVER,
    PARAMETERS_PASSED_THEN_PRIORITY, /* the form's */
    PARAMETERS_NODE_OPTIONAL,
    PARAMETERS_TWO_NODES,
    /* never to be met */
    PARAMETERS_NO_SUCH_NODE, /* `value` */
    PARAMETERS_NODE_THEN_PRIORITY,
    PARAMETERS_OPTIONAL_THEN_SECURE,
    PARAMETERS_PRIORITY_THEN_RESERVED,
    PARAMETERS_NO_SUCH_TYPE, /* `value` */
    PARAMETERS_SECURE,
    PARAMETERS_RESERVED, /* with priority `value` */
};

enum { PARAMETERS_MAX = 4 };

struct _POOL_EXTENDED_PARAMETER;

/* Writes the list, at most PARAMETERS_MAX, and returns how many; `value`: the priority, or what the
 * list has that cannot be. */
unsigned parameters_write(enum parameters list, uint32_t value,
                          struct _POOL_EXTENDED_PARAMETER *to);

#endif
