/* zw_level.h - Zw routines are called at PASSIVE_LEVEL, with special kernel APCs enabled:
 * 0xC4/0xE6, or the routine's DDI rule. */
#ifndef KERNEL_ZW_LEVEL_H
#define KERNEL_ZW_LEVEL_H

#include "kernel/misuse.h"
#include "kernel/thread.h"
#include "pool/ddi.h"

/* 0: special kernel APCs are enabled. */
static inline unsigned zw_special_apcs(void)
{
    return thread_self != NULL ? thread_self->guarded_depth : 0;
}

/* Stands at the start of a public routine. */
#define ZW_LEVEL(routine)                                                                          \
    do {                                                                                           \
        if (UNLIKELY(irql_current != IRQL_PASSIVE || zw_special_apcs() != 0) &&                    \
            ddi_tell_once(OWN_FRAME))                                                              \
            MISUSE_WITH(VIOLATION_ZW_LEVEL, NULL, .found = zw_special_apcs(),                      \
                        .rule = ddi_rule_of(DDI_##routine));                                       \
    } while (0)

#endif
