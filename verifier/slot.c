#include "verifier/slot.h"

#include "pool/mix.h"
#include "pool/options.h"

const char *slot_placement_name(struct slot_facts facts)
{
    static const char *const name[] = {
        [OPTION_VERIFY_END] = "placed at the page's end",
        [OPTION_VERIFY_START] = "placed at the page's start",
        [OPTION_VERIFY_EXACT] = "placed flush against the guard",
    };
    if (facts.size_bytes == 0)
        return "placed at the guard itself";
    if (facts.placement == OPTION_VERIFY_END && slot_begins_page(facts))
        return "on whole pages";
    return name[facts.placement];
}

WRAPS_ROUND unsigned slot_fill(uint64_t seed, uint32_t unit)
{
    uint64_t mixed = (seed + unit + 1) * MIX_FACTOR;
    return (unsigned)(mixed >> 58);
}
