/* rules.h - which of Driver Verifier's rules are in force: one word, numbered as verifier.exe
 * numbers them, 0 while verifier mode is off. Each check asks for its own rule. */
#ifndef POOL_RULES_H
#define POOL_RULES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum rule {
    RULE_SPECIAL_POOL = 0x1,
    RULE_IRQL = 0x2,          /* force IRQL checking */
    RULE_LOW_RESOURCES = 0x4, /* randomized */
    RULE_TRACKING = 0x8,
    RULE_IO = 0x10,
    RULE_DEADLOCK = 0x20,
    RULE_DMA = 0x80, /* part of the standard set; there is no DMA here, so nothing to check */
    RULE_SECURITY = 0x100,
    RULE_MISC = 0x800,
    RULE_DDI = 0x20000,
    RULE_SYSTEMATIC = 0x40000, /* systematic low resources */
    RULE_CODE_INTEGRITY = 0x2000000,
};

/* verifier.exe's /standard. */
#define RULES_STANDARD 0x209bbu
#define RULES_KNOWN    (RULES_STANDARD | RULE_LOW_RESOURCES | RULE_SYSTEMATIC | RULE_CODE_INTEGRITY)

extern _Atomic uint32_t rules_in_force;
extern _Atomic uint32_t rules_changed; /* how often they were */

static inline bool rules_have(enum rule rule)
{
    return (atomic_load_explicit(&rules_in_force, memory_order_relaxed) & (uint32_t)rule) != 0;
}

/* Puts the rules in force at once, for every thread's next call; 0: none. */
void rules_set(uint32_t rules);

/* "standard", or "0x9 (special pool, pool tracking)". */
struct text;
void rules_add_names(struct text *text, uint32_t rules);

#endif
