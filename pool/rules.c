#include "pool/rules.h"

#include "expool/rtl.h"
#include "pool/order.h"
#include "pool/text.h"
#include "pool/util.h"

_Atomic uint32_t rules_in_force;
_Atomic uint32_t rules_changed;

void rules_set(uint32_t rules)
{
    order_hide();
    atomic_fetch_add_explicit(&rules_changed, 1, memory_order_relaxed);
    __atomic_store_n(&expool_copy_is_judged, rules != 0, __ATOMIC_RELAXED);
    atomic_store_explicit(&rules_in_force, rules, memory_order_release);
    order_show();
}

static const struct rule_name {
    enum rule rule;
    const char *name;
} names[] = {
    {RULE_SPECIAL_POOL, "special pool"},
    {RULE_IRQL, "force IRQL checking"},
    {RULE_LOW_RESOURCES, "randomized low resources"},
    {RULE_TRACKING, "pool tracking"},
    {RULE_IO, "I/O verification"},
    {RULE_DEADLOCK, "deadlock detection"},
    {RULE_DMA, "DMA checking"},
    {RULE_SECURITY, "security checks"},
    {RULE_MISC, "miscellaneous"},
    {RULE_DDI, "DDI compliance"},
    {RULE_SYSTEMATIC, "systematic low resources"},
    {RULE_CODE_INTEGRITY, "code integrity"},
};

/* The set that comes nearest by name, and what differs from it. */
void rules_add_names(struct text *text, uint32_t rules)
{
    bool has_standard = (rules & RULES_STANDARD) == RULES_STANDARD;
    uint32_t left = has_standard ? rules & ~RULES_STANDARD : rules;
    const char *before = " (";
    if (has_standard)
        text_add(text, "standard");
    else
        text_add(text, "0x%x", rules);
    for (unsigned i = 0; i < COUNT_OF(names); i++) {
        if ((left & (uint32_t)names[i].rule) == 0)
            continue;
        text_add(text, "%s%s", has_standard ? " + " : before, names[i].name);
        before = ", ";
    }
    if (!has_standard && left != 0)
        text_add(text, ")");
}
