#include "verifier/slot.h"

#include "pool/options.h"

enum { ALIGNMENT = 16 };

static size_t alignment_of(struct slot_facts facts)
{
    if (facts.alignment_log2 > 0)
        return (size_t)1 << facts.alignment_log2;
    return facts.placement == OPTION_VERIFY_EXACT ? 1 : ALIGNMENT;
}

/* Windows promises page alignment from a page upwards, the C library does not. */
static bool begins_page(struct slot_facts facts)
{
    return facts.placement == OPTION_VERIFY_START ||
           (facts.placement == OPTION_VERIFY_END && facts.size_bytes >= PAGE_BYTES &&
            !facts.is_malloc);
}

unsigned char *slot_block(struct slot_facts facts, unsigned char *data)
{
    size_t room = slot_pages(facts.size_bytes) * PAGE_BYTES;
    size_t alignment = alignment_of(facts);
    if (facts.size_bytes == 0 && alignment <= PAGE_BYTES)
        return data + room;
    if (begins_page(facts))
        return data;
    return data + ((room - facts.size_bytes) & ~(alignment - 1));
}

const char *slot_placement_name(struct slot_facts facts)
{
    static const char *const name[] = {
        [OPTION_VERIFY_END] = "placed at the page's end",
        [OPTION_VERIFY_START] = "placed at the page's start",
        [OPTION_VERIFY_EXACT] = "placed flush against the guard",
    };
    if (facts.size_bytes == 0)
        return "placed at the guard itself";
    if (facts.placement == OPTION_VERIFY_END && begins_page(facts))
        return "on whole pages";
    return name[facts.placement];
}

unsigned slot_fill(uint64_t seed, uint32_t unit)
{
    uint64_t mixed = (seed + unit + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(mixed >> 58);
}
