#include "pool/lfh.h"

#include "pool/mix.h"
#include "pool/util.h"

enum { WORD_BITS = 64 };

static struct page_record *record_of(const struct lfh *lfh, const struct block *block)
{
    return &lfh->pages->records[pages_index(lfh->pages, block)];
}

static struct page_record *record_at(struct list *link)
{
    return LIST_OWNER(link, struct page_record, link);
}

static struct block *page_of(const struct lfh *lfh, const struct page_record *record)
{
    return pages_address(lfh->pages, (size_t)(record - lfh->pages->records));
}

static unsigned slots_of(unsigned units)
{
    return BLOCK_UNITS_PAGE / units;
}

static struct block *slot_at(const struct lfh *lfh, const struct page_record *record, unsigned slot)
{
    uintptr_t page = (uintptr_t)page_of(lfh, record);
    return (struct block *)(page + (size_t)slot * record->slots.units * BLOCK_UNIT_BYTES);
}

static struct list *link_of(struct block *block)
{
    return &((struct free_block *)(void *)block)->link;
}

static uint64_t next_random(struct lfh *lfh)
{
    lfh->random ^= lfh->random << 13;
    lfh->random ^= lfh->random >> 7;
    lfh->random ^= lfh->random << 17;
    return lfh->random;
}

WRAPS_ROUND void lfh_start(struct lfh *lfh, struct pages *pages, enum pool_kind kind, uint64_t seed)
{
    *lfh = (struct lfh){.is_on = true, .kind = kind, .pages = pages};
    lfh->random = (seed + (uint64_t)kind + 1) * MIX_FACTOR | 1;
    for (unsigned units = 0; units <= LFH_UNITS_MAX; units++)
        list_start(&lfh->buckets[units].pages);
}

unsigned lfh_leaves(const struct lfh *lfh, unsigned units, unsigned max)
{
    if (!lfh->is_on || units > LFH_UNITS_MAX)
        return max;
    const struct lfh_bucket *bucket = &lfh->buckets[units];
    if (bucket->is_active || bucket->live >= LFH_LIVE_TO_ACTIVE)
        return 0;
    unsigned left = LFH_LIVE_TO_ACTIVE - bucket->live;
    return left < max ? left : max;
}

void lfh_note_taken(struct lfh *lfh, unsigned units, unsigned count)
{
    if (lfh->is_on && units <= LFH_UNITS_MAX && !lfh->buckets[units].is_active)
        lfh->buckets[units].live += count;
}

void lfh_note_given(struct lfh *lfh, unsigned units)
{
    if (lfh->is_on && units <= LFH_UNITS_MAX && lfh->buckets[units].live > 0)
        lfh->buckets[units].live--;
}

/* Lays a free block at the end of what is laid already; returns where the next one goes. */
static struct block *lay(struct block *at, unsigned units, unsigned previous_units,
                         enum pool_kind kind)
{
    block_lay(at, block_place_of(previous_units, kind, units), BLOCK_FREE, 0);
    return (struct block *)((uintptr_t)at + block_bytes(at));
}

static struct page_record *cut_page(struct lfh *lfh, unsigned units)
{
    size_t index = pages_take(lfh->pages, 1);
    if (index == PAGES_NONE)
        return NULL;
    struct page_record *record = &lfh->pages->records[index];
    struct block *at = pages_address(lfh->pages, index);
    unsigned count = slots_of(units);
    for (unsigned slot = 0; slot < count; slot++) {
        list_start(link_of(at));
        at = lay(at, units, slot == 0 ? 0 : units, lfh->kind);
    }
    if (count * units < BLOCK_UNITS_PAGE)
        lay(at, BLOCK_UNITS_PAGE - count * units, units, lfh->kind);
    lfh->pages->uses[index] = PAGE_CUT;
    record->slots = (struct page_slots){.units = (uint16_t)units, .free = (uint16_t)count};
    for (unsigned slot = 0; slot < count; slot++)
        record->slots.is_free[slot / WORD_BITS] |= (uint64_t)1 << (slot % WORD_BITS);
    lfh->free_bytes += PAGE_BYTES;
    return record;
}

/* The free slot that `nth` others come before. */
static unsigned nth_free(const struct page_slots *slots, unsigned nth)
{
    unsigned word = 0;
    unsigned in_first = (unsigned)__builtin_popcountll(slots->is_free[0]);
    if (nth >= in_first) {
        nth -= in_first;
        word = 1;
    }
    uint64_t bits = slots->is_free[word];
    while (nth-- > 0)
        bits &= bits - 1;
    return word * WORD_BITS + (unsigned)__builtin_ctzll(bits);
}

static struct page_record *page_with_room(struct lfh *lfh, unsigned units)
{
    struct lfh_bucket *bucket = &lfh->buckets[units];
    if (!list_is_empty(&bucket->pages))
        return record_at(bucket->pages.next);
    struct page_record *record = cut_page(lfh, units);
    if (record == NULL)
        return NULL;
    list_push(&bucket->pages, &record->link);
    bucket->has_empty = true;
    return record;
}

static enum lfh_state state_of(struct block *block, unsigned units)
{
    if (!block_is_sealed(block) || !block_is_free(block) || block_units(block) != units)
        return LFH_DAMAGED_HEADER;
    const struct list *link = link_of(block);
    return link->next == link && link->previous == link ? LFH_SOUND : LFH_DAMAGED_LINK;
}

struct block *lfh_take(struct lfh *lfh, unsigned units, enum lfh_state *state)
{
    struct lfh_bucket *bucket = &lfh->buckets[units];
    *state = LFH_SOUND;
    struct page_record *record = page_with_room(lfh, units);
    if (record == NULL)
        return NULL;
    bucket->is_active = true;
    struct page_slots *slots = &record->slots;
    INVARIANT(slots->free > 0);
    unsigned slot = nth_free(slots, (unsigned)((next_random(lfh) >> 32) % slots->free));
    struct block *block = slot_at(lfh, record, slot);
    *state = state_of(block, units);
    if (*state != LFH_SOUND)
        return block;
    if (slots->free == slots_of(units))
        bucket->has_empty = false;
    slots->is_free[slot / WORD_BITS] &= ~((uint64_t)1 << (slot % WORD_BITS));
    slots->free--;
    if (slots->free == 0)
        list_remove(&record->link);
    lfh->free_bytes -= block_bytes(block);
    return block;
}

static void give_page(struct lfh *lfh, struct page_record *record)
{
    list_remove(&record->link);
    lfh->free_bytes -= PAGE_BYTES;
    record->slots.units = 0;
    pages_give(lfh->pages, (size_t)(record - lfh->pages->records), 1, PAGE_WAS_CUT);
}

/* The page has no block any more: one is kept, behind those that have. */
static void settle_empty(struct lfh *lfh, struct lfh_bucket *bucket, struct page_record *record)
{
    if (bucket->has_empty) {
        give_page(lfh, record);
        return;
    }
    bucket->has_empty = true;
    list_remove(&record->link);
    list_push(bucket->pages.previous, &record->link);
}

void lfh_give(struct lfh *lfh, struct block *block)
{
    struct page_record *record = record_of(lfh, block);
    struct page_slots *slots = &record->slots;
    struct lfh_bucket *bucket = &lfh->buckets[slots->units];
    unsigned slot = block_unit_in_page(block) / slots->units;
    uint64_t bit = (uint64_t)1 << (slot % WORD_BITS);
    INVARIANT((slots->is_free[slot / WORD_BITS] & bit) == 0);
    list_start(link_of(block));
    slots->is_free[slot / WORD_BITS] |= bit;
    slots->free++;
    lfh->free_bytes += block_bytes(block);
    if (slots->free == 1)
        list_push(&bucket->pages, &record->link);
    if (slots->free == slots_of(slots->units))
        settle_empty(lfh, bucket, record);
}

void lfh_disown(struct lfh *lfh, size_t index)
{
    if (lfh->is_on)
        lfh->pages->records[index].slots.units = 0;
}

bool lfh_has(const struct lfh *lfh, size_t index)
{
    return lfh->is_on && lfh->pages->records[index].slots.units != 0;
}

void lfh_retire(struct lfh *lfh, size_t index)
{
    struct page_record *record = &lfh->pages->records[index];
    struct page_slots *slots = &record->slots;
    unsigned count = slots_of(slots->units);
    unsigned tail_units = BLOCK_UNITS_PAGE - count * slots->units;
    if (slots->free > 0)
        list_remove(&record->link);
    if (slots->free == count)
        lfh->buckets[slots->units].has_empty = false;
    lfh->free_bytes -= (slots->free * slots->units + tail_units) * (size_t)BLOCK_UNIT_BYTES;
    slots->units = 0;
}

size_t lfh_trim(struct lfh *lfh)
{
    size_t given = 0;
    for (unsigned units = BLOCK_UNITS_MIN; lfh->is_on && units <= LFH_UNITS_MAX; units++) {
        struct lfh_bucket *bucket = &lfh->buckets[units];
        if (!bucket->has_empty)
            continue;
        bucket->has_empty = false;
        give_page(lfh, record_at(bucket->pages.previous));
        given++;
    }
    return given;
}

/* Slots are where the bitmap says, and as free. */
static const char *check_page(const struct lfh *lfh, const struct page_record *record,
                              size_t *free_bytes)
{
    const struct page_slots *slots = &record->slots;
    unsigned count = slots_of(slots->units);
    unsigned free = 0;
    for (unsigned slot = 0; slot < count; slot++) {
        struct block *block = slot_at(lfh, record, slot);
        bool is_free = (slots->is_free[slot / WORD_BITS] >> (slot % WORD_BITS) & 1) != 0;
        if (block_units(block) != slots->units)
            return "a slot has another size than its page's slots";
        if (block_is_free(block) != is_free)
            return "a slot's header disagrees with the bitmap";
        free += is_free;
        *free_bytes += is_free ? block_bytes(block) : 0;
    }
    *free_bytes += (BLOCK_UNITS_PAGE - count * slots->units) * (size_t)BLOCK_UNIT_BYTES;
    return free == slots->free ? NULL : "the count of a page's free slots is wrong";
}

/* How many pages hang in the bucket's list; all have room, and at most one is empty. */
static const char *check_bucket(const struct lfh *lfh, unsigned units, size_t *listed)
{
    const struct lfh_bucket *bucket = &lfh->buckets[units];
    unsigned empty = 0;
    for (struct list *link = bucket->pages.next; link != &bucket->pages; link = link->next) {
        const struct page_slots *slots = &record_at(link)->slots;
        if (!list_is_sound(link))
            return "a bucket's list of pages is broken";
        if (slots->units != units || slots->free == 0)
            return "a bucket's list holds a page that is full or of another size";
        empty += slots->free == slots_of(units);
        (*listed)++;
    }
    return empty == bucket->has_empty ? NULL : "a bucket keeps other empty pages than it says";
}

const char *lfh_check(const struct lfh *lfh)
{
    const char *wrong = NULL;
    size_t free_bytes = 0;
    size_t with_room = 0;
    for (size_t i = 0; lfh->is_on && wrong == NULL && i < lfh->pages->frontier; i++) {
        const struct page_record *record = &lfh->pages->records[i];
        if (lfh->pages->uses[i] != PAGE_CUT || record->slots.units == 0)
            continue;
        with_room += record->slots.free > 0;
        wrong = check_page(lfh, record, &free_bytes);
    }
    for (unsigned units = BLOCK_UNITS_MIN; lfh->is_on && wrong == NULL && units <= LFH_UNITS_MAX;
         units++) {
        size_t listed = 0;
        wrong = check_bucket(lfh, units, &listed);
        with_room -= listed;
    }
    if (wrong == NULL && with_room != 0)
        return "a page with free slots is in no bucket's list";
    if (wrong == NULL && free_bytes != lfh->free_bytes)
        return "the count of bytes in free slots is wrong";
    return wrong;
}
