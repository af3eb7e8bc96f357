/* special_judge.c - is this free right? The order of the questions is that of the kernel: is it
 * live, the IRQL, the start, the tag, the size, then the bytes around. A wrong argument frees
 * nothing; damage is raised and the free completes. */
#include "verifier/special.h"

#include "pool/bugcheck.h"
#include "pool/options.h"
#include "pool/os.h"
#include "verifier/pattern.h"
#include "verifier/stretch.h"

#include <string.h>

static struct violation violation_about(enum violation_kind kind, uint32_t unit)
{
    struct slot copy;
    const struct slot *slot = stretch_slot(unit, &copy);
    struct slot_facts facts = slot_facts(slot);
    struct violation violation = {
        .kind = kind,
        .column = COLUMN_SPECIAL,
        .irql = irql_current,
        .size_bytes = facts.size_bytes,
        .pool_type = pool_type_of((enum pool_kind)facts.kind),
        .tag = tag_without_protection(SLOT_READ(slot->tag)),
    };
    special_tell_unit(unit, &violation.story);
    return violation;
}

static struct violation violation_of_free(enum violation_kind kind, uint32_t unit,
                                          const struct release *release)
{
    struct violation violation = violation_about(kind, unit);
    violation.address = release->address;
    violation.tag_given = tag_without_protection(release->tag);
    violation.frame = release->frame;
    return violation;
}

static NOINLINE bool refuse(struct violation violation)
{
    violation_raise(&violation);
    return false;
}

static NOINLINE bool refuse_not_live(const struct release *release, uint32_t unit)
{
    struct violation violation = violation_of_free(VIOLATION_FREE_TWICE, unit, release);
    return refuse(violation);
}

static bool irql_is_too_high(struct slot_facts facts)
{
    bool is_paged = pool_is_paged((enum pool_kind)facts.kind);
    return facts.family == 0 && irql_current > (is_paged ? IRQL_APC : IRQL_DISPATCH);
}

static NOINLINE bool refuse_irql(const struct release *release, uint32_t unit)
{
    bool is_paged = pool_is_paged((enum pool_kind)slot_facts(space_slot(unit)).kind);
    enum violation_kind kind = is_paged ? VIOLATION_FREE_PAGED_IRQL : VIOLATION_FREE_NONPAGED_IRQL;
    struct violation violation = violation_of_free(kind, unit, release);
    return refuse(violation);
}

/* "Calculated" is what would lie between the pointer and the end of the block's pages. */
static NOINLINE bool refuse_start(const struct release *release, uint32_t unit)
{
    struct slot_facts facts = slot_facts(space_slot(unit));
    uintptr_t end = (uintptr_t)space_data(unit) + slot_pages(facts.size_bytes) * PAGE_BYTES;
    uintptr_t address = (uintptr_t)release->address;
    bool is_above = address > (uintptr_t)slot_block(facts, space_data(unit));
    struct violation violation = violation_of_free(
        is_above ? VIOLATION_FREE_ABOVE_START : VIOLATION_FREE_BELOW_START, unit, release);
    violation.expected = facts.size_bytes;
    violation.found = address < end ? end - address : 0;
    return refuse(violation);
}

/* Tag 0 asks for no check, except of a protected block. */
static bool tag_is_wrong(uint32_t tag, const struct release *release)
{
    if (release->tag == 0 && (tag & PROTECTED_POOL_BIT) == 0)
        return false;
    return tag_without_protection(release->tag) != tag_without_protection(tag);
}

/* new with free, malloc with delete, new[] with delete. */
static bool family_is_wrong(struct slot_facts facts, const struct release *release)
{
    return release->is_malloc && facts.family != release->family + 1u;
}

/* Which routine made a block is to malloc's families what a tag is to pool. */
static NOINLINE bool refuse_family(const struct release *release, uint32_t unit)
{
    static const char made_by[][5] = {"pool", "mall", "new ", "new["};
    static const char given_to[][5] = {"free", "del ", "del["};
    struct violation violation = violation_of_free(VIOLATION_FREE_WRONG_TAG, unit, release);
    memcpy(&violation.tag, made_by[slot_facts(space_slot(unit)).family], sizeof violation.tag);
    memcpy(&violation.tag_given, given_to[release->family], sizeof violation.tag_given);
    return refuse(violation);
}

bool special_is_plain(const struct release *release, uint32_t unit)
{
    struct slot *slot = space_slot(unit);
    uint64_t word = slot_word(slot);
    struct slot_facts facts = slot_facts_of(word);
    return facts.state == SLOT_LIVE && release->address == slot_block(facts, space_data(unit)) &&
           !irql_is_too_high(facts) && !tag_is_wrong(SLOT_READ(slot->tag), release) &&
           !family_is_wrong(facts, release) && !release->has_size_hint && slot_claim(slot, word);
}

static NOINLINE bool refuse_size(const struct release *release, uint32_t unit)
{
    struct violation violation = violation_of_free(VIOLATION_FREE_WRONG_SIZE, unit, release);
    violation.found = release->size_hint_bytes;
    violation.expected = violation.size_bytes;
    return refuse(violation);
}

bool special_judge(const struct release *release, uint32_t unit)
{
    if (unit == UNIT_NONE)
        unit =
            space_unit(release->address); /* its slot holds what is known: nothing, or the past */
    struct slot *slot = space_slot(unit);
    uint64_t word = slot_word(slot);
    struct slot_facts facts = slot_facts_of(word);
    if (UNLIKELY(facts.state != SLOT_LIVE))
        return refuse_not_live(release, unit);
    if (UNLIKELY(irql_is_too_high(facts)))
        return refuse_irql(release, unit);
    if (UNLIKELY(release->address != slot_block(facts, space_data(unit))))
        return refuse_start(release, unit);
    if (UNLIKELY(tag_is_wrong(SLOT_READ(slot->tag), release)))
        return refuse(violation_of_free(VIOLATION_FREE_WRONG_TAG, unit, release));
    if (UNLIKELY(family_is_wrong(facts, release)))
        return refuse_family(release, unit);
    if (UNLIKELY(release->has_size_hint && release->size_hint_bytes != facts.size_bytes))
        return refuse_size(release, unit);
    /* Two threads may have come this far with the same block: one wins. */
    if (UNLIKELY(!slot_claim(slot, word)))
        return refuse_not_live(release, unit);
    return true;
}

static NOINLINE void raise_damage(enum violation_kind kind, uint32_t unit,
                                  const struct pattern_damage *damage, const void *frame)
{
    struct violation violation = violation_about(kind, unit);
    violation.address = violation.story.block;
    violation.other = damage->first;
    violation.expected = violation.story.fill;
    violation.changed_first = damage->first;
    violation.changed_last = damage->last;
    violation.changed_count = damage->count;
    violation.access = OS_WRITE;
    violation.frame = frame;
    violation.in_sweep = slot_state(space_slot(unit)) == SLOT_LIVE;
    /* Its free is not over yet: the block is still there to be shown. */
    violation.story.is_live = kind != VIOLATION_FREED_MODIFIED;
    violation.story.is_readable = true;
    violation_raise(&violation);
}

bool special_is_sound(struct slot_facts facts, unsigned char *data, unsigned char *block)
{
    struct slot_margins margins = slot_margins(facts, data, block, RACY_READ(special.reach));
    uint8_t fill = slot_fill_byte(facts);
    return pattern_is_whole(margins.front, margins.front_bytes, fill) &&
           pattern_is_whole(margins.slack, margins.slack_bytes, fill);
}

void special_judge_pattern(uint32_t unit, const void *frame)
{
    struct slot_facts facts = slot_facts(space_slot(unit));
    unsigned char *data = space_data(unit);
    struct slot_margins margins =
        slot_margins(facts, data, slot_block(facts, data), RACY_READ(special.reach));
    struct pattern_damage before = {.count = 0};
    struct pattern_damage after = {.count = 0};
    pattern_look(margins.front, margins.front_bytes, slot_fill_byte(facts), &before);
    pattern_look(margins.slack, margins.slack_bytes, slot_fill_byte(facts), &after);
    if (LIKELY(before.count + after.count == 0))
        return;
    const struct pattern_damage *first = before.count > 0 ? &before : &after;
    enum violation_kind kind = before.count > 0 ? VIOLATION_DAMAGE_BEFORE : VIOLATION_DAMAGE_AFTER;
    if (before.bits + after.bits == 1)
        kind = VIOLATION_DAMAGE_ONE_BIT;
    raise_damage(kind, unit, first, frame);
}

void special_judge_resting(uint32_t unit, const void *frame)
{
    struct pattern_damage damage = {.count = 0};
    pattern_look(space_data(unit), PAGE_BYTES, SLOT_FREED_FILL, &damage);
    if (LIKELY(damage.count == 0))
        return;
    raise_damage(VIOLATION_FREED_MODIFIED, unit, &damage, frame);
    /* Told once; a sweep must not tell it again. */
    pattern_fill(space_data(unit), PAGE_BYTES, SLOT_FREED_FILL);
    checker_close(space_data(unit), PAGE_BYTES);
}
