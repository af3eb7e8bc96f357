/* ddi.h - DDI compliance (rule 0x20000): at which IRQL a routine may be called, and which calls
 * come in pairs. Two tables: ddi_rules.def has the rules as Windows numbers and names them,
 * ddi_calls.def a row for each routine. What an automatic check judges too ends in that check's
 * stop, which says more, as long as special pool is in force; without it in the rule's. */
#ifndef POOL_DDI_H
#define POOL_DDI_H

#include "pool/rules.h"
#include "pool/util.h"
#include "pool/violation.h"

#include <stdbool.h>
#include <stdint.h>

enum ddi_call {
#define DDI_CALL(routine, rule, lowest, highest) DDI_##routine,
#include "pool/ddi_calls.def"
#undef DDI_CALL
    DDI_CALL_COUNT
};

struct ddi_rule {
    uint32_t number;
    const char *name; /* "IrqlExApcLte1" */
    const char *text;
};

const struct ddi_rule *ddi_rule(uint32_t number); /* NULL: there is none */

/* The rule's stop for what an automatic check found; NULL: the automatic one is told. */
const struct ddi_rule *ddi_instead_of(const struct violation *violation);

/* Judges the calling thread's IRQL for the routine that owns `frame`. */
void ddi_judge(enum ddi_call call, const void *frame);
uint32_t ddi_rule_of(enum ddi_call call);

/* False: `frame` is of a routine of ours that was called by one told just now. */
bool ddi_tell_once(const void *frame);

/* Stands at the start of a public routine. */
#define DDI_LEVEL(routine)                                                                         \
    do {                                                                                           \
        if (UNLIKELY(rules_have(RULE_DDI)))                                                        \
            ddi_judge(DDI_##routine, __builtin_frame_address(0));                                  \
    } while (0)

#endif
