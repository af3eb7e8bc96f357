#include "bench/soak_piece.h"

#include <wdm.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    LIST_BLOCK_BYTES = 192,
    FILL_WHOLE = 4096,
    FILL_STRIDE = 1024,
    ALIGNED = 16,
    CACHE_LINE = 64
};

enum form_kind { BY_TYPE, ZEROED_BY_TYPE, BY_FLAGS, FROM_LIST };

static const struct form {
    enum form_kind kind;
    POOL_TYPE type;
    POOL_FLAGS flags;
    KIRQL irql_limit;
    bool is_zeroed;
    unsigned alignment;
} forms[] = {
    {BY_TYPE, NonPagedPoolNx, 0, DISPATCH_LEVEL, false, ALIGNED},
    {BY_TYPE, NonPagedPoolExecute, 0, DISPATCH_LEVEL, false, ALIGNED},
    {BY_TYPE, PagedPool, 0, APC_LEVEL, false, ALIGNED},
    {BY_TYPE, NonPagedPoolNxCacheAligned, 0, DISPATCH_LEVEL, false, CACHE_LINE},
    {ZEROED_BY_TYPE, PagedPool, 0, APC_LEVEL, true, ALIGNED},
    {ZEROED_BY_TYPE, NonPagedPoolNx, 0, DISPATCH_LEVEL, true, ALIGNED},
    {BY_FLAGS, 0, POOL_FLAG_NON_PAGED, DISPATCH_LEVEL, true, ALIGNED},
    {BY_FLAGS, 0, POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_UNINITIALIZED, DISPATCH_LEVEL, false,
     ALIGNED},
    {BY_FLAGS, 0, POOL_FLAG_PAGED, APC_LEVEL, true, ALIGNED},
    {BY_FLAGS, 0, POOL_FLAG_PAGED | POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_UNINITIALIZED, APC_LEVEL,
     false, CACHE_LINE},
    {FROM_LIST, NonPagedPoolNx, 0, DISPATCH_LEVEL, false, ALIGNED},
};
enum { FORMS = sizeof forms / sizeof forms[0] };

static LOOKASIDE_LIST_EX list;

uint32_t soak_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return (uint32_t)(*random >> 20);
}

static void fail(const char *what, const struct piece *piece, uint32_t offset)
{
    fprintf(stderr, "soak: %s: block %p of %u bytes, tag %.4s, routine %u, at +%u\n", what,
            (void *)piece->bytes, piece->size, (const char *)&piece->tag, piece->form, offset);
    exit(1);
}

uint32_t piece_tag(unsigned index)
{
    return 'S' | 'o' << 8 | 'k' << 16 | (uint32_t)('a' + index) << 24;
}

void piece_lists_begin(void)
{
    ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, LIST_BLOCK_BYTES,
                                piece_tag(0), 0);
}

void piece_lists_end(void)
{
    ExDeleteLookasideListEx(&list);
}

/* Most are small, some are large: the length in bits is random, then the number. */
static uint32_t random_size(uint64_t *random)
{
    static const uint8_t bits[] = {4, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13, 16, 20};
    uint32_t top = 1u << bits[soak_random(random) % sizeof bits];
    return 1 + soak_random(random) % top;
}

/* Each offset that is written and looked at: all of a small block, of a large one a few a page. */
static uint32_t next_offset(const struct piece *piece, uint32_t offset)
{
    if (piece->size <= FILL_WHOLE || offset + FILL_STRIDE >= piece->size)
        return offset + 1 < piece->size && piece->size > FILL_WHOLE ? piece->size - 1 : offset + 1;
    return offset + FILL_STRIDE;
}

static unsigned char fill_at(const struct piece *piece, uint32_t offset)
{
    return (unsigned char)(piece->stamp + offset * 7);
}

static void look_and_fill(const struct piece *piece)
{
    const struct form *form = &forms[piece->form];
    if ((uintptr_t)piece->bytes % form->alignment != 0)
        fail("not aligned", piece, 0);
    for (uint32_t offset = 0; offset < piece->size; offset = next_offset(piece, offset)) {
        if (form->is_zeroed && piece->bytes[offset] != 0)
            fail("not zeroed", piece, offset);
        piece->bytes[offset] = fill_at(piece, offset);
    }
}

static void *call(const struct form *form, const struct piece *piece)
{
    switch (form->kind) {
    case BY_TYPE: return ExAllocatePoolWithTag(form->type, piece->size, piece->tag);
    case ZEROED_BY_TYPE: return ExAllocatePoolZero(form->type, piece->size, piece->tag);
    case BY_FLAGS: return ExAllocatePool2(form->flags, piece->size, piece->tag);
    case FROM_LIST: return ExAllocateFromLookasideListEx(&list);
    }
    return NULL;
}

static bool take(struct piece *piece, uint64_t *random)
{
    const struct form *form = &forms[piece->form];
    if (form->kind == FROM_LIST) {
        piece->size = LIST_BLOCK_BYTES;
        piece->tag = piece_tag(0);
    }
    piece->stamp = soak_random(random);
    piece->irql_limit = form->irql_limit;
    KIRQL before = KfRaiseIrql((KIRQL)(soak_random(random) % (form->irql_limit + 1u)));
    piece->bytes = call(form, piece);
    KeLowerIrql(before);
    if (piece->bytes)
        look_and_fill(piece);
    return piece->bytes != NULL;
}

bool piece_take(struct piece *piece, uint64_t *random)
{
    piece->form = (uint8_t)(soak_random(random) % FORMS);
    piece->tag = piece_tag(soak_random(random) % SOAK_TAGS);
    piece->size = random_size(random);
    return take(piece, random);
}

bool piece_take_large(struct piece *piece, uint64_t *random)
{
    piece->form = (uint8_t)(soak_random(random) % (FORMS - 1)); /* not from the list */
    piece->tag = piece_tag(soak_random(random) % SOAK_TAGS);
    piece->size = SOAK_SIZE_MAX;
    return take(piece, random);
}

void piece_give(struct piece *piece, uint64_t *random)
{
    if (!piece->bytes)
        return;
    for (uint32_t offset = 0; offset < piece->size; offset = next_offset(piece, offset))
        if (piece->bytes[offset] != fill_at(piece, offset))
            fail("bytes changed", piece, offset);
    KIRQL before = KfRaiseIrql((KIRQL)(soak_random(random) % (piece->irql_limit + 1u)));
    if (forms[piece->form].kind == FROM_LIST)
        ExFreeToLookasideListEx(&list, piece->bytes);
    else if (soak_random(random) % 4 == 0)
        ExFreePool(piece->bytes);
    else
        ExFreePoolWithTag(piece->bytes, piece->tag);
    KeLowerIrql(before);
    piece->bytes = NULL;
}
