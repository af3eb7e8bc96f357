#include "verifier/slot.h"

#include "pool/options.h"

enum { ALIGNMENT = 16, CACHE_LINE = 64 };

unsigned char *slot_block(struct slot_facts facts, unsigned char *data)
{
    size_t size = facts.size_bytes == 0 ? 1 : facts.size_bytes;
    size_t room = slot_pages(size) * PAGE_BYTES;
    size_t alignment = facts.is_cache_aligned ? CACHE_LINE : ALIGNMENT;
    if (facts.placement == OPTION_VERIFY_START)
        return data;
    if (facts.placement == OPTION_VERIFY_EXACT)
        alignment = facts.is_cache_aligned ? CACHE_LINE : 1;
    else if (size >= PAGE_BYTES)
        return data; /* Windows promises page alignment from a page upwards */
    return data + ((room - size) & ~(alignment - 1));
}

const char *slot_placement_name(struct slot_facts facts)
{
    static const char *const name[] = {
        [OPTION_VERIFY_END] = "placed at the page's end",
        [OPTION_VERIFY_START] = "placed at the page's start",
        [OPTION_VERIFY_EXACT] = "placed flush against the guard",
    };
    if (facts.placement == OPTION_VERIFY_END && facts.size_bytes >= PAGE_BYTES)
        return "on whole pages";
    return name[facts.placement];
}

uint8_t slot_fill(uint64_t seed, uint32_t unit)
{
    uint64_t mixed = (seed + unit + 1) * UINT64_C(0x9e3779b97f4a7c15);
    uint8_t fill = (uint8_t)(0x80 | (mixed >> 58)); /* 0x80 .. 0xbf: no letter, no digit */
    return fill;
}
