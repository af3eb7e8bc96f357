/* report_headers.c - the block headers a damaged-header report is about, field by field: what was
 * found, and beside it what the neighbours say should stand there. */
#include "pool/block.h"
#include "pool/report.h"

enum { UNKNOWN_UNITS = -1 };

/* What sound headers of the page say about one that is not. */
struct expected {
    int previous_units; /* UNKNOWN_UNITS */
    int units;
    uint8_t pool_index;
};

/* Text written over a header is the commonest damage and the easiest to recognise. */
static bool looks_like_text(const struct block *block)
{
    const unsigned char *byte = (const unsigned char *)block;
    for (unsigned i = 0; i < BLOCK_HEADER_BYTES; i++)
        if (byte[i] != 0 && (byte[i] < ' ' || byte[i] > '~'))
            return false;
    return byte[0] != 0;
}

/* The walk from the page's start, over sound headers, must arrive here. */
static int units_in_front(const struct block *block)
{
    const struct block *before = (const struct block *)page_start(block);
    if (before == block)
        return 0;
    while (before != NULL && block_is_sealed(before)) {
        const struct block *next = block_next(before);
        if (next == block)
            return (int)block_units(before);
        before = next;
    }
    return UNKNOWN_UNITS;
}

/* The next sound header that leads back here; without one, the rest of the page. */
static int units_of_own(const struct block *block)
{
    unsigned room = BLOCK_UNITS_PAGE - block_unit_in_page(block);
    for (unsigned units = 1; units < room; units++) {
        const struct block *next = block + units;
        if (block_is_sealed(next) && next->previous_units == units)
            return (int)units;
    }
    return UNKNOWN_UNITS;
}

static struct expected expect(const struct block *block)
{
    const struct block *first = (const struct block *)page_start(block);
    struct expected expected = {units_in_front(block), units_of_own(block), block->pool_index};
    if (first != block && block_is_sealed(first))
        expected.pool_index = first->pool_index;
    return expected;
}

static void add_units(struct text *text, int units)
{
    if (units == UNKNOWN_UNITS)
        text_add(text, " %9s", "?");
    else
        text_add(text, " %9u", (unsigned)units);
}

/* Where the seal found fits the fields expected, nothing but these was written over. */
static void add_expected(struct text *text, const struct block *block)
{
    struct expected expected = expect(block);
    unsigned previous = expected.previous_units != UNKNOWN_UNITS ? (unsigned)expected.previous_units
                                                                 : block->previous_units;
    unsigned units =
        expected.units != UNKNOWN_UNITS ? (unsigned)expected.units : block_units(block);
    uint32_t seal = block_seal_over(block, block_place_of(previous, expected.pool_index, units),
                                    block_state(block), block->tag);
    bool is_proved = seal == block->seal;
    text_add(text, "                    expected");
    text_pad_to(text, 35);
    add_units(text, expected.previous_units);
    add_units(text, expected.units);
    text_add(text, " %5u", (unsigned)expected.pool_index);
    if (is_proved)
        text_add(text, " %5u '%t' (its seal fits these)\n", block->type, block->tag);
    else
        text_add(text, " %5s\n", "?");
}

static void add_header(struct text *text, const struct block *block)
{
    bool is_sealed = block_is_sealed(block);
    text_add(text, "    %p  %s", (const void *)block, is_sealed ? "sound" : "DAMAGED, found");
    text_pad_to(text, 35);
    text_add(text, " %9u %9u %5u %5u '%t' seal %08x\n", block->previous_units, block_units(block),
             block->pool_index, block->type, block->tag, block->seal);
    if (is_sealed)
        return;
    add_expected(text, block);
    if (looks_like_text(block)) {
        text_add(text, "                    looks like text from the block before: \"");
        text_add_bytes(text, (const char *)block, BLOCK_HEADER_BYTES);
        text_add(text, "\"\n");
    }
}

void report_headers(struct text *text, const struct violation *violation)
{
    bool is_about_headers = violation->kind >= VIOLATION_HEADER_PREVIOUS_TOO_LARGE &&
                            violation->kind <= VIOLATION_FREE_LIST_LINKS;
    if (!is_about_headers || violation->header == NULL)
        return;
    text_add(text, "\nHeaders (units of %d bytes):", BLOCK_UNIT_BYTES);
    text_pad_to(text, 36);
    text_add(text, " %9s %9s %5s %5s tag\n", "previous", "size", "pool", "type");
    add_header(text, violation->header);
    if (violation->kind == VIOLATION_HEADER_NEIGHBOURS && violation->other != NULL)
        add_header(text, violation->other);
}
