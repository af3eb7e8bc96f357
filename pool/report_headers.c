/* report_headers.c - the block headers a damaged-header report is about, field by field. */
#include "pool/block.h"
#include "pool/report.h"

/* Text written over a header is the commonest damage and the easiest to recognise. */
static bool looks_like_text(const struct block *block)
{
    const unsigned char *byte = (const unsigned char *)block;
    for (unsigned i = 0; i < BLOCK_HEADER_BYTES; i++)
        if (byte[i] != 0 && (byte[i] < ' ' || byte[i] > '~'))
            return false;
    return byte[0] != 0;
}

static void add_header(struct text *text, const struct block *block)
{
    bool is_sealed = block_is_sealed(block);
    text_add(text, "    %p  previous %u, size %u, pool %u, type %u, tag '%t', seal %08x: %s\n",
             (const void *)block, block->previous_units, block_units(block), block->pool_index,
             block->type, block->tag, block->seal, is_sealed ? "sound" : "DAMAGED");
    if (!is_sealed && looks_like_text(block)) {
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
    text_add(text, "\nHeaders (sizes in units of %d bytes):\n", BLOCK_UNIT_BYTES);
    add_header(text, violation->header);
    if (violation->kind == VIOLATION_HEADER_NEIGHBOURS && violation->other != NULL)
        add_header(text, violation->other);
}
