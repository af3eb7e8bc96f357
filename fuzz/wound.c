#include "fuzz/wound.h"

enum { PAGE = 4096, CACHED_SHIFT = 32, LINK_LOW = 0xf, FAR_SHIFT = 44 };

#define CACHED_BIT ((uint64_t)HEADER_CACHED << CACHED_SHIFT)

/* What a seal covers of the words of a header; of other bytes all counts. */
static uint64_t sealed_part(unsigned word, uint64_t value)
{
    return word == 0 ? value & ~CACHED_BIT : value;
}

static struct wound *wound_at(struct wounds *wounds, const unsigned char *at)
{
    for (unsigned i = 0; i < wounds->count; i++)
        if (wounds->rows[i].at == at)
            return &wounds->rows[i];
    return NULL;
}

/* A header as it was before anybody damaged it. */
static struct header sound_header(struct wounds *wounds, unsigned char *at)
{
    const struct wound *wound = wound_at(wounds, at);
    bool is_damaged = wound != NULL && wound->kind == WOUND_HEADER && wound->is_open;
    return is_damaged ? header_of_words(at, wound->before) : header_read(at);
}

/* A block of somebody's says that the page is cut into blocks. */
static bool is_cut(const struct model *model, const unsigned char *page)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_LIVE && (uintptr_t)handle->address % PAGE != 0 &&
            model_page(handle->address) == page)
            return true;
    }
    return false;
}

/* The block that has the unit; false: the page is no row of blocks. */
static bool find_block(struct wounds *wounds, const unsigned char *at, struct header *found)
{
    unsigned char *page = model_page(at);
    bool is_found = false;
    struct header header = sound_header(wounds, page);
    for (unsigned units = 0; header.unit == units;) {
        units += header.units;
        if (!is_found && at < header.at + (size_t)header.units * HEADER_BYTES) {
            *found = header;
            is_found = true;
        }
        if (units == HEADER_UNITS_PAGE)
            return is_found;
        unsigned char *next = header_next(&header);
        if (next == NULL)
            return false;
        header = sound_header(wounds, next);
    }
    return false;
}

static void classify(struct wounds *wounds, const struct model *model, struct wound *wound)
{
    struct header block;
    wound->kind = WOUND_UNKNOWN;
    if (!is_cut(model, model_page(wound->at)) || !find_block(wounds, wound->at, &block))
        return;
    wound->header = block.at;
    wound->units = block.units;
    wound->is_of_free = block.is_free;
    wound->kind = wound->at == block.at                                   ? WOUND_HEADER
                  : block.is_free && wound->at == block.at + HEADER_BYTES ? WOUND_LINKS
                                                                          : WOUND_ELSEWHERE;
}

static unsigned char *unit_of(unsigned char *address)
{
    return (unsigned char *)((uintptr_t)address & ~(uintptr_t)(HEADER_BYTES - 1));
}

/* Several wounds of one place are one, as long as nobody mended it in between. */
static void begin(struct wounds *wounds, const struct model *model, unsigned char *at)
{
    struct wound *wound = wound_at(wounds, at);
    if (wound != NULL && wound->is_open)
        return;
    struct wound fresh = {.at = at};
    header_words(at, fresh.before);
    classify(wounds, model, &fresh);
    fresh.missed_news = wound != NULL && wound->missed_news;
    if (wound != NULL && wound->kind == WOUND_UNKNOWN)
        fresh.kind = WOUND_UNKNOWN; /* nobody knows whether that was mended */
    if (wound != NULL)
        *wound = fresh;
    else if (wounds->count < WOUNDS_MAX)
        wounds->rows[wounds->count++] = fresh;
}

void wounds_before(struct wounds *wounds, const struct model *model,
                   const struct damage_bytes *bytes)
{
    wounds_look(wounds);
    unsigned char *end = bytes->start + bytes->length;
    for (unsigned char *at = unit_of(bytes->start); at < end; at += HEADER_BYTES)
        begin(wounds, model, at);
}

/* Each word of links is written by itself, a header as a whole. What may be a header is taken for
 * one where the bit of the cache is concerned. */
static bool is_open(const struct wound *wound)
{
    uint64_t now[HEADER_WORDS];
    bool changed[HEADER_WORDS];
    bool kept[HEADER_WORDS];
    bool has_seal = wound->kind == WOUND_HEADER || wound->kind == WOUND_UNKNOWN;
    header_words(wound->at, now);
    for (unsigned i = 0; i < HEADER_WORDS; i++) {
        uint64_t counts = has_seal ? sealed_part(i, UINT64_MAX) : UINT64_MAX;
        changed[i] = ((wound->after[i] ^ wound->before[i]) & counts) != 0;
        kept[i] = ((wound->after[i] ^ now[i]) & counts) == 0;
    }
    if (wound->kind == WOUND_HEADER)
        return (changed[0] || changed[1]) && kept[0] && kept[1];
    return (changed[0] && kept[0]) || (changed[1] && kept[1]);
}

void wounds_after(struct wounds *wounds, const struct damage_bytes *bytes)
{
    unsigned char *end = bytes->start + bytes->length;
    for (unsigned char *at = unit_of(bytes->start); at < end; at += HEADER_BYTES) {
        struct wound *wound = wound_at(wounds, at);
        if (wound == NULL)
            continue;
        header_words(at, wound->after);
        wound->missed_news |= wound->kind == WOUND_HEADER && wound->is_open && !is_open(wound);
    }
    wounds_look(wounds);
}

bool wounds_hit_header(const struct wounds *wounds, const struct damage_bytes *bytes)
{
    const unsigned char *end = bytes->start + bytes->length;
    for (unsigned char *at = unit_of(bytes->start); at < end; at += HEADER_BYTES)
        if (wounds_break(wounds, at) && !wounds_are_retired(wounds, at))
            return true;
    return false;
}

/* A page may have gone and come back, cut otherwise. */
static bool is_in_place(struct wounds *wounds, const struct wound *wound)
{
    struct header block;
    return wound->is_open && wound->is_of_free && find_block(wounds, wound->header, &block) &&
           block.at == wound->header && block.is_free && block.units == wound->units;
}

void wounds_look(struct wounds *wounds)
{
    for (unsigned i = 0; i < wounds->count; i++)
        wounds->rows[i].is_open = is_open(&wounds->rows[i]);
    for (unsigned i = 0; i < wounds->count; i++)
        wounds->rows[i].is_in_place = is_in_place(wounds, &wounds->rows[i]);
}

void wounds_retire(struct wounds *wounds, const unsigned char *at)
{
    if (!wounds_are_retired(wounds, at) && wounds->retired_count < WOUNDS_MAX)
        wounds->retired[wounds->retired_count++] = model_page(at);
}

bool wounds_are_retired(const struct wounds *wounds, const unsigned char *at)
{
    for (unsigned i = 0; i < wounds->retired_count; i++)
        if (wounds->retired[i] == model_page(at))
            return true;
    return false;
}

bool wounds_break(const struct wounds *wounds, const unsigned char *header)
{
    for (unsigned i = 0; i < wounds->count; i++)
        if (wounds->rows[i].at == header)
            return wounds->rows[i].is_open && wounds->rows[i].kind == WOUND_HEADER;
    return false;
}

bool wounds_touched(const struct wounds *wounds, const unsigned char *at)
{
    for (unsigned i = 0; i < wounds->count; i++)
        if (wounds->rows[i].at == at)
            return true;
    return false;
}

bool wounds_have(const struct wounds *wounds, enum wound_kind kind, const unsigned char *page)
{
    for (unsigned i = 0; i < wounds->count; i++)
        if (wounds->rows[i].is_open && wounds->rows[i].kind == kind &&
            (page == NULL || model_page(wounds->rows[i].at) == page))
            return true;
    return false;
}

/* A block in a list that says it waits in a cache has a seal that fits, and gets new ones. */
static bool hides(const struct wound *wound)
{
    return wound->kind == WOUND_HEADER && wound->is_of_free &&
           ((wound->before[0] ^ wound->after[0]) & CACHED_BIT) != 0 &&
           (header_contents(wound->at) & CACHED_BIT) != 0;
}

bool wounds_spoil(const struct wounds *wounds)
{
    for (unsigned i = 0; i < wounds->count; i++) {
        const struct wound *wound = &wounds->rows[i];
        bool counts = wound->kind != WOUND_ELSEWHERE && !wounds_are_retired(wounds, wound->at);
        if (counts && (wound->is_open || wound->missed_news || hides(wound)))
            return true;
    }
    return false;
}

/* A free slot's links point to themselves. Of a list's, one that is some units off may be one that
 * was right once; in the low bits or as far off as no pool reaches it is none. */
static bool is_plainly_off(const struct wound *wound)
{
    bool is_slot = wound->before[0] == (uintptr_t)wound->at && wound->before[1] == wound->before[0];
    bool is_off = is_slot;
    for (unsigned i = 0; i < HEADER_WORDS; i++) {
        uint64_t changed = wound->before[i] ^ wound->after[i];
        is_off |= (changed & LINK_LOW) != 0 || changed >> FAR_SHIFT != 0;
    }
    return is_off;
}

/* In the free block that it was in when all were looked at last, and that must not be given. */
static bool forbids(const struct wounds *wounds, const struct wound *wound, bool are_listed_anew)
{
    if (!wound->is_in_place || wounds_are_retired(wounds, wound->at))
        return false;
    return wound->kind == WOUND_HEADER ||
           (wound->kind == WOUND_LINKS && is_plainly_off(wound) && !are_listed_anew &&
            !wounds_touched(wounds, wound->header));
}

bool wounds_forbid(const struct wounds *wounds, const unsigned char *block, bool are_listed_anew)
{
    for (unsigned i = 0; i < wounds->count; i++) {
        const struct wound *wound = &wounds->rows[i];
        if (forbids(wounds, wound, are_listed_anew) && block > wound->header &&
            block < wound->header + (size_t)wound->units * HEADER_BYTES)
            return true;
    }
    return false;
}

bool wounds_taken(const struct wounds *wounds)
{
    for (unsigned i = 0; i < wounds->count; i++) {
        const struct wound *wound = &wounds->rows[i];
        if (wound->kind == WOUND_LINKS && forbids(wounds, wound, false) && is_open(wound) &&
            header_read(wound->header).is_cached)
            return true;
    }
    return false;
}
