/* violation_rules.h - the form of the rule table; only violation.c reads it.
 *   rule -> | words | plain stop | verified stop | special-pool stop |
 *   stop -> | code | subcode | recipe of P1..P4 | */
#ifndef POOL_VIOLATION_RULES_H
#define POOL_VIOLATION_RULES_H

#include "pool/violation.h"

/* A parameter of a stop: a constant, or a fact of the violation. */
enum recipe {
    ZERO,
    SUBCODE, /* the row's own number */
    ADDRESS,
    OTHER,
    HEADER,
    CONTENTS,
    SIZE,
    EXPECTED,
    FOUND,
    POOL_TYPE,
    TAG,
    TAG_GIVEN,
    STATUS,
    IRQL,
    ACCESS,
    ACCESS_BITS, /* as the processor's error code has it: 0, 2 write, 10 execute */
    PC,
    HEAP,
};

struct stop_row {
    uint32_t code; /* 0: legal in this column */
    uint32_t subcode;
    uint8_t recipe[4];
};

struct rule_row {
    const char *rule;
    const char *title;
    const char *advice;
    struct stop_row stop[COLUMN_COUNT];
};

extern const struct rule_row violation_rules[VIOLATION_KIND_COUNT];

/* With the segment back end, in place of what is not the verifier's own; code 0: the same. */
extern const struct stop_row violation_segment_stops[VIOLATION_KIND_COUNT];

#endif
